/** What one account writes is counted together, whichever process it comes to: on a real PostgreSQL. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestDatabase } from '../../../test/support/database.ts'
import { hourMs, ManualClock, minuteMs } from '../../base/clock.ts'
import { createKeys } from '../../keys/keys.ts'
import { temporaryMaster } from '../../keys/temporary-master.ts'
import { expireSendingCounts, SendingRates } from './rates.ts'

async function open() {
  const stack = new AsyncDisposableStack()
  const { database, owner } = stack.use(await openTestDatabase())
  const { master } = stack.use(await temporaryMaster())
  const clock = new ManualClock()
  const keys = stack.use(await createKeys({ database, master, clock })).platform
  const process = () => new SendingRates({ database, keys })
  const sent = (accountId: string, recipients: number, external = 0) => ({
    accountId,
    departmentId: 'td',
    recipients,
    external,
    at: clock.now(),
  })
  return {
    database,
    owner,
    clock,
    process,
    sent,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

test('processes count together, exactly, also at the same moment', async () => {
  await using t = await open()
  const [one, other] = [t.process(), t.process()]
  const counts = await Promise.all(
    Array.from({ length: 40 }, (_, at) =>
      (at % 2 === 0 ? one : other).count(t.sent(at % 4 < 2 ? 'amy' : 'bob', 5, 1)),
    ),
  )
  const most = (read: (rates: (typeof counts)[number]) => number | undefined) =>
    Math.max(...counts.map((rates) => read(rates) ?? 0))
  assert.equal(
    most(({ recipientsInHour }) => recipientsInHour),
    100,
  )
  assert.equal(
    most(({ externalInBurst }) => externalInBurst),
    20,
  )
  assert.equal(
    most(({ departmentRecipientsInHour }) => departmentRecipientsInHour),
    200,
  )
  // Each heard another sum: none was counted on top of the same one.
  const sums = new Set(counts.map(({ departmentRecipientsInHour }) => departmentRecipientsInHour))
  assert.equal(sums.size, 40)
})

test('a burst is forgotten after ten minutes, an hour after an hour, and its rows go', async () => {
  await using t = await open()
  const rates = t.process()
  await rates.count(t.sent('amy', 7, 3))
  t.clock.advance(9 * minuteMs)
  const soon = await rates.count(t.sent('amy', 1, 1))
  assert.deepEqual(soon, {
    recipientsInHour: 8,
    departmentRecipientsInHour: 8,
    externalInBurst: 4,
  })
  t.clock.advance(2 * minuteMs)
  assert.equal((await rates.count(t.sent('amy', 1))).externalInBurst, 1)
  t.clock.advance(50 * minuteMs)
  assert.equal((await rates.count(t.sent('amy', 1))).recipientsInHour, 3)
  t.clock.advance(2 * hourMs)
  await expireSendingCounts(t.database, t.clock.now())
  assert.deepEqual(await t.owner.rows({ text: 'SELECT key FROM sending_count' }), [])
})
