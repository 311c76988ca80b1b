import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dayMs, ManualClock } from '../base/clock.ts'
import { createKeys } from '../keys/keys.ts'
import { temporaryMaster } from '../keys/temporary-master.ts'
import { openTestDatabase } from '../../test/support/database.ts'
import { mailLogRecipientsMax } from './limits.ts'
import { createMailLog, expireMailLog, listMailLog, readMailLog } from './mail-log.ts'
import type { MailLogEntry } from './mail-log.ts'

function entry(at: number, more: Partial<MailLogEntry> = {}): MailLogEntry {
  return {
    at,
    event: 'received',
    messageId: `m${at}`,
    remoteAddress: '192.0.2.1',
    reversePath: 'canary@example.org',
    recipients: ['b@td.example'],
    octets: 100,
    ...more,
  }
}

test('keeps mail log entries sealed, lists a span newest first, expires the old', async () => {
  await using t = await openTestDatabase()
  const clock = new ManualClock()
  await using temporary = await temporaryMaster()
  const keys = await createKeys({ database: t.database, master: temporary.master, clock })
  await using log = createMailLog({ database: t.database, keys, clock })
  const start = clock.now()
  await Promise.all([log.append([entry(start), entry(start + 1)]), log.append([entry(start + 2)])])
  await log.append([entry(start + dayMs)])
  await log.append([])

  const rows = await t.database.rows<{ entries: Buffer }>({ text: 'SELECT entries FROM mail_log' })
  assert.equal(rows.length, 2)
  assert.ok(rows.every((row) => !row.entries.includes('canary')))

  const span = { from: start + 1, to: start + dayMs + 1, limit: 10 }
  const listed = await listMailLog(t.database, keys.platform, span)
  assert.deepEqual(
    listed.map((item) => item.at - start),
    [dayMs, 2, 1],
  )
  assert.deepEqual(listed[2], entry(start + 1))

  assert.equal(await expireMailLog(t.database, start + dayMs), 1)
  assert.equal((await listMailLog(t.database, keys.platform, { ...span, from: 0 })).length, 1)
})

test('cuts a list of recipients beyond its limit and keeps the count', async () => {
  await using t = await openTestDatabase()
  const clock = new ManualClock()
  await using temporary = await temporaryMaster()
  const keys = await createKeys({ database: t.database, master: temporary.master, clock })
  await using log = createMailLog({ database: t.database, keys, clock })
  const recipients = Array.from({ length: mailLogRecipientsMax + 5 }, (_, i) => `r${i}@td.example`)
  await log.append([entry(clock.now(), { recipients })])
  const query = { from: 0, to: clock.now() + 1, limit: 1 }
  const [only] = await listMailLog(t.database, keys.platform, query)
  assert.equal(only?.recipients.length, mailLogRecipientsMax)
  assert.equal(only?.recipientCount, mailLogRecipientsMax + 5)
})

test('what became of a message is written with the next one, or at the end', async () => {
  await using t = await openTestDatabase()
  const clock = new ManualClock()
  await using temporary = await temporaryMaster()
  const keys = await createKeys({ database: t.database, master: temporary.master, clock })
  const at = clock.now()
  const outcomes = [{ recipient: 'b@td.example', result: 'delivered' as const }]
  const settled = entry(at, { event: 'settled', recipients: [], outcomes })
  const count = async () => (await t.database.rows({ text: 'SELECT 1 FROM mail_log' })).length
  {
    await using log = createMailLog({ database: t.database, keys, clock })
    log.appendSoon(settled)
    assert.equal(await count(), 0)
    await log.append([entry(at + 1)])
    assert.equal(await count(), 1)
    log.appendSoon({ ...settled, messageId: 'last' })
  }
  assert.equal(await count(), 2)
  const read: string[] = []
  for await (const batch of readMailLog(t.database, keys.platform, { from: at, to: at + 2 }))
    read.push(...batch.map(({ event, messageId }) => `${event} ${messageId}`))
  assert.deepEqual(read.toSorted(), [`received m${at + 1}`, 'settled last', `settled m${at}`])
})
