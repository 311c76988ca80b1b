/** The wire: whatever the cuts, the same lines; and nothing that is not bounded. RFC 5804 §4. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../../../tools/seeded-random.ts'
import { LineReader, type ReadEvent } from './reader.ts'

function readAll(chunks: readonly Buffer[], octetsMax = 100_000): readonly ReadEvent[] {
  const reader = new LineReader()
  const events: ReadEvent[] = []
  for (const chunk of chunks) {
    reader.push(chunk)
    for (;;) {
      const event = reader.take(octetsMax)
      if (event === undefined) break
      events.push(event)
      if (event.kind === 'too-long') return events
    }
  }
  return events
}

const read = (text: string, octetsMax?: number) => readAll([Buffer.from(text)], octetsMax)

function told(events: readonly ReadEvent[]) {
  return events.map((event) =>
    event.kind === 'line'
      ? event.tokens.map((token) =>
          token.kind === 'string'
            ? `"${token.octets.toString()}"`
            : token.kind === 'number'
              ? token.value
              : token.text,
        )
      : event.kind,
  )
}

const session =
  'PutScript "a \\"b\\" \\\\" {12+}\r\nkeep;\r\n{3+}\r\r\n' +
  'HAVESPACE "假期" 65536\r\n\r\nLOGOUT  \r\n"KEEP" oops(\r\nNOOP {0+}\r\n\r\n'
const lines = [
  ['PUTSCRIPT', '"a "b" \\"', '"keep;\r\n{3+}\r"'],
  ['HAVESPACE', '"假期"', 65536],
  [],
  ['LOGOUT'],
  'bad',
  ['NOOP', '""'],
]

test('lines are atoms, numbers, quoted strings and literals, one command after the other', () => {
  assert.deepEqual(told(read(session)), lines)
})

test('it does not matter how the octets are cut', () => {
  const seed = Date.now() % 1_000_000
  const random = seededRandom(seed)
  const octets = Buffer.from(session)
  for (let round = 0; round < 200; round++) {
    const chunks: Buffer[] = []
    for (let at = 0; at < octets.length;) {
      const end = at + 1 + Math.floor(random() * (round % 2 === 0 ? 3 : 40))
      chunks.push(octets.subarray(at, end))
      at = end
    }
    assert.deepEqual(told(readAll(chunks)), lines, `seed ${seed}`)
  }
})

test('what is no line is told, and reading goes on behind it', () => {
  for (const line of [
    'NOOP {3}',
    'NOOP "a\0b"',
    'NOOP "a\\c"',
    '(',
    'NOOP 1a',
    'A\nB',
    '{x+}',
    'Ä',
  ])
    assert.deepEqual(told(read(`${line}\r\nNOOP\r\n`)), ['bad', ['NOOP']], line)
})

test('a literal and a line that are too long end it before they are held', () => {
  assert.deepEqual(told(read('PUTSCRIPT "a" {11+}\r\n', 10)), ['too-long'])
  assert.deepEqual(told(read('PUTSCRIPT "a" {9999999999+}\r\n')), ['too-long'])
  assert.deepEqual(told(read(`NOOP "${'x'.repeat(20_000)}`)), ['too-long'])
  assert.deepEqual(told(read('x'.repeat(20_000))), ['too-long'])
  assert.deepEqual(told(read(`PUTSCRIPT "a" {3+}\r\nabc ${' '.repeat(20_000)}`)), ['too-long'])
  assert.deepEqual(told(read(`${'NOOP '.repeat(9)}\r\nNOOP\r\n`)), ['bad', ['NOOP']])
})
