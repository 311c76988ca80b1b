/** Lines leave together, warnings at once, and none is kept for ever. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gatherLines } from './gather-lines.ts'
import { gatherMs, gatheredCharsMax } from './limits.ts'
import { createLog } from './log.ts'

function written() {
  const writes: string[] = []
  return { writes, write: (text: string) => void writes.push(text) }
}

test('lines of a moment leave in one write', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const to = written()
  using lines = gatherLines(to)
  const log = createLog({ level: 'info', destination: lines })
  log.info('one')
  log.info('two')
  assert.deepEqual(to.writes, [])
  t.mock.timers.tick(gatherMs)
  assert.equal(to.writes.length, 1)
  assert.match(to.writes[0] ?? '', /"one".*\n.*"two".*\n$/)
})

test('a warning leaves at once, behind what was said before it', () => {
  const to = written()
  using lines = gatherLines(to)
  const log = createLog({ level: 'info', destination: lines })
  log.info('before')
  log.with({ door: 'imap' }).warn('now')
  assert.equal(to.writes.length, 1)
  assert.match(to.writes[0] ?? '', /"before".*\n.*"now".*\n$/)
})

test('much leaves at once', () => {
  const to = written()
  using lines = gatherLines(to)
  lines.write('x'.repeat(gatheredCharsMax))
  assert.equal(to.writes.length, 1)
})

test('nothing is left behind, and after the end lines pass straight through', () => {
  const to = written()
  const listeners = process.listenerCount('exit')
  const lines = gatherLines(to)
  lines.write('last\n')
  lines[Symbol.dispose]()
  lines.write('later\n')
  assert.deepEqual(to.writes, ['last\n', 'later\n'])
  assert.equal(process.listenerCount('exit'), listeners)
})
