import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { dayMs, ManualClock, systemClock } from '../../base/clock.ts'
import { createDatabase } from '../../db/database.ts'
import type { Database } from '../../db/types.ts'
import { createKeys } from '../../keys/keys.ts'
import { temporaryMaster } from '../../keys/temporary-master.ts'
import { parseVerifier } from '../../tlog/note-key.ts'
import { openTestDatabase } from '../../../test/support/database.ts'
import { createAudit } from '../create-audit.ts'
import { makePartitions } from '../partitions.ts'
import { RehearsedAudit } from '../rehearsal.ts'
import { readFileSync } from 'node:fs'
import { openWitness } from '../witness/open-witness.ts'
import { dropShipped } from './drop-shipped.ts'
import { standInAfterMs } from './limits.ts'
import { openShipping } from './open-shipping.ts'

const entry = { kind: 'ledger-read', principalId: 'p', accountId: 'a' } as const

test('the platform’s role may add to the outbox and neither change nor drop anything in it', async () => {
  await using t = await openTestDatabase()
  await makePartitions(t.database, Date.now())
  await makePartitions(t.database, Date.now())
  const [partition] = await t.owner.rows<{ name: string }>({
    text: `SELECT relname AS name FROM pg_class WHERE relname LIKE 'audit\\_outbox\\_d%' LIMIT 1`,
  })
  for (const text of [
    'UPDATE audit_outbox SET at = 0',
    'DELETE FROM audit_outbox',
    'DELETE FROM audit_outbox_rest',
    'UPDATE audit_shipped SET seq = 1',
    'DELETE FROM audit_shipped',
    `DELETE FROM ${partition?.name}`,
    `DROP TABLE ${partition?.name}`,
    'TRUNCATE audit_outbox',
    'SELECT audit_drop_partition(20000)',
    'SELECT audit_empty_rest(0)',
    'SELECT audit_forget_shipped(0)',
  ])
    await assert.rejects(t.database.single({ text }), { code: '42501' }, text)
})

test('the role that drops can do nothing else', async () => {
  await using t = await openTestDatabase()
  await using dropper = createDatabase({ ...t.connection, role: 'tamar_audit_drop' })
  for (const text of [
    `INSERT INTO audit_shipped VALUES (0, 'n', 1, decode(repeat('00', 32), 'hex'), false, 1)`,
    'DELETE FROM audit_outbox',
    'SELECT * FROM mail_log',
    'SELECT audit_make_partition(20000)',
  ])
    await assert.rejects(dropper.single({ text }), { code: '42501' }, text)
})

async function openAll(t: { readonly database: Database }, audit: RehearsedAudit) {
  const clock = new ManualClock()
  await using temporary = await temporaryMaster()
  const keys = await createKeys({ database: t.database, master: temporary.master, clock })
  const place = { url: audit.url, credential: await audit.credential('node-1') }
  const start = async (nodeId: string) => {
    const { database } = t
    const onAlarm = (what: string) => assert.fail(what)
    const common = { database, keys: keys.platform, clock, nodeId, onAlarm }
    const shipping = openShipping({ ...common, place, nameOf: () => undefined, standsIn: true })
    const sealing = shipping.shipper
    const trail = await createAudit({ database, keys, clock, nodeId, onAlarm, sealing })
    return {
      trail,
      shipping,
      async stop() {
        await trail[Symbol.asyncDispose]()
        await shipping[Symbol.asyncDispose]()
      },
      async crash() {
        trail.close()
        await shipping[Symbol.asyncDispose]()
      },
    }
  }
  return { clock, keys, start }
}

