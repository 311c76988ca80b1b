import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dayMs, hourMs, minuteMs } from '../base/clock.ts'
import { isRefusal } from '../base/refusal.ts'
import { openTestDatabase } from '../../test/support/database.ts'
import { busy, gone, openQueue, queueInput as input } from '../../test/support/queue-world.ts'
import { expiryMs, leaseMs, retryAfterMs } from './limits.ts'
import type { Outcome } from './types.ts'
import { createQueueWorker } from './worker.ts'

test('carries what is due, keeps what is deferred, reports what failed', async () => {
  await using t = await openTestDatabase()
  const { queue, worker, transport, reports } = await openQueue(t)
  await queue.enqueue([input(['a@x', 'busy@x', 'gone@x']), input(['b@x'])])
  assert.equal(await worker.runOnce(), 4)
  assert.deepEqual(transport.sent.toSorted(), ['a@x', 'b@x', 'busy@x', 'gone@x'])
  assert.equal(transport.contents[0], String(input([]).content))
  assert.deepEqual(
    reports.map(({ kind, recipient }) => `${kind} ${recipient.forwardPath}`).toSorted(),
    ['delivered a@x', 'delivered b@x', 'failed gone@x'],
  )
  const items = await queue.list(10)
  assert.deepEqual(
    items.map(({ recipient, state, attempts }) => ({ recipient, state, attempts })),
    [{ recipient: 1, state: 'waiting', attempts: 1 }],
  )
  assert.equal(await worker.runOnce(), 0)
})

test('tries again later and later, tells the sender of the delay once, gives up in the end', async () => {
  await using t = await openTestDatabase()
  const { clock, queue, worker, transport, reports } = await openQueue(t)
  await queue.enqueue([input(['busy@x'])])
  await worker.runOnce()
  for (const wait of retryAfterMs.slice(0, -1)) {
    clock.advance(wait - 1)
    assert.equal(await worker.runOnce(), 0)
    clock.advance(1)
    assert.equal(await worker.runOnce(), 1)
  }
  clock.advance(3 * hourMs)
  await worker.runOnce()
  assert.deepEqual(
    reports.map(({ kind }) => kind),
    ['delayed'],
  )
  clock.advance(expiryMs)
  await worker.runOnce()
  assert.deepEqual(
    reports.map(({ kind }) => kind),
    ['delayed', 'failed'],
  )
  assert.equal(reports[1]?.reply?.enhanced, '5.4.7')
  assert.match(reports[1]?.reply?.text ?? '', /Mailbox full/)
  assert.equal(transport.sent.length, retryAfterMs.length + 2)
  const left = await t.database.rows({ text: 'SELECT message_id FROM queued_message' })
  assert.deepEqual(left, [])
})

test('holds what has no route beyond the expiry and sends it once there is one', async () => {
  await using t = await openTestDatabase()
  const { clock, queue, worker, transport, reports } = await openQueue(t)
  await queue.enqueue([input(['far@example.org'])])
  await worker.runOnce()
  assert.deepEqual(await queue.count(), { waiting: 0, unrouted: 1, held: 0 })
  clock.advance(6 * dayMs)
  await worker.runOnce()
  assert.deepEqual(
    reports.map(({ kind }) => kind),
    ['delayed'],
  )
  assert.deepEqual(await queue.count(), { waiting: 0, unrouted: 1, held: 0 })
  transport.answer = () => ({ result: 'delivered' })
  clock.advance(hourMs)
  await worker.runOnce()
  assert.deepEqual(await queue.count(), { waiting: 0, unrouted: 0, held: 0 })
})

test('lets a report without a route go when its time is up', async () => {
  await using t = await openTestDatabase()
  const { clock, queue, worker, reports } = await openQueue(t)
  const envelope = { reversePath: '', isSmtpUtf8: false, requiresTls: false, messageId: 'm' }
  await queue.enqueue([input(['far@example.org'], { envelope })])
  await worker.runOnce()
  clock.advance(expiryMs)
  await worker.runOnce()
  assert.deepEqual(await queue.count(), { waiting: 0, unrouted: 0, held: 0 })
  assert.deepEqual(reports, [])
})

test('repeats an attempt whose node died, and lets a late settlement write nothing', async () => {
  await using t = await openTestDatabase()
  const { clock, queue, worker, transport, reports } = await openQueue(t)
  const second = createQueueWorker({ queue, transport, reporter: { report: async () => [] } })
  await queue.enqueue([input(['a@x'])])
  const asked = Promise.withResolvers<void>()
  const answer = Promise.withResolvers<readonly Outcome[]>()
  const send = transport.send.bind(transport)
  transport.send = () => {
    asked.resolve()
    return answer.promise
  }
  const first = worker.runOnce()
  await asked.promise
  transport.send = send
  assert.equal(await second.runOnce(), 0)
  clock.advance(leaseMs)
  transport.answer = () => ({ result: 'deferred', reply: busy })
  assert.equal(await second.runOnce(), 1)
  answer.resolve([{ result: 'failed', reply: gone }])
  await first
  assert.equal(reports.length, 1)
  assert.equal((await queue.list(1))[0]?.attempts, 2)
})

