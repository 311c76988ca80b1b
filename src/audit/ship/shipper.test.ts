import assert from 'node:assert/strict'
import { createPrivateKey } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { ManualClock } from '../../base/clock.ts'
import { isRefusal } from '../../base/refusal.ts'
import type { Database } from '../../db/types.ts'
import { createKeys } from '../../keys/keys.ts'
import { temporaryMaster } from '../../keys/temporary-master.ts'
import { parseLeaf } from '../../tlog/leaf.ts'
import type { Leaf } from '../../tlog/types.ts'
import { openTestDatabase } from '../../../test/support/database.ts'
import { createAudit } from '../create-audit.ts'
import { crashGap } from '../limits.ts'
import { openNames } from '../names/name-box.ts'
import { auditOrigin, RehearsedAudit } from '../rehearsal.ts'
import type { AuditEntry } from '../types.ts'
import { createAuditClient } from './client.ts'
import { NamesSent } from './names-sent.ts'
import { Shipper } from './shipper.ts'

const read: AuditEntry = {
  kind: 'mail-read',
  principalId: 'person-1',
  accountId: 'account-2',
  mailboxId: 'm',
  uids: [1, 2, 3],
}

async function openNode(t: { readonly database: Database }, audit: RehearsedAudit) {
  const clock = new ManualClock()
  await using temporary = await temporaryMaster()
  const keys = await createKeys({ database: t.database, master: temporary.master, clock })
  const credential = await audit.credential('node-1')
  const alarms: string[] = []
  const start = async (nodeId = 'n1') => {
    const client = createAuditClient({ url: audit.url, credential })
    const names = new NamesSent(credential.auditors, (id) => `name of ${id}`)
    const onAlarm = (what: string) => void alarms.push(what)
    const { database } = t
    const common = { database, keys: keys.platform, clock, nodeId, onAlarm }
    const shipper = new Shipper({ ...common, client, names })
    const trail = await createAudit({ database, keys, clock, nodeId, onAlarm, sealing: shipper })
    return {
      trail,
      shipper,
      async stop() {
        await trail[Symbol.asyncDispose]()
        await shipper[Symbol.asyncDispose]()
        client[Symbol.dispose]()
      },
      /** As a power failure does. */
      async crash() {
        trail.close()
        await shipper[Symbol.asyncDispose]()
        client[Symbol.dispose]()
      },
    }
  }
  return { clock, keys, alarms, start }
}

async function leavesOf(audit: RehearsedAudit): Promise<readonly Leaf[]> {
  const { log } = audit.process
  const leaves = await Array.fromAsync(log.entries(0), (octets) => parseLeaf(octets))
  return leaves.filter(({ node }) => node !== auditOrigin)
}

test('an act on another’s data is acknowledged once it is in the log, without names in clear', async () => {
  await using t = await openTestDatabase()
  await using audit = new RehearsedAudit()
  await audit.start()
  const { start } = await openNode(t, audit)
  const node = await start()
  await node.trail.recordAcknowledged(read)
  const leaves = await leavesOf(audit)
  assert.deepEqual(
    leaves.map(({ seq, kind }) => [seq, kind]),
    [
      [1, 'node'],
      [2, 'mail-read'],
    ],
  )
  assert.ok(!JSON.stringify(leaves).includes('person-1'))
  const from = performance.now()
  for (let i = 0; i < 20; i++) await node.trail.recordAcknowledged(read)
  console.log(`acknowledged in ${((performance.now() - from) / 20).toFixed(1)} ms`)
  await node.stop()
  assert.deepEqual((await leavesOf(audit)).at(-1)?.entry['event'], 'stop')
})

test('auditors learn from the box what a pseudonym stands for', async () => {
  await using t = await openTestDatabase()
  await using audit = new RehearsedAudit()
  await audit.start()
  const { start } = await openNode(t, audit)
  const node = await start()
  await node.trail.recordAcknowledged(read)
  const leaf = (await leavesOf(audit))[1]
  const auditor = createAuditClient({
    url: audit.url,
    credential: await audit.credential('auditor-1', 'auditor'),
  })
  const box = await auditor.get(`v1/names/${leaf?.entry['names'] as string}`) // The shipper writes a hash there.
  const key = createPrivateKey(readFileSync(audit.auditorsPrivateKey))
  const names = openNames(key, box ?? Buffer.alloc(0))
  const found = names.find(({ pseudonym }) => pseudonym === leaf?.entry['principalId'])
  assert.deepEqual([found?.value, found?.known], ['person-1', 'name of person-1'])
  await assert.rejects(auditor.send({ boxes: [], entries: [] }), (error) => isRefusal(error))
  auditor[Symbol.dispose]()
  await node.stop()
})

