/** The audit trail from outside: acts at the doors, processes killed, and a log that still proves itself. */
import assert from 'node:assert/strict'
import { createPrivateKey } from 'node:crypto'
import { copyFileSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { ImapFlow } from 'imapflow'
import { openNames } from '../../src/audit/names/name-box.ts'
import { parseBundle } from '../../src/tlog/bundle.ts'
import { parseLeaf } from '../../src/tlog/leaf.ts'
import type { Leaf } from '../../src/tlog/types.ts'
import { run } from '../support/child.ts'
import { findSubject, readAs, sendFromOutside } from '../support/mail-programs.ts'
import { bootPlatform, root, type Platform } from '../support/platform.ts'
import { until } from '../support/until.ts'

const shared = 'Shared/Road Works Enquiries'
const sharedAddress = 'roadworks@td.gov.example'
const member = 'kh.wong'
const subject = 'A hole in the road'
const withinMs = 20_000

let platform: Platform
before(async () => {
  platform = await bootPlatform({ isNew: true })
  const outside = sendFromOutside(platform)
  for (let each = 0; each < 5; each++)
    await outside.sendMail({
      from: 'a@b.example',
      to: sharedAddress,
      subject: `${subject} ${each}`,
      text: 'x',
    })
  outside.close()
})
after(() => platform[Symbol.asyncDispose]())

/** Kills the process beside the node that works on a folder. */
function killOn(folder: string): void {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  const found = pids.filter((pid) => commandOf(pid).includes(`--data\0${folder}\0`))
  assert.equal(found.length, 1, `one process on ${folder}`)
  process.kill(Number(found[0]), 'SIGKILL')
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1')
  } catch {
    // It ended between the two looks.
    return ''
  }
}

async function readShared(reader: ImapFlow, sequence: string): Promise<number> {
  const lock = await reader.getMailboxLock(shared)
  try {
    return (await reader.fetchAll(sequence, { envelope: true })).length
  } finally {
    lock.release()
  }
}

async function tamar(...args: readonly string[]): Promise<string> {
  const child = await run(join(root, 'tamar'), args, { withinMs })
  assert.equal(child.code, 0, `tamar ${args.join(' ')}: ${child.stderr}${child.stdout}`)
  return child.stdout
}

interface Proven {
  readonly leaves: readonly Leaf[]
  readonly said: string
  readonly folder: string
}

/** As an auditor does, with what is published and nothing else. */
async function exportAndVerify(name: string): Promise<Proven> {
  const { audit, witness } = platform.ready.audit
  const credential = join(platform.folder, `${name}.pem`)
  const folder = join(platform.folder, name)
  await tamar('--data', audit, 'audit', 'enrol', name, credential, '--as', 'auditor')
  await everythingIsCosigned(audit, credential)
  // That somebody exports is an entry of its own: heads of later know more than the export.
  const heads = join(platform.folder, `${name}.heads`)
  copyFileSync(join(witness, 'heads'), heads)
  await tamar('--data', audit, 'audit', 'export', folder, '--credential', credential)
  const keys = ['--key', join(audit, 'log.vkey'), '--witness', join(witness, 'witness.vkey')]
  const said = await tamar('verify-audit', folder, ...keys, '--heads', heads)
  const entries = join(folder, 'tile', 'entries')
  const files = readdirSync(entries, { recursive: true, withFileTypes: true })
  const leaves = files
    .filter((file) => file.isFile())
    .map((file) => join(file.parentPath, file.name))
    .toSorted()
    .flatMap((file) => parseBundle(readFileSync(file)).map(parseLeaf))
  return { leaves, said, folder }
}

async function everythingIsCosigned(audit: string, credential: string): Promise<void> {
  await until('all entries to be cosigned', withinMs, async () => {
    const args = ['--data', audit, '--json', 'audit', 'status', '--credential', credential]
    const status = await tamar(...args)
    const { size, publishedSize } = JSON.parse(status)
    return size > 0 && size === publishedSize
  })
}

function uidsOf(leaves: readonly Leaf[]): readonly unknown[] {
  return leaves.filter(({ kind }) => kind === 'mail-read').map(({ entry }) => entry['uids'])
}

test('another’s mail is shown only with its entry in the log, and auditors alone learn who read', async () => {
  const reading = platform.person(member)
  await using reader = await readAs(platform, reading)
  assert.equal(await readShared(reader, '1:2'), 2)
  const { leaves, folder } = await exportAndVerify('first')
  const read = leaves.find(({ kind }) => kind === 'mail-read')
  assert.equal(read?.entry['uids'], '1:2')
  const text = JSON.stringify(leaves)
  for (const secret of [reading.address, subject, '127.0.0.1'])
    assert.ok(!text.includes(secret), secret)
  const key = createPrivateKey(
    readFileSync(join(`${platform.data}.key`, 'auditors-key.pem'), 'utf8'),
  )
  const boxes = readdirSync(join(folder, 'names'), { recursive: true, withFileTypes: true })
  const names = boxes
    .filter((file) => file.isFile())
    .flatMap((file) => openNames(key, readFileSync(join(file.parentPath, file.name))))
  const name = names.find(({ pseudonym }) => pseudonym === read?.entry['principalId'])
  assert.equal(name?.known, reading.address)
})

