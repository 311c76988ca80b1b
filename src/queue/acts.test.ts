/** What operators do with waiting mail, by ids that say nothing. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isRefusal } from '../base/refusal.ts'
import { openTestDatabase, type TestDatabase } from '../../test/support/database.ts'
import { openQueue, queueInput } from '../../test/support/queue-world.ts'
import { newId } from '../base/id.ts'
import { leaseMs, retryAfterMs } from './limits.ts'
import type { Outcome, Queue, QueueActs, QueueSelection } from './types.ts'

function actor(t: TestDatabase, queue: Queue) {
  return (verb: keyof QueueActs, selection: QueueSelection) =>
    t.database.transaction((tx) => queue[verb](tx, selection))
}

test('what is held is not tried, its destination and department with what comes later', async () => {
  await using t = await openTestDatabase()
  const { clock, queue, worker, transport } = await openQueue(t)
  const act = actor(t, queue)
  const [ours, theirs] = [newId(clock), newId(clock)]
  await queue.enqueue([
    queueInput(['a@one', 'b@One'], { departmentId: ours }),
    queueInput(['c@two'], { departmentId: theirs }),
    queueInput(['d@three']),
  ])
  const items = await queue.list(10)
  const one = items.find((item) => item.recipient === 1)
  const nobodys = items.find((item) => item.departmentId === undefined)
  assert.ok(one !== undefined && nobodys !== undefined)
  const picks: readonly QueueSelection[] = [
    { kind: 'destination', destination: one.destination },
    { kind: 'department', departmentId: theirs },
    { kind: 'message', messageId: nobodys.messageId, recipient: 0 },
  ]
  const held = await Promise.all(picks.map((pick) => act('hold', pick)))
  assert.deepEqual(held, [2, 1, 1])
  await queue.enqueue([
    queueInput(['e@ONE', 'f@four']),
    queueInput(['g@x'], { departmentId: theirs }),
  ])
  assert.equal(await worker.runOnce(), 1)
  assert.deepEqual(transport.sent, ['f@four'])
  const states = (await queue.list(10)).map((item) => item.state)
  assert.deepEqual(
    states,
    Array.from({ length: 6 }, () => 'held'),
  )
  await Promise.all(picks.map((pick) => act('release', pick)))
  assert.equal(await worker.runOnce(), 6)
  assert.deepEqual(await queue.list(10), [])
})

test('what is tried now is tried before its time, and once', async () => {
  await using t = await openTestDatabase()
  const { queue, worker, transport } = await openQueue(t)
  const act = actor(t, queue)
  await queue.enqueue([queueInput(['busy@x', 'busy2@y'])])
  await worker.runOnce()
  const [first] = await queue.list(1)
  assert.ok(first !== undefined)
  assert.equal(await worker.runOnce(), 0)
  const retried = { kind: 'destination', destination: first.destination } as const
  assert.equal(await act('retry', retried), 1)
  assert.equal(await worker.runOnce(), 1)
  // Destinations have no order: which of the two is listed first, and tried first, is chance.
  const path = first.recipient === 0 ? 'busy@x' : 'busy2@y'
  assert.deepEqual(transport.sent.slice(0, 2).toSorted(), ['busy2@y', 'busy@x'])
  assert.deepEqual(transport.sent.slice(2), [path])
})

test('what is under way is not sent again by trying it now, and stays held when it comes back', async () => {
  await using t = await openTestDatabase()
  const { clock, queue, worker, transport } = await openQueue(t)
  const act = actor(t, queue)
  await queue.enqueue([queueInput(['busy@x'])])
  const asked = Promise.withResolvers<void>()
  const answer = Promise.withResolvers<readonly Outcome[]>()
  transport.send = () => {
    asked.resolve()
    return answer.promise
  }
  const running = worker.runOnce()
  await asked.promise
  const [item] = await queue.list(1)
  assert.ok(item !== undefined)
  assert.equal(item.isUnderWay, true)
  const pick = { kind: 'message', messageId: item.messageId } as const
  await assert.rejects(act('retry', pick), (error) => isRefusal(error, 'not-found'))
  assert.equal(await act('hold', pick), 1)
  const reply = { code: 451, enhanced: '4.0.0', text: 'later' }
  answer.resolve([{ result: 'deferred', reply }])
  await running
  clock.advance(leaseMs + retryAfterMs[0])
  assert.equal(await worker.runOnce(), 0)
  assert.deepEqual(await queue.count(), { waiting: 0, unrouted: 0, held: 1 })
})

test('a destination is cancelled with every message that has nobody else', async () => {
  await using t = await openTestDatabase()
  const { queue } = await openQueue(t)
  const act = actor(t, queue)
  await queue.enqueue([queueInput(['a@x', 'b@y']), queueInput(['c@x']), queueInput(['d@x'])])
  const [fullest, other] = await queue.destinations(10)
  assert.deepEqual([fullest?.recipients, other?.recipients], [3, 1])
  assert.equal(
    await act('cancel', { kind: 'destination', destination: fullest?.destination ?? '' }),
    3,
  )
  assert.equal((await queue.list(10)).length, 1)
  const rows = await t.database.rows({ text: 'SELECT message_id FROM queued_message' })
  assert.equal(rows.length, 1)
})

test('an id that nothing has is said to be unknown', async () => {
  await using t = await openTestDatabase()
  const { clock, queue } = await openQueue(t)
  const act = actor(t, queue)
  const unknown = newId(clock)
  const picks: readonly QueueSelection[] = [
    { kind: 'message', messageId: unknown },
    { kind: 'message', messageId: 'nonsense' },
    { kind: 'destination', destination: unknown },
  ]
  for (const pick of picks)
    for (const verb of ['hold', 'release', 'retry', 'cancel'] as const)
      await assert.rejects(act(verb, pick), (error) => isRefusal(error, 'not-found'))
})

test('who sent a message is told who has it not yet, and what was answered last', async () => {
  await using t = await openTestDatabase()
  const { clock, queue, worker } = await openQueue(t)
  const [id, other] = [newId(clock), newId(clock)]
  const ids = [id, other, newId(clock)]
  await queue.enqueue([
    { ...queueInput(['busy@x', 'a@y']), id },
    { ...queueInput(['b@z']), id: other },
  ])
  // Ids of one moment have no order.
  const at = (messageId: string) => ids.indexOf(messageId)
  const waiting = async () =>
    (await queue.findWaiting(ids))
      .toSorted((a, b) => at(a.messageId) - at(b.messageId) || a.recipient - b.recipient)
      .map(({ messageId, recipient, lastReply }) => [messageId, recipient, lastReply?.code])
  assert.deepEqual(await waiting(), [
    [id, 0, undefined],
    [id, 1, undefined],
    [other, 0, undefined],
  ])
  await worker.runOnce()
  const [left, ...more] = await waiting()
  assert.deepEqual([left?.slice(0, 2), more], [[id, 0], []])
  assert.equal(typeof left?.[2], 'number')
  assert.deepEqual(await queue.findWaiting([]), [])
})
