import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { systemClock } from '../../base/clock.ts'
import { openCheckpoint } from '../../tlog/checkpoint.ts'
import { formatLeaf, chainStartMac } from '../../tlog/leaf.ts'
import { parseVerifier } from '../../tlog/note-key.ts'
import { createAuditClient } from '../ship/client.ts'
import { RehearsedAudit } from '../rehearsal.ts'
import { parseWitnessCard, postToWitness } from '../server/witness-client.ts'
import { openWitness } from './open-witness.ts'

function entry(seq: number, previous: string): Buffer {
  const mac = String(seq).padStart(64, '0')
  const fields = { kind: 'node', event: 'start' }
  return formatLeaf({ v: 1, node: 'n', seq, at: 1, kind: 'node', entry: fields, previous, mac })
}

async function openBoth(folder: string, audit: RehearsedAudit) {
  return openWitness({
    data: join(folder, 'witness'),
    listen: { host: '127.0.0.1', port: 0 },
    hostnames: ['127.0.0.1'],
    name: 'witness.test',
    logKeyPaths: [join(audit.data, 'log.vkey')],
    clock: systemClock,
    onFault: (error) => {
      throw error
    },
  })
}

test('the published checkpoint carries the cosignature, and heads stand in a second place', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tamar-witness-'))
  const headsPath = join(folder, 'heads')
  await using audit = new RehearsedAudit({
    witnessCards: [join(folder, 'witness', 'witness.json')],
    quorum: 1,
    headsPath,
  })
  await audit.start()
  const witness = await openBoth(folder, audit)
  const credential = await audit.credential('node-1')
  using client = createAuditClient({ url: audit.url, credential })
  const first = entry(1, chainStartMac)
  await client.send({ boxes: [], entries: [first] })
  await audit.process.cosigner.cosign()
  const card = parseWitnessCard(readFileSync(witness.cardPath, 'utf8'))
  const log = audit.process.folder.signer.verifier
  const note = (await client.get('checkpoint'))?.toString() ?? ''
  const { size } = openCheckpoint(note, log, [parseVerifier(card.vkey)], 1)
  assert.equal(readFileSync(headsPath, 'utf8'), `${note}\n`)

  // The witness starts anew elsewhere and has not forgotten; without it nothing is published.
  await witness[Symbol.asyncDispose]()
  await client.send({ boxes: [], entries: [entry(2, '1'.padStart(64, '0'))] })
  await audit.process.cosigner.cosign()
  assert.equal((await client.get('checkpoint'))?.toString(), note)
  assert.ok(audit.alarms.includes('a witness cannot be reached'))
  await using again = await openBoth(folder, audit)
  const moved = parseWitnessCard(readFileSync(again.cardPath, 'utf8'))
  const stale = await postToWitness(moved, `old 0\n\n${audit.process.log.checkpoint}`)
  assert.deepEqual([stale.status, stale.body], [409, `${size}\n`])
  await audit.process.cosigner.cosign()
  const newer = (await client.get('checkpoint'))?.toString() ?? ''
  assert.ok(openCheckpoint(newer, log, [parseVerifier(card.vkey)], 1).size > size)
  rmSync(folder, { recursive: true, force: true })
})