test('auditors look up whom a pseudonym stands for, and the log has it that they did', async () => {
  const { leaves, folder } = await exportAndVerify('look-up')
  const read = leaves.find(({ kind }) => kind === 'mail-read')
  const who = read?.entry['principalId']
  assert.ok(typeof who === 'string')
  const credential = join(platform.folder, 'look-up.pem')
  const keyPath = join(`${platform.data}.key`, 'auditors-key.pem')
  const why = ['--case', '7/2026', '--approved-by', 'the director']
  const from = ['--export', folder, '--key', keyPath, '--credential', credential]
  const { audit } = platform.ready.audit
  const said = await tamar('--data', audit, 'audit', 'resolve', who, ...from, ...why)
  assert.ok(said.includes(platform.person(member).address), said)
  const after = await exportAndVerify('looked-up')
  const [entry, ...more] = after.leaves.filter(({ entry: { event } }) => event === 'resolve')
  assert.deepEqual([entry?.entry['role'], entry?.entry['count']], ['auditor', 1])
  assert.deepEqual(more, [])
})

test('the audit process is killed in the middle: nothing is lost, and the order holds', async () => {
  await using reader = await readAs(platform, platform.person(member))
  assert.equal(await readShared(reader, '3'), 1)
  killOn(platform.ready.audit.audit)
  // Until it serves again another's mail waits; one's own does not.
  const own = await reader.getMailboxLock('INBOX')
  own.release()
  await until('the audit process to take entries again', withinMs, () =>
    readShared(reader, '4').then(
      (shown) => shown === 1,
      (error: unknown) => !isUnavailable(error),
    ),
  )
  const { leaves, said } = await exportAndVerify('second')
  assert.match(said, /^Proven: /)
  // A read that was refused stays in the trail: he asked for it.
  assert.deepEqual(new Set(uidsOf(leaves)), new Set(['1:2', '3', '4']))
  for (const chain of Map.groupBy(leaves, ({ node }) => node).values()) {
    const seqs = chain.map(({ seq }) => seq)
    assert.deepEqual(
      seqs,
      seqs.map((_, at) => at + 1),
    )
  }
})

test('the witness is killed and has not forgotten', async () => {
  killOn(platform.ready.audit.witness)
  await using reader = await readAs(platform, platform.person(member))
  assert.equal(await readShared(reader, '5'), 1)
  const { said } = await exportAndVerify('third')
  assert.match(said, /Cosigned by witness\.tamar\.local/)
})

test('the node is killed: its chain goes on after a gap that is named', async () => {
  await platform.kill()
  await platform.start()
  await using reader = await readAs(platform, platform.person(member))
  assert.equal(await readShared(reader, '1'), 1)
  const { leaves, said } = await exportAndVerify('fourth')
  assert.match(said, /^Proven: /)
  assert.match(said, /gap|crash/i)
  const starts = leaves.filter(
    ({ node, kind, entry }) =>
      node !== 'audit.tamar.local' && kind === 'node' && entry['event'] === 'start',
  )
  assert.equal(starts.length, 2)
})

test('without an audit process another’s mail stays closed, and mail goes on', async () => {
  await platform.stop()
  // The credential is good, and nobody listens there.
  const credential = join(`${platform.data}.key`, 'audit-credential.pem')
  await using away = await bootPlatform({
    environment: { TAMAR_AUDIT_URL: 'https://127.0.0.1:1', TAMAR_AUDIT_CREDENTIAL: credential },
  })
  const outside = sendFromOutside(away)
  const { address } = away.person(member)
  for (const to of [address, sharedAddress])
    await outside.sendMail({ from: 'a@b.example', to, subject: 'Taken', text: 'x' })
  outside.close()
  await using reader = await readAs(away, away.person(member))
  assert.equal((await findSubject(reader, 'INBOX', 'Taken')).length, 1)
  await assert.rejects(readShared(reader, '1:*'), isUnavailable)
  assert.match(away.child.stderr, /the audit process does not answer/)
})

function isUnavailable(error: unknown): boolean {
  assert.ok(error instanceof Error && 'responseText' in error, String(error))
  assert.match(String(error.responseText), /audit trail is out of reach/)
  return true
}
