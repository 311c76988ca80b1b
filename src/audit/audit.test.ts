import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '../base/clock.ts'
import { isRefusal } from '../base/refusal.ts'
import type { Database } from '../db/types.ts'
import { createKeys } from '../keys/keys.ts'
import { temporaryMaster } from '../keys/temporary-master.ts'
import type { Keys } from '../keys/types.ts'
import { openTestDatabase } from '../../test/support/database.ts'
import { createAudit } from './create-audit.ts'
import type { AuditOptions } from './create-audit.ts'
import { voidAfterMs } from './limits.ts'
import { listHeads } from './outbox.ts'
import type { AuditEntry } from './types.ts'
import { findBreaks } from './verify-chain.ts'
import type { Break } from './verify-chain.ts'

const signIn: AuditEntry = {
  kind: 'sign-in',
  door: 'imap',
  outcome: 'success',
  mechanism: 'PLAIN',
  identity: 'p1',
  principalId: 'p1',
}

async function openAll(t: { readonly database: Database }) {
  const clock = new ManualClock()
  await using temporary = await temporaryMaster()
  const keys = await createKeys({ database: t.database, master: temporary.master, clock })
  const options = { database: t.database, keys, clock, nodeId: 'n1' } satisfies AuditOptions
  return { clock, keys, options }
}

async function breaks(database: Database, keys: Keys): Promise<readonly Break[]> {
  return Array.fromAsync(findBreaks(database, keys.platform))
}

test('writes an entry in the transaction of its act and lists the newest first', async () => {
  await using t = await openTestDatabase()
  const { clock, keys, options } = await openAll(t)
  await using audit = await createAudit(options)
  clock.advance(5)
  await t.database.transaction((tx) => audit.record(tx, signIn))
  const [newest, first] = await audit.list(t.database, 10)
  assert.deepEqual(newest?.entry, signIn)
  assert.equal(newest?.seq, 2)
  assert.equal(newest?.at, clock.now())
  assert.deepEqual(first?.entry, { kind: 'node', event: 'start', nodeId: 'n1' })
  assert.deepEqual(await breaks(t.database, keys), [])
})

test('a platform begins with the entry given, in its first chain only', async () => {
  await using t = await openTestDatabase()
  const { keys, options } = await openAll(t)
  const opening = { kind: 'founding', stage: 'begun', founders: [], statement: '' } as const
  await using first = await createAudit({ ...options, opening })
  await using _ = await createAudit({ ...options, opening, nodeId: 'n2' })
  const entries = await first.list(t.database, 10)
  const kinds = entries.map(({ nodeId, seq, entry }) => `${nodeId} ${seq} ${entry.kind}`)
  assert.deepEqual(kinds.toSorted(), ['n1 1 founding', 'n1 2 node', 'n2 1 node'])
  const heads = await listHeads(t.database)
  assert.deepEqual(
    heads.map((head) => head.replace(/[0-9a-f]{64}$/, 'MAC')),
    ['n1 2 MAC', 'n2 1 MAC'],
  )
  assert.deepEqual(await breaks(t.database, keys), [])
})

test('writes entries that come together in one chain without a gap', async () => {
  await using t = await openTestDatabase()
  const { keys, options } = await openAll(t)
  const audit = await createAudit(options)
  await Promise.all(Array.from({ length: 1200 }, () => audit.recordAlone(signIn)))
  await audit[Symbol.asyncDispose]()
  const entries = await audit.list(t.database, 2000)
  assert.equal(entries.length, 1202)
  assert.deepEqual(entries[0]?.entry, { kind: 'node', event: 'stop', nodeId: 'n1' })
  assert.deepEqual(await breaks(t.database, keys), [])
})

