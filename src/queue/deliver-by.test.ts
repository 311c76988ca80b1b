/** A message with a time of its own (RFC 2852) is not tried past it, or its sender hears that it is late. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { minuteMs, secondMs } from '../base/clock.ts'
import { openTestDatabase } from '../../test/support/database.ts'
import { openQueue, queueInput } from '../../test/support/queue-world.ts'
import type { DeliverBy, Outcome } from './types.ts'

function input(path: string, deliverBy: DeliverBy) {
  const given = queueInput([path])
  return { ...given, envelope: { ...given.envelope, deliverBy } }
}

test('what is to come back when it is late comes back at its time, and is not tried once more', async () => {
  await using t = await openTestDatabase()
  const { clock, queue, worker, transport, reports } = await openQueue(t)
  const at = clock.now() + 30 * secondMs
  await queue.enqueue([input('busy@x', { at, mode: 'return', isTraced: false })])
  await worker.runOnce()
  const [item] = await queue.list(1)
  assert.equal(item?.nextAttemptAt, at)
  clock.advance(30 * secondMs)
  await worker.runOnce()
  assert.deepEqual(transport.sent, ['busy@x'])
  assert.deepEqual(
    reports.map(({ kind, reply }) => [kind, reply?.enhanced]),
    [['failed', '5.4.7']],
  )
  assert.deepEqual(await queue.count(), { waiting: 0, unrouted: 0, held: 0 })
})

test('where the sender wants to be told only, he is, once, and it is tried on', async () => {
  await using t = await openTestDatabase()
  const { clock, queue, worker, transport, reports } = await openQueue(t)
  const at = clock.now() + 30 * secondMs
  await queue.enqueue([
    input('busy@x', { at, mode: 'notify', isTraced: false }),
    // Its time was over elsewhere already: there he was told.
    input('busy2@x', { at: clock.now() - 1, mode: 'notify', isTraced: false }),
  ])
  for (let tries = 0; tries < 3; tries++) {
    await worker.runOnce()
    clock.advance(tries === 0 ? 30 * secondMs : 6 * minuteMs)
  }
  assert.deepEqual(
    reports.map(({ kind, recipient }) => [kind, recipient.forwardPath]),
    [['delayed', 'busy@x']],
  )
  assert.ok(transport.sent.length >= 4)
  assert.equal((await queue.count()).waiting, 2)
})

test('who passes it on says so where the next does not know the time, or it is traced', async () => {
  await using t = await openTestDatabase()
  const { clock, queue, worker, transport, reports } = await openQueue(t)
  const keeps: Outcome = { result: 'relayed', isDsnAware: true, keepsTime: true }
  transport.answer = ({ forwardPath }) =>
    forwardPath.startsWith('old') ? { result: 'relayed', isDsnAware: true } : keeps
  const at = clock.now() + minuteMs
  await queue.enqueue([
    input('old@x', { at, mode: 'return', isTraced: false }),
    input('new@x', { at, mode: 'return', isTraced: false }),
    input('traced@x', { at, mode: 'notify', isTraced: true }),
  ])
  await worker.runOnce()
  assert.deepEqual(
    reports
      .map(({ kind, isOwed, recipient }) => `${kind} ${String(isOwed)} ${recipient.forwardPath}`)
      .toSorted(),
    ['relayed true old@x', 'relayed true traced@x'],
  )
})
