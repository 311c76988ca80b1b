import assert from 'node:assert/strict'
import { test } from 'node:test'
import { until } from '../../../test/support/until.ts'
import { systemClock } from '../../base/clock.ts'
import { isRefusal } from '../../base/refusal.ts'
import { chainStartMac, formatLeaf, parseLeaf } from '../../tlog/leaf.ts'
import { crashGapMax } from '../../tlog/limits.ts'
import { silenceMs } from '../alerts/limits.ts'
import { usualHours } from '../alerts/office-hours.ts'
import type { Alert } from '../alerts/types.ts'
import { formatBatch, parseBatch } from '../batch.ts'
import { auditOrigin, RehearsedAudit } from '../rehearsal.ts'
import { createAuditClient } from '../ship/client.ts'
import type { AuditClient } from '../ship/client.ts'
import { revoke } from './enrolment.ts'

function macOf(seq: number, node = 'n'): string {
  return Buffer.from(`${node}${seq}`).toString('hex').padStart(64, '0')
}

interface Given {
  readonly previous?: string
  readonly kind?: string
  readonly node?: string
  readonly mac?: string
}

function entry(seq: number, given: Given = {}) {
  const { node = 'n', kind = 'alarm' } = given
  const previous = given.previous ?? (seq === 1 ? chainStartMac : macOf(seq - 1, node))
  const fields = { kind, ...(kind === 'node' ? { event: 'start' } : {}) }
  const mac = given.mac ?? macOf(seq, node)
  return formatLeaf({ v: 1, node, seq, at: 1, kind, entry: fields, previous, mac })
}

async function open(audit: RehearsedAudit): Promise<AuditClient> {
  await audit.start()
  return createAuditClient({ url: audit.url, credential: await audit.credential('node-1') })
}

/** Who hears of alerts. */
class Told {
  readonly rules: string[] = []
  readonly alerts = {
    hours: usualHours,
    senders: [{ name: 'test', send: async ({ rule }: Alert) => void this.rules.push(rule) }],
  }
}

const send = (client: AuditClient, ...entries: Buffer[]) => client.send({ boxes: [], entries })

test('takes each number once, in order, however often it is sent', async () => {
  await using audit = new RehearsedAudit()
  using client = await open(audit)
  await send(client, entry(1), entry(2))
  const receipt = await send(client, entry(1), entry(2), entry(3))
  assert.deepEqual(receipt.sealed, { n: 3 })
})

test('goes on after a restart where it was', async () => {
  await using audit = new RehearsedAudit()
  using client = await open(audit)
  await send(client, entry(1), entry(2))
  await audit.stop()
  await audit.start()
  assert.equal((await client.chain('n')).tip.seq, 2)
  assert.deepEqual((await send(client, entry(2), entry(3))).sealed, { n: 3 })
})

const breaks = [
  ['a gap', [entry(3)], 'gap'],
  ['another predecessor', [entry(2, { previous: macOf(9) })], 'broken'],
  ['another entry at a number', [entry(1, { mac: macOf(9) })], 'forked'],
  ['too long a gap at a start', [entry(crashGapMax + 3, { kind: 'node' })], 'gap'],
] as const

for (const [name, entries, what] of breaks)
  test(`refuses ${name} and says so, and other nodes are not held up`, async () => {
    const told = new Told()
    await using audit = new RehearsedAudit({ alerts: told.alerts })
    using client = await open(audit)
    await send(client, entry(1))
    const receipt = await send(client, ...entries, entry(1, { node: 'm' }))
    assert.equal(receipt.refused?.what, what)
    assert.equal(receipt.sealed['m'], 1)
    assert.deepEqual(audit.alarms, ['a chain does not follow'])
    await until('the alert', 10_000, () => told.rules.length > 0)
    assert.deepEqual(told.rules, ['chain-break'])
  })

test('a node that is not heard of for a minute is told of, once', async () => {
  const told = new Told()
  let passed = 0
  const clock = { now: () => systemClock.now() + passed }
  await using audit = new RehearsedAudit({ alerts: told.alerts, clock })
  using client = await open(audit)
  await send(client, entry(1, { kind: 'node' }))
  await until('the entry to be looked at', 10_000, async () => {
    passed += silenceMs / 2
    return told.rules.length > 0
  })
  assert.deepEqual(told.rules, ['audit-silence'])
})

test('a start after a crash may leave numbers out when it links to the last entry', async () => {
  await using audit = new RehearsedAudit()
  using client = await open(audit)
  await send(client, entry(1))
  const start = entry(crashGapMax + 2, { kind: 'node', previous: macOf(1) })
  assert.equal((await send(client, start)).refused, undefined)
})

test('seals what many send at once, all of it', async () => {
  await using audit = new RehearsedAudit()
  using client = await open(audit)
  const chains = Array.from({ length: 20 }, (_, node) => `node-${node}`)
  await Promise.all(
    chains.map((node) =>
      send(client, ...Array.from({ length: 50 }, (_, at) => entry(at + 1, { node }))),
    ),
  )
  const seqs = new Map<string, number>()
  for await (const octets of audit.process.log.entries(0)) {
    const { node, seq } = parseLeaf(octets)
    if (node === auditOrigin) continue
    assert.equal(seq, (seqs.get(node) ?? 0) + 1)
    seqs.set(node, seq)
  }
  assert.equal(seqs.size, 20)
})

test('what is no batch of leaves is refused whole', async () => {
  await using audit = new RehearsedAudit()
  using client = await open(audit)
  const isRefused = (error: unknown) => isRefusal(error, 'audit-unavailable')
  await assert.rejects(send(client, entry(1), Buffer.from('{}')), isRefused)
  assert.equal((await client.chain('n')).tip.seq, 0)
  const whole = formatBatch({ boxes: [Buffer.from('b')], entries: [entry(1)] })
  assert.equal(parseBatch(whole).entries.length, 1)
  for (const cut of [0, 3, 6, whole.length - 1])
    assert.throws(() => parseBatch(whole.subarray(0, cut)), isRefusal)
})

test('only the enrolled are let in, each to what his role may, and until he is revoked', async () => {
  await using audit = new RehearsedAudit()
  using node = await open(audit)
  const credential = await audit.credential('operator-1', 'operator')
  using operator = createAuditClient({ url: audit.url, credential })
  await send(node, entry(1))
  assert.ok(await operator.get('v1/status'))
  await assert.rejects(send(operator, entry(2)))
  await assert.rejects(operator.get('tile/entries/000.p/1'))
  await assert.rejects(node.get('tile/entries/000.p/1'))
  await revoke(audit.process.folder.enrolled, 'node-1')
  await audit.stop()
  await audit.start()
  await assert.rejects(send(node, entry(2)))
  // A certificate of another authority does not even get a handshake.
  await using other = new RehearsedAudit()
  await other.start()
  const foreign = { ...(await other.credential('node-1')), ca: credential.ca }
  using stranger = createAuditClient({ url: audit.url, credential: foreign })
  await assert.rejects(send(stranger, entry(2)))
})