test('a day is dropped once a cosigned checkpoint proves it, and the chain goes on without it', async () => {
  await using t = await openTestDatabase()
  const folder = mkdtempSync(join(tmpdir(), 'tamar-drop-'))
  const card = join(folder, 'witness.json')
  await using audit = new RehearsedAudit({ witnessCards: [card], quorum: 1 })
  await audit.start()
  const { clock, start } = await openAll(t, audit)
  await makePartitions(t.database, clock.now())
  const node = await start('n1')
  await node.trail.recordAcknowledged(entry)
  await node.stop()
  await using dropper = createDatabase({ ...t.connection, role: 'tamar_audit_drop' })
  const later = clock.now() + 2 * dayMs
  const drop = (witnesses = [witness]) => {
    const log = audit.process.folder.signer.verifier
    const { client } = node.shipping
    return dropShipped({ database: dropper, client, log, witnesses, quorum: 1, now: later })
  }
  const opened = await openWitness({
    data: folder,
    listen: { host: '127.0.0.1', port: 0 },
    hostnames: ['127.0.0.1'],
    name: 'witness.test',
    logKeyPaths: [],
    clock: systemClock,
    onFault: (error) => assert.fail(String(error)),
  })
  const witness = parseVerifier(readFileSync(join(folder, 'witness.vkey'), 'utf8').trim())
  // Sealed, but the witness does not know this log: nothing is proven.
  assert.deepEqual((await drop()).days, [])
  await opened[Symbol.asyncDispose]()
  await using _ = await openWitness({
    data: folder,
    listen: { host: '127.0.0.1', port: 0 },
    hostnames: ['127.0.0.1'],
    name: 'witness.test',
    logKeyPaths: [join(audit.data, 'log.vkey')],
    clock: systemClock,
    onFault: (error) => assert.fail(String(error)),
  })
  await audit.process.cosigner.cosign()
  await audit.process.cosigner.cosign()
  assert.equal((await drop()).days.length, 1)
  assert.equal((await drop()).days.length, 0)
  clock.advance(3 * dayMs)
  const again = await start('n1')
  await again.trail.recordAcknowledged(entry)
  assert.equal((await again.trail.list(t.database, 10)).length, 2)
  assert.equal(audit.process.log.chains().get('n1')?.seq, 5)
  await again.stop()
  rmSync(folder, { recursive: true })
})

test('what was never sealed is not dropped, whatever the database says of it', async () => {
  await using t = await openTestDatabase()
  await using audit = new RehearsedAudit()
  await audit.start()
  const { clock, keys, start } = await openAll(t, audit)
  await makePartitions(t.database, clock.now())
  const unshipped = await createAudit({ database: t.database, keys, clock, nodeId: 'n2' })
  await unshipped[Symbol.asyncDispose]()
  const node = await start('n1')
  await node.stop()
  await audit.process.cosigner.cosign()
  await t.database.single({
    text: `INSERT INTO audit_shipped SELECT bucket, node_id, 1000, mac, true, at
      FROM audit_outbox WHERE node_id = 'n2' LIMIT 1`,
  })
  await using database = createDatabase({ ...t.connection, role: 'tamar_audit_drop' })
  const log = audit.process.folder.signer.verifier
  const { client } = node.shipping
  const now = clock.now() + 2 * dayMs
  const common = { database, client, log, witnesses: [], quorum: 0, now }
  const { days, kept } = await dropShipped(common)
  assert.deepEqual([days, kept.map((each) => each.node)], [[], ['n2']])
})

test('a living node ships the chain of one that was lost', async () => {
  await using t = await openTestDatabase()
  await using audit = new RehearsedAudit()
  await audit.start()
  const { clock, keys, start } = await openAll(t, audit)
  const lost = await createAudit({ database: t.database, keys, clock, nodeId: 'n2' })
  await lost.recordAlone(entry)
  lost.close()
  const node = await start('n1')
  await node.trail.acknowledged()
  await node.shipping.standIn?.round()
  assert.equal(audit.process.log.chains().get('n2'), undefined)
  clock.advance(standInAfterMs)
  await node.shipping.standIn?.round()
  assert.equal(audit.process.log.chains().get('n2')?.seq, 2)
  await node.stop()
})