test('while the audit process is away others’ data waits, entries gather, and all are merged in order', async () => {
  await using t = await openTestDatabase()
  await using audit = new RehearsedAudit()
  await audit.start()
  const { start, alarms } = await openNode(t, audit)
  const node = await start()
  await node.trail.recordAcknowledged(read)
  await audit.stop()
  for (let i = 0; i < 5; i++) await node.trail.recordAlone(read)
  await assert.rejects(node.trail.recordAcknowledged(read), (error) =>
    isRefusal(error, 'audit-unavailable'),
  )
  assert.ok(node.shipper.awaySince !== undefined)
  assert.ok(alarms.includes('the audit process does not answer'))
  await audit.start()
  await node.trail.recordAcknowledged(read)
  assert.equal(node.shipper.awaySince, undefined)
  const seqs = (await leavesOf(audit)).map(({ seq }) => seq)
  assert.deepEqual(
    seqs,
    seqs.map((_, at) => at + 1),
  )
  assert.equal(seqs.length, 9)
  await node.stop()
})

test('a crash leaves a named gap, and what was unfinished becomes void', async () => {
  await using t = await openTestDatabase()
  await using audit = new RehearsedAudit()
  await audit.start()
  const { start } = await openNode(t, audit)
  const node = await start()
  await node.trail.recordAcknowledged(read)
  const [recorded, unfinished] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const act = t.database.transaction(async (tx) => {
    await node.trail.record(tx, read)
    recorded.resolve()
    await unfinished.promise
    throw new Error('cut off')
  })
  await recorded.promise
  await node.trail.recordAlone(read)
  unfinished.resolve()
  await assert.rejects(act, /cut off/)
  await node.crash()
  const next = await start()
  await next.trail.recordAcknowledged(read)
  const leaves = await leavesOf(audit)
  assert.deepEqual(
    leaves.map(({ seq, kind }) => [seq, kind]),
    [
      [1, 'node'],
      [2, 'mail-read'],
      [3, 'void'],
      [4, 'mail-read'],
      [4 + crashGap + 1, 'node'],
      [4 + crashGap + 2, 'mail-read'],
    ],
  )
  assert.deepEqual(audit.alarms, [])
  await next.stop()
})

test('an act that was rolled back becomes void at once, and nothing waits behind it', async () => {
  await using t = await openTestDatabase()
  await using audit = new RehearsedAudit()
  await audit.start()
  const { start } = await openNode(t, audit)
  const node = await start()
  const failed = t.database.transaction(async (tx) => {
    await node.trail.record(tx, read)
    throw new Error('no')
  })
  await assert.rejects(failed, /no/)
  // At once: nobody’s mail waits because somebody else’s act was refused.
  await node.trail.recordAcknowledged(read)
  assert.deepEqual(
    (await leavesOf(audit)).map(({ kind }) => kind),
    ['node', 'void', 'mail-read'],
  )
  await node.stop()
})

test('says that an entry was altered in the database before it was shipped', async () => {
  await using t = await openTestDatabase()
  await using audit = new RehearsedAudit()
  await audit.start()
  const { start, alarms } = await openNode(t, audit)
  const node = await start()
  await node.trail.acknowledged()
  await audit.stop()
  await node.trail.recordAlone(read)
  await node.trail.recordAlone(read)
  await t.owner.single({ text: 'UPDATE audit_outbox SET at = at + 1 WHERE seq = 2' })
  await audit.start()
  await node.trail.recordAcknowledged(read)
  assert.ok(alarms.includes('an audit entry was altered before it was shipped'))
  const leaves = await leavesOf(audit)
  assert.deepEqual(leaves[1]?.entry['what'], 'entry-altered-before-shipping')
  assert.equal(leaves.length, 4)
  await node.stop()
})

test('a database put back to an earlier day is not taken for the one that was', async () => {
  await using t = await openTestDatabase()
  await using audit = new RehearsedAudit()
  await audit.start()
  const { start, alarms } = await openNode(t, audit)
  const node = await start()
  await node.trail.recordAcknowledged(read)
  await node.crash()
  await t.owner.single({ text: 'DELETE FROM audit_outbox' })
  await t.owner.single({ text: 'DELETE FROM audit_shipped' })
  const again = await start()
  await assert.rejects(again.trail.recordAcknowledged(read), (error) =>
    isRefusal(error, 'audit-unavailable'),
  )
  assert.ok(alarms.some((what) => what.startsWith('the audit process holds')))
  await again.stop()
})

test('a log put back to an earlier day is not taken for the one that was', async () => {
  await using t = await openTestDatabase()
  await using audit = new RehearsedAudit()
  await audit.start()
  const { start, alarms } = await openNode(t, audit)
  const node = await start()
  await node.trail.recordAcknowledged(read)
  await node.stop()
  await audit.stop()
  rmSync(join(audit.data, 'log'), { recursive: true })
  await audit.start()
  const again = await start()
  await assert.rejects(again.trail.recordAcknowledged(read), (error) =>
    isRefusal(error, 'audit-unavailable'),
  )
  assert.ok(alarms.includes('the audit process holds less than it acknowledged'))
  await again.stop()
})
