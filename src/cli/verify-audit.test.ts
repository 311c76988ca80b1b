import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { ManualClock } from '../base/clock.ts'
import { exportLog } from '../tlog/export-log.ts'
import { chainStartMac, formatLeaf } from '../tlog/leaf.ts'
import { openLog } from '../tlog/log.ts'
import { formatSecretKey, parseSecretKey } from '../tlog/note-key.ts'
import { verifyAudit } from './verify-audit.ts'

const source = dirname(import.meta.dirname)
const verifier = join(source, 'cli', 'verify-audit.ts')
const key = (kind: 'log' | 'witness', name: string, octet: number) =>
  parseSecretKey(formatSecretKey(kind, name, Buffer.alloc(32, octet)))
const signer = key('log', 'audit.example/log', 1)
const witness = key('witness', 'w.example', 2)
const { vkey } = signer.verifier

async function useExport() {
  const root = await mkdtemp(join(tmpdir(), 'tamar-verify-audit-'))
  const folder = join(root, 'export')
  const entry = { kind: 'node', event: 'start' }
  const mac = 'ab'.repeat(32)
  const leaf = { v: 1, node: 'n1', seq: 1, at: 5, kind: 'node', entry, mac } as const
  await using log = await openLog({ folder: join(root, 'log'), signer })
  await log.append([formatLeaf({ ...leaf, previous: chainStartMac })])
  await log.publish(log.checkpoint)
  await exportLog(log, folder)
  return { root, folder, [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }) }
}

async function run(script: string, args: readonly string[]) {
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const exited = new Promise<number | null>((done) => child.once('exit', done))
  const [code, output, errors] = await Promise.all([
    exited,
    text(Readable.from(child.stdout)),
    text(Readable.from(child.stderr)),
  ])
  return { code, output, errors }
}

test('the verifier imports base and tlog and nothing else, however deep one looks', () => {
  const seen = new Set<string>()
  const visit = (file: string): void => {
    if (seen.has(file)) return
    seen.add(file)
    const imports = /^(?:import|export)(?:\s[^'=;]*?from)?\s*'([^']+)'|\bimport\(\s*'([^']+)'/gm
    for (const [, still = '', late] of readFileSync(file, 'utf8').matchAll(imports)) {
      const target = late ?? still
      if (target.startsWith('.')) visit(resolve(dirname(file), target))
      else assert.match(target, /^node:/, `${file} imports ${target}`)
    }
  }
  visit(verifier)
  const rooms = new Set(Array.from(seen, (file) => dirname(relative(source, file)).split('/')[0]))
  assert.deepEqual(rooms, new Set(['base', 'cli', 'tlog']))
  assert.ok(seen.has(join(source, 'tlog', 'hash.ts')))
  assert.deepEqual(
    [...seen].filter((file) => file.startsWith(join(source, 'cli'))),
    [verifier],
  )
})

test('proves a good export, by itself and as a command of tamar, in words and as JSON', async () => {
  await using t = await useExport()
  const args = [t.folder, '--key', vkey]
  for (const [script, command] of [
    [verifier, []],
    [join(source, 'cli', 'main.ts'), ['verify-audit']],
  ] as const) {
    const said = await run(script, [...command, ...args])
    assert.equal(said.code, 0, said.errors)
    assert.match(said.output, /^Proven: 1 entries of audit\.example\/log, in order and complete\./)
    assert.match(said.output, /Node n1: 1 entries, the last is number 1\./)
    const json = await run(script, [...command, ...args, '--json'])
    const report: unknown = JSON.parse(json.output)
    assert.deepEqual([json.code, Object.entries(report ?? {})[0]], [0, ['isProven', true]])
  }
})

test('says where an export is broken and ends with 1', async () => {
  await using t = await useExport()
  const bundle = join(t.folder, 'tile', 'entries', '000.p', '1')
  const entry = await readFile(bundle, 'latin1')
  await writeFile(bundle, entry.replace('"at":5', '"at":6'), 'latin1')
  const said = await run(verifier, [t.folder, '--key', vkey])
  assert.equal(said.code, 1, said.errors)
  assert.match(
    said.output,
    /^BROKEN: Entry 0 \(node n1, number 1\) in tile\/entries\/000\.p\/1 was altered/,
  )
  const lacking = await run(verifier, [t.folder, '--key', vkey, '--witness', witness.verifier.vkey])
  assert.equal(lacking.code, 1)
  assert.match(lacking.output, /0 of the 1 witnesses/)
})

test('takes keys and known heads out of files, several of them', async () => {
  await using t = await useExport()
  const keyFile = join(t.root, 'log.vkey')
  const heads = join(t.root, 'heads')
  await writeFile(keyFile, `${vkey}\n`)
  await writeFile(heads, await readFile(join(t.folder, 'checkpoint')))
  const args = [t.folder, '--key', keyFile, '--heads', heads, '--heads', heads]
  const said = await run(verifier, args)
  assert.equal(said.code, 0, said.errors)
  assert.match(said.output, /It continues all 2 known heads\./)
})

test('ends with 2 and the reason when there is nothing it can read', async () => {
  await using t = await useExport()
  const nobody = join(t.root, 'nothing')
  const good = { folder: t.folder, key: vkey, witnesses: [], quorum: undefined, heads: [] }
  const wrong = [
    [{ folder: nobody }, /the file checkpoint is missing/],
    [{ key: `${vkey}x` }, /no key of a log or witness/],
    [{ key: witness.verifier.vkey }, /is the key of a witness, not of a log/],
    [{ key: nobody }, /ENOENT/],
    [{ quorum: '1' }, /--quorum must be a number up to 0/],
    [{ quorum: 'all' }, /--quorum must be a number up to 0/],
    [{ heads: ['/dev/null'] }, /There is no checkpoint in/],
  ] as const
  for (const [change, reason] of wrong) {
    const [output, errors] = [new PassThrough(), new PassThrough()]
    const streams = { output, errors, isWatched: false, clock: new ManualClock() }
    assert.equal(await verifyAudit({ ...good, isJson: false, ...change }, streams), 2)
    assert.match(String(errors.read()), reason)
    assert.equal(output.read(), null)
  }
  for (const args of [[t.folder], [t.folder, '--nonsense']]) {
    const said = await run(verifier, args)
    assert.equal(said.code, 2)
    assert.match(said.errors, /verify-audit <export folder>/)
  }
})

test('shows how far it is after two seconds, to a person often and to a log now and then', async () => {
  await using t = await useExport()
  for (const [isWatched, expected] of [
    [true, '\r\x1b[K1 of 1 entries verified\r\x1b[K'],
    [false, '1 of 1 entries verified\n'],
  ] as const) {
    const [output, errors] = [new PassThrough(), new PassThrough()]
    const clock = { now: () => (calls += 11_000) }
    let calls = 0
    const request = { folder: t.folder, key: vkey, witnesses: [], heads: [], isJson: true }
    const streams = { output, errors, isWatched, clock }
    assert.equal(await verifyAudit({ ...request, quorum: undefined }, streams), 0)
    errors.end()
    assert.equal(await text(errors), expected)
  }
})