test('makes the number of a rolled back act void and keeps the chain whole', async () => {
  await using t = await openTestDatabase()
  const { keys, options } = await openAll(t)
  await using audit = await createAudit(options)
  const failed = t.database.transaction(async (tx) => {
    await audit.record(tx, signIn)
    throw new Error('the act fails')
  })
  await assert.rejects(failed, /the act fails/)
  await audit.recordAlone(signIn)
  await audit.sweep()
  assert.deepEqual(await breaks(t.database, keys), [])
  const kinds = (await audit.list(t.database, 10)).map((stored) => [stored.seq, stored.entry.kind])
  assert.deepEqual(
    kinds.toSorted((a, b) => Number(a[0]) - Number(b[0])),
    [
      [1, 'node'],
      [2, 'void'],
      [3, 'sign-in'],
    ],
  )
})

test('does not make void what commits late', async () => {
  await using t = await openTestDatabase()
  const { clock, keys, options } = await openAll(t)
  await using audit = await createAudit(options)
  let sweeping: Promise<void> | undefined
  await t.database.transaction(async (tx) => {
    await audit.record(tx, signIn)
    clock.advance(voidAfterMs)
    sweeping = audit.sweep()
  })
  await sweeping
  assert.equal((await audit.list(t.database, 1))[0]?.entry.kind, 'sign-in')
  assert.deepEqual(await breaks(t.database, keys), [])
})

test('goes on without a gap after a stop, with one after a crash', async () => {
  await using t = await openTestDatabase()
  const { keys, options } = await openAll(t)
  await (await createAudit(options))[Symbol.asyncDispose]()
  await using crashed = await createAudit(options)
  await crashed.recordAlone(signIn)
  assert.deepEqual(await breaks(t.database, keys), [])
  await using next = await createAudit({ ...options })
  const seq = (await next.list(t.database, 1))[0]?.seq ?? 0
  assert.deepEqual(await breaks(t.database, keys), [{ nodeId: 'n1', seq, what: 'gap' }])
})

test('refuses acts when the spool is full and takes them again when it was fetched', async () => {
  await using t = await openTestDatabase()
  const { options } = await openAll(t)
  const alarms: string[] = []
  await using audit = await createAudit({
    ...options,
    outboxEntriesMax: 4,
    onAlarm: (what) => alarms.push(what),
  })
  for (let i = 0; i < 3; i++) await audit.recordAlone(signIn)
  await assert.rejects(audit.recordAlone(signIn), (error) => isRefusal(error, 'try-again'))
  assert.throws(
    () => audit.requireRoom(),
    (error) => isRefusal(error, 'try-again'),
  )
  await audit.sweep()
  assert.deepEqual(alarms, ['audit spool is filling'])
  await t.owner.single({ text: 'DELETE FROM audit_outbox WHERE seq < 4' })
  await audit.sweep()
  await audit.recordAlone(signIn)
})

test('shows an altered, a moved and a removed entry', async () => {
  await using t = await openTestDatabase()
  const { keys, options } = await openAll(t)
  await using audit = await createAudit(options)
  for (let i = 0; i < 6; i++) await audit.recordAlone(signIn)
  await t.owner.single({ text: 'UPDATE audit_outbox SET at = at + 1 WHERE seq = 3' })
  await t.owner.single({
    text: `UPDATE audit_outbox SET entry = (SELECT entry FROM audit_outbox WHERE seq = 2)
      WHERE seq = 5`,
  })
  await t.owner.single({ text: 'DELETE FROM audit_outbox WHERE seq = 6' })
  assert.deepEqual(await breaks(t.database, keys), [
    { nodeId: 'n1', seq: 3, what: 'altered' },
    { nodeId: 'n1', seq: 5, what: 'altered' },
    { nodeId: 'n1', seq: 7, what: 'gap' },
  ])
})

test('keeps nothing of an entry in clear', async () => {
  await using t = await openTestDatabase()
  const { options } = await openAll(t)
  await using audit = await createAudit(options)
  await audit.recordAlone({ ...signIn, identity: 'canary-identity' })
  const rows = await t.database.rows<{ entry: Buffer }>({ text: 'SELECT entry FROM audit_outbox' })
  assert.equal(rows.length, 2)
  assert.ok(rows.every((row) => !row.entry.includes('canary')))
})
