/** What an operator did wrong, told in one clear line, with nothing half-made left behind. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import type { Child } from '../support/child.ts'
import { freePort, freePortOffset } from '../support/free-ports.ts'
import { bootPlatform, runTamar } from '../support/platform.ts'
import { findPostmaster, removePostmaster } from '../support/postmaster.ts'

const faultTimeoutMs = 60_000

test('a taken port: says which, exits, leaves no PostgreSQL behind, and starts once it is free', async () => {
  await using place = temporary()
  const offset = await freePortOffset()
  const port = 5993 + offset
  const squatter = createServer().listen(port, '127.0.0.1')
  await once(squatter, 'listening')
  const start = () =>
    runTamar(['start', '--data', place.data, '--port-offset', String(offset), '--json'])
  try {
    assert.match(await faultOf(start()), new RegExp(`\\b${port}\\b.*taken`))
    assert.equal(findPostmaster(place.data), undefined)
  } finally {
    squatter.close()
    await once(squatter, 'close')
  }
  const child = start()
  await child.output(faultTimeoutMs, ({ stdout }) => stdout.includes('"ready":true') || undefined)
  child.kill('SIGINT')
  assert.deepEqual(await child.end(5_000), { code: 0, signal: null })
})

test('a data directory that cannot be written: says so and makes nothing', async () => {
  await using place = temporary()
  // Root may write anywhere, but not below a file; others may not write into a closed folder either.
  const file = join(place.folder, 'file')
  writeFileSync(file, 'not a folder')
  assert.match(await faultOf(runTamar(['start', '--data', join(file, 'data')])), /file\/data/)
  assert.deepEqual(readdirSync(place.folder), ['file'])
  if (process.getuid?.() === 0) return
  const closed = join(place.folder, 'closed')
  mkdirSync(closed, { mode: 0o500 })
  assert.match(await faultOf(runTamar(['start', '--data', join(closed, 'data')])), /closed\/data/)
  chmodSync(closed, 0o700)
  assert.deepEqual(readdirSync(closed), [])
})

test('a database that cannot be reached: says where it looked, never the password', async () => {
  await using place = temporary()
  const url = `postgres://tamar:unsayable@127.0.0.1:${await freePort()}/tamar`
  const child = runTamar(['start', '--data', place.data], { TAMAR_DATABASE_URL: url })
  const line = await faultOf(child)
  assert.match(line, /database.*127\.0\.0\.1/i)
  assert.doesNotMatch(child.stderr + child.stdout, /unsayable/)
})

test('a master key that is gone: says where it should be, changes nothing, and goes on when it is back', async () => {
  await using platform = await bootPlatform()
  await platform.stop()
  const key = join(`${platform.data}.key`, 'master.key')
  const aside = join(platform.folder, 'aside')
  renameSync(key, aside)
  const offset = String(platform.portOffset)
  const args = ['demo', '--data', platform.data, '--port-offset', offset, '--json']
  assert.match(await faultOf(runTamar(args)), /master\.key/)
  assert.ok(!existsSync(key), 'no other key was made in its place')
  assert.equal(findPostmaster(platform.data), undefined)
  renameSync(aside, key)
  await platform.start()
})

test('a first start that could not write its key can be repeated', async () => {
  await using place = temporary()
  const blocked = join(place.folder, 'blocked')
  writeFileSync(blocked, 'not a folder')
  const offset = String(await freePortOffset())
  const start = (file: string) =>
    runTamar(['start', '--data', place.data, '--port-offset', offset, '--json'], {
      TAMAR_MASTER_KEY_FILE: file,
    })
  assert.match(await faultOf(start(join(blocked, 'master.key'))), /blocked/)
  const child = start(join(place.folder, 'master.key'))
  await child.output(faultTimeoutMs, ({ stdout }) => stdout.includes('"ready":true') || undefined)
  child.kill('SIGINT')
  assert.deepEqual(await child.end(5_000), { code: 0, signal: null })
})

test('a second node on the same data directory: says who has it, and the first goes on', async () => {
  await using platform = await bootPlatform()
  const offset = String(await freePortOffset())
  const args = ['demo', '--data', platform.data, '--port-offset', offset, '--json']
  assert.match(await faultOf(runTamar(args)), new RegExp(`\\b${platform.child.pid}\\b.*running`))
  assert.ok(!platform.child.hasEnded)
  assert.ok(findPostmaster(platform.data) !== undefined)
})

test('a configuration with faults: names all of them at once', async () => {
  await using place = temporary()
  const child = runTamar(['start', '--data', place.data], {
    TAMAR_WORKERS: 'many',
    TAMAR_LISTEN_IMAPS: 'here',
    TAMAR_DATABASE_URL: 'mysql://x/y',
  })
  const { code } = await child.end(faultTimeoutMs)
  assert.notEqual(code, 0)
  for (const word of ['workers', 'listen.imaps', 'database.url'])
    assert.match(child.stderr, new RegExp(word.replace('.', '\\.')))
  assert.ok(!existsSync(place.data))
})

/** The one line of a start that cannot be; its exit code must say so too. */
async function faultOf(child: Child): Promise<string> {
  try {
    const { code } = await child.end(faultTimeoutMs)
    assert.ok(code !== null && code !== 0, `exit code ${code}: ${child.stderr}`)
  } finally {
    if (!child.hasEnded) child.kill('SIGKILL')
  }
  assert.doesNotMatch(child.stderr, /^\s+at /m, 'a clear line, not a stack')
  const lines = child.stderr.split('\n').filter((line) => line.startsWith('tamar: '))
  assert.equal(lines.length, 1, child.stderr)
  assert.equal(child.stdout, '')
  return lines[0] ?? ''
}

function temporary(): AsyncDisposable & { readonly folder: string; readonly data: string } {
  const folder = mkdtempSync(join(tmpdir(), 'tamar-faults-'))
  const data = join(folder, 'data')
  return {
    folder,
    data,
    async [Symbol.asyncDispose]() {
      await removePostmaster(data)
      rmSync(folder, { recursive: true, force: true })
      assert.ok(existsSync(dirname(folder)))
    },
  }
}
