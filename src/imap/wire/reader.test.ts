import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { MemoryBudget } from '../../net/memory-budget.ts'
import { CommandReader, type ReadEvent, type ReadLimits } from './reader.ts'

const limits: ReadLimits = {
  lineOctetsMax: 100,
  literalOctetsMax: 20,
  commandOctetsMax: 60,
  appendOctetsMax: 1000,
  appendTotalOctetsMax: 1500,
}

function readAll(reader: CommandReader): readonly ReadEvent[] {
  const events: ReadEvent[] = []
  for (;;) {
    const event = reader.next(limits)
    if (event === undefined) return events
    events.push(event)
  }
}

function feed(...chunks: readonly string[]): readonly ReadEvent[] {
  const reader = new CommandReader()
  return chunks.flatMap((chunk) => {
    reader.push(Buffer.from(chunk))
    return readAll(reader)
  })
}

describe('CommandReader', () => {
  it('reads pipelined commands from one chunk and one command from many chunks', () => {
    const expected = [
      { kind: 'command', command: { texts: ['a NOOP'], literals: [] } },
      { kind: 'command', command: { texts: ['b CHECK'], literals: [] } },
    ]
    assert.deepEqual(feed('a NOOP\r\nb CHECK\r\n'), expected)
    assert.deepEqual(feed(...'a NOOP\r\nb CHECK\r\n'.split('')), expected)
  })

  it('asks for a synchronizing literal and takes a non-synchronizing one without asking', () => {
    const octets = Buffer.from('x\r\ny')
    assert.deepEqual(feed('a X {4}\r\n', 'x\r', '\ny {4+}\r\nx\r\ny\r\n'), [
      { kind: 'continue' },
      {
        kind: 'command',
        command: {
          texts: ['a X ', ' ', ''],
          literals: [
            { octets, isBinary: false },
            { octets, isBinary: false },
          ],
        },
      },
    ])
  })

  it('refuses a literal that is too large, fatally when it is on its way already', () => {
    assert.deepEqual(feed('a X {21}\r\nb NOOP\r\n'), [
      { kind: 'refused', tag: 'a', what: 'literal', isFatal: false },
      { kind: 'command', command: { texts: ['b NOOP'], literals: [] } },
    ])
    assert.deepEqual(feed('a X {21+}\r\n'), [
      { kind: 'refused', tag: 'a', what: 'literal', isFatal: true },
    ])
    assert.deepEqual(feed('a APPEND b {999}\r\n'), [{ kind: 'continue' }])
    assert.deepEqual(feed('a APPEND b {1001}\r\n'), [
      { kind: 'refused', tag: 'a', what: 'append', isFatal: false },
    ])
  })

  it('limits all literals of one command together', () => {
    const events = feed(
      'a X {20+}\r\n' + 'x'.repeat(20) + ' {20+}\r\n' + 'x'.repeat(20) + ' {20}\r\n',
    )
    assert.deepEqual(events, [{ kind: 'refused', tag: 'a', what: 'literal', isFatal: false }])
  })

  it('takes room for literals as they arrive and gives it back with the command', () => {
    const budget = new MemoryBudget(1_000)
    const reader = new CommandReader()
    const next = (text: string) => {
      reader.push(Buffer.from(text))
      return reader.next({ ...limits, budget })
    }
    assert.deepEqual(next('a APPEND b {600}\r\n'), { kind: 'continue' })
    assert.equal(budget.held, 0, 'what is only announced holds nothing')
    assert.equal(next('x'.repeat(400)), undefined)
    assert.equal(budget.held, 400)
    assert.equal(next('x'.repeat(200) + '\r\n')?.kind, 'command')
    assert.equal(budget.held, 600)
    reader.release()
    assert.equal(budget.held, 0)
    budget.take(500)
    const busy = { kind: 'refused', tag: 'b', what: 'busy', isFatal: false }
    assert.deepEqual(next('b APPEND b {501}\r\n'), busy)
    assert.deepEqual(next('c APPEND b {500}\r\n'), { kind: 'continue' })
    budget.take(100)
    assert.deepEqual(next('x'.repeat(500)), { ...busy, tag: 'c', isFatal: true })
    assert.equal(budget.held, 600, 'a refused command gives back what it took')
    const gone = new CommandReader()
    gone.push(Buffer.from('d APPEND b {300+}\r\n' + 'x'.repeat(100)))
    assert.equal(gone.next({ ...limits, budget }), undefined)
    assert.equal(budget.held, 700)
    gone.clear()
    assert.equal(budget.held, 600)
  })

  it('refuses a line that is too long and goes on after its end', () => {
    for (const chunks of [
      ['a ' + 'x'.repeat(200), 'y\r\nb NOOP\r\n'],
      ['a ' + 'x'.repeat(200) + '\r\nb NOOP\r\n'],
    ]) {
      assert.deepEqual(feed(...chunks), [
        { kind: 'refused', tag: 'a', what: 'line', isFatal: false },
        { kind: 'command', command: { texts: ['b NOOP'], literals: [] } },
      ])
    }
  })
})
