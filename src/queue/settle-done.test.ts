/** Messages that leave together: each is settled by itself, and nothing of them is left behind. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isRefusal } from '../base/refusal.ts'
import { openTestDatabase, type TestDatabase } from '../../test/support/database.ts'
import { busy, openQueue, queueInput } from '../../test/support/queue-world.ts'
import { leaseMs } from './limits.ts'
import type { Outcome } from './types.ts'
import { createQueueWorker } from './worker.ts'

const reporter = { report: async () => [] }

async function messagesLeft({ database }: TestDatabase): Promise<number> {
  return (await database.rows({ text: 'SELECT FROM queued_message' })).length
}

test('two nodes and an operator who cancels leave no message without recipients, and send none twice', async () => {
  await using t = await openTestDatabase()
  const { queue, worker, transport, alarms } = await openQueue(t)
  const onAlarm = (what: string) => alarms.push(what)
  const second = createQueueWorker({ queue, transport, reporter, onAlarm })
  const paths = Array.from({ length: 300 }, (_, at) =>
    Array.from({ length: 1 + (at % 3) }, (_none, to) => `r${at}@d${(at + to) % 7}`),
  )
  await queue.enqueue(paths.map((some) => queueInput(some)))
  const items = await queue.list(1_000)
  const picked = items.filter((_item, at) => at % 5 === 0)
  const cancelAll = async () => {
    for (const { messageId, recipient } of picked)
      await t.database
        .transaction((tx) => queue.cancel(tx, { kind: 'message', messageId, recipient }))
        // It has left already.
        .catch((error: unknown) => assert.ok(isRefusal(error, 'not-found')))
  }
  await Promise.all([worker.runOnce(), second.runOnce(), cancelAll()])
  assert.deepEqual(alarms, [])
  assert.deepEqual(await queue.count(), { waiting: 0, unrouted: 0, held: 0 })
  assert.equal(await messagesLeft(t), 0)
  assert.equal(new Set(transport.sent).size, transport.sent.length)
  const cancelledAtMost = paths.flat().length - picked.length
  assert.ok(transport.sent.length >= cancelledAtMost, `${transport.sent.length} were sent`)
})

test('a node that settles late takes with it only what nobody has claimed since', async () => {
  await using t = await openTestDatabase()
  const { clock, queue, worker, transport } = await openQueue(t)
  await queue.enqueue([queueInput(['a@x', 'b@x'])])
  const [asked, answer] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const send = transport.send.bind(transport)
  transport.send = async (_message, attempts): Promise<readonly Outcome[]> => {
    asked.resolve()
    await answer.promise
    return attempts.map(() => ({ result: 'delivered' }))
  }
  const late = worker.runOnce()
  await asked.promise
  // Another node, for which the claim of one of them ran out, is at him.
  await t.owner.single({
    text: 'UPDATE queued_recipient SET attempts = attempts + 1 WHERE recipient = 1',
  })
  answer.resolve()
  await late
  assert.deepEqual(
    (await queue.list(9)).map(({ recipient, attempts }) => [recipient, attempts]),
    [[1, 2]],
  )
  transport.send = send
  transport.answer = () => ({ result: 'deferred', reply: busy })
  clock.advance(leaseMs)
  await worker.runOnce()
  assert.equal(await messagesLeft(t), 1)
  transport.answer = () => ({ result: 'delivered' })
  clock.advance(leaseMs)
  await worker.runOnce()
  assert.equal(await messagesLeft(t), 0)
})