test('shares the work among workers so that each recipient is tried once', async () => {
  await using t = await openTestDatabase()
  const { queue, worker, transport } = await openQueue(t)
  const second = createQueueWorker({ queue, transport, reporter: { report: async () => [] } })
  const many = Array.from({ length: 60 }, (_, i) => `r${i}@x`)
  await queue.enqueue([input(many.slice(0, 20)), ...many.slice(20).map((one) => input([one]))])
  await Promise.all([worker.runOnce(), second.runOnce(), worker.runOnce()])
  assert.deepEqual(transport.sent.toSorted(), many.toSorted())
  assert.deepEqual(await queue.count(), { waiting: 0, unrouted: 0, held: 0 })
})

test('enqueues reports in the transaction that settles, and wakes for them', async () => {
  await using t = await openTestDatabase()
  const { queue, transport } = await openQueue(t)
  const delivered = Promise.withResolvers<void>()
  await using worker = createQueueWorker({
    queue,
    transport,
    reporter: {
      report: async (_message, [report]) =>
        report?.kind === 'failed' ? [input(['sender@x'], { content: Buffer.from('dsn') })] : [],
    },
  })
  transport.answer = ({ forwardPath }) => {
    if (forwardPath === 'gone@x') return { result: 'failed', reply: gone }
    delivered.resolve()
    return { result: 'delivered' }
  }
  worker.start()
  await queue.enqueue([input(['gone@x'])])
  await delivered.promise
  assert.deepEqual(transport.sent, ['gone@x', 'sender@x'])
})

test('goes on when a transport throws and when a row does not open', async () => {
  await using t = await openTestDatabase()
  const { clock, queue, worker, transport, alarms } = await openQueue(t)
  await queue.enqueue([input(['a@x']), input(['b@x'])])
  transport.answer = ({ forwardPath }) => {
    if (forwardPath === 'a@x') throw new TypeError('a bug')
    return { result: 'delivered' }
  }
  await worker.runOnce()
  assert.deepEqual(alarms, ['transport failed'])
  assert.deepEqual(await queue.count(), { waiting: 1, unrouted: 0, held: 0 })
  await t.owner.single({ text: 'UPDATE queued_recipient SET recipient = 7' })
  clock.advance(minuteMs)
  await worker.runOnce()
  assert.deepEqual(alarms, ['transport failed', 'a queued message does not open'])
})

test('cancels a recipient or a message, and says when there is none', async () => {
  await using t = await openTestDatabase()
  const { queue } = await openQueue(t)
  await queue.enqueue([input(['a@x', 'b@x'])])
  const id = (await queue.list(1))[0]?.messageId ?? ''
  const cancel = (messageId: string, recipient?: number) =>
    t.database.transaction((tx) =>
      queue.cancel(tx, {
        kind: 'message',
        messageId,
        ...(recipient === undefined ? {} : { recipient }),
      }),
    )
  assert.equal(await cancel(id, 0), 1)
  assert.deepEqual(
    (await queue.list(9)).map(({ recipient }) => recipient),
    [1],
  )
  await cancel(id)
  for (const unknown of [id, 'nonsense'])
    await assert.rejects(cancel(unknown), (error) => isRefusal(error, 'not-found'))
  assert.deepEqual(await t.database.rows({ text: 'SELECT message_id FROM queued_message' }), [])
})

test('keeps addresses and content sealed', async () => {
  await using t = await openTestDatabase()
  const { queue } = await openQueue(t)
  await queue.enqueue([input(['canary-recipient@x'])])
  const rows = await t.database.rows<{ all: string }>({
    text: `SELECT encode(envelope, 'escape') || encode(content, 'escape')
      || encode(sealed, 'escape') AS all
      FROM queued_message JOIN queued_recipient USING (bucket, message_id)`,
  })
  assert.equal(rows.length, 1)
  assert.ok(rows.every((row) => !row.all.includes('canary')))
})

test('what is held until a day has its whole time from then on, and is not late before', async () => {
  await using t = await openTestDatabase()
  const { clock, queue, worker, reports } = await openQueue(t)
  await queue.enqueue([input(['busy@x'], { firstAttemptAt: clock.now() + 20 * dayMs })])
  assert.equal(await worker.runOnce(), 0)
  clock.advance(20 * dayMs)
  assert.equal(await worker.runOnce(), 1)
  assert.deepEqual(reports, [])
  assert.equal((await queue.list(1))[0]?.expiresAt, clock.now() + expiryMs)
})
