/** What the audit process says of itself: in the log, under the rules of every chain. */
import assert from 'node:assert/strict'
import { createPrivateKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { isRefusal } from '../../../base/refusal.ts'
import { chainStartMac, formatLeaf, parseLeaf } from '../../../tlog/leaf.ts'
import { openNames } from '../../names/name-box.ts'
import { auditOrigin, RehearsedAudit } from '../../rehearsal.ts'
import { createAuditClient } from '../../ship/client.ts'
import { openBoxStore } from '../box-store.ts'
import { revoke } from '../enrolment.ts'
import { EnrolmentWatch } from './enrolment-watch.ts'

const isAway = (error: unknown) => isRefusal(error, 'audit-unavailable')

/** Its own leaves, with the names behind their pseudonyms. */
async function ownLeaves(audit: RehearsedAudit) {
  const { log, folder } = audit.process
  const boxes = openBoxStore(folder.names)
  const key = createPrivateKey(readFileSync(audit.auditorsPrivateKey))
  const known = new Map<string, string>()
  const leaves = (await Array.fromAsync(log.entries(0), (octets) => parseLeaf(octets))).filter(
    ({ node }) => node === auditOrigin,
  )
  for (const { entry } of leaves) {
    const box = typeof entry['names'] === 'string' && (await boxes.find(entry['names']))
    if (box) for (const { pseudonym, value } of openNames(key, box)) known.set(pseudonym, value)
  }
  return leaves.map(({ seq, entry }) => {
    const { version: _, names: __, credentialId: ___, remoteAddress: ____, ...fields } = entry
    const shown = Object.entries(fields).map(([name, value]) => [
      name,
      (typeof value === 'string' && known.get(value)) || value,
    ])
    return [seq, Object.fromEntries(shown)]
  })
}

const begun = { kind: 'node', event: 'start', nodeId: auditOrigin }
const ended = { kind: 'node', event: 'stop', nodeId: auditOrigin }

test('it says that it began and ended, and goes on after a restart', async () => {
  await using audit = new RehearsedAudit()
  await audit.start()
  await audit.stop()
  await audit.start()
  assert.deepEqual(await ownLeaves(audit), [
    [1, begun],
    [2, ended],
    [3, begun],
  ])
})

test('who reads is in it once a minute, who is refused, and whose names are looked up, and why', async () => {
  await using audit = new RehearsedAudit()
  await audit.start()
  const { url } = audit
  using node = createAuditClient({ url, credential: await audit.credential('n1') })
  using auditor = createAuditClient({ url, credential: await audit.credential('lee', 'auditor') })
  await auditor.get('tile/entries/000.p/1')
  await auditor.get('tile/0/000.p/1')
  await assert.rejects(node.get('tile/0/000.p/1'), isAway)
  const asked = { pseudonyms: ['~a', '~b'], ticket: 'case 7', approvedBy: 'the director' }
  await assert.rejects(node.resolve(asked), isAway)
  await assert.rejects(auditor.resolve({ ...asked, ticket: '' }), isAway)
  const seq = await auditor.resolve(asked)
  const lee = { principalId: 'lee', role: 'auditor' }
  const refused = { kind: 'refused', principalId: 'n1', role: 'node', code: 'not-permitted' }
  const all = await ownLeaves(audit)
  assert.deepEqual(
    all.map(([, entry]) => entry).filter(({ kind }) => kind !== 'credential'),
    [
      begun,
      { kind: 'audit-read', event: 'export', ...lee },
      { ...refused, act: 'audit.tile.0' },
      { ...refused, act: 'audit.v1.resolutions' },
      {
        kind: 'audit-read',
        event: 'resolve',
        ...lee,
        ticket: 'case 7',
        reason: 'approved by the director',
        query: '~a ~b',
        count: 2,
      },
    ],
  )
  assert.deepEqual(all.at(-1)?.[0], seq)
  for await (const octets of audit.process.log.entries(0))
    assert.doesNotMatch(octets.toString(), /lee|case 7|director/)
})

test('who is enrolled and revoked is in it, once, whenever that was done', async () => {
  await using audit = new RehearsedAudit()
  await audit.start()
  await audit.stop()
  await audit.start()
  const { folder } = audit.process
  await audit.credential('lee', 'auditor')
  await audit.stop()
  await audit.start()
  const { enrolled } = folder
  assert.equal(await revoke(enrolled, 'lee'), true)
  await audit.stop()
  await audit.start()
  const events = (await ownLeaves(audit)).map(([, entry]) => entry)
  const about = { kind: 'credential', credential: 'certificate', ofPrincipalId: 'lee' }
  assert.deepEqual(
    events.filter(({ kind }) => kind === 'credential'),
    [
      { ...about, event: 'enrol', granted: 'auditor' },
      { ...about, event: 'revoke', granted: 'auditor' },
    ],
  )
  const said: string[] = []
  const entries = { enrols: async (event: string) => void said.push(event) }
  const statePath = folder.enrolledSaidPath
  const onFault = (error: unknown) => assert.fail(String(error))
  await using watch = new EnrolmentWatch({ folder: enrolled, statePath, entries, onFault })
  await watch.look()
  assert.deepEqual(said, [])
})

test('no node writes its chain', async () => {
  await using audit = new RehearsedAudit()
  await audit.start()
  using node = createAuditClient({ url: audit.url, credential: await audit.credential('n1') })
  const mac = 'ab'.repeat(32)
  const entry = { kind: 'alarm', what: 'x' }
  const forged = formatLeaf({
    v: 1,
    node: auditOrigin,
    seq: 1,
    at: 1,
    kind: 'alarm',
    entry,
    previous: chainStartMac,
    mac,
  })
  await assert.rejects(node.send({ boxes: [], entries: [forged] }), isAway)
  assert.deepEqual((await ownLeaves(audit))[0], [1, begun])
})
