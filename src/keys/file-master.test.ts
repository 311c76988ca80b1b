/** The master key in a file: the contract, and what a file may not be. */
import assert from 'node:assert/strict'
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { exportMaster, importMaster, openFileMaster } from './file-master.ts'
import { masterKeyContract } from './master-key.contract.ts'
import { MissingKey } from './types.ts'

async function openFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'tamar-file-master-'))
  return {
    folder,
    path: join(folder, 'master.key'),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

masterKeyContract('file master', async () => {
  const t = await openFolder()
  return {
    open: () => openFileMaster({ path: t.path, createIfMissing: true }),
    openOther: () => openFileMaster({ path: join(t.folder, 'other.key'), createIfMissing: true }),
    [Symbol.asyncDispose]: () => t[Symbol.asyncDispose](),
  }
})

async function assertMissing(promise: Promise<unknown>, says: RegExp): Promise<void> {
  await assert.rejects(promise, (error) => {
    assert(error instanceof MissingKey)
    assert.match(error.message, says)
    assert(!error.message.includes('\n'))
    return true
  })
}

test('a missing file is one clear line, and nothing is made unless told to', async () => {
  await using t = await openFolder()
  await assertMissing(openFileMaster(t), /no master key at/)
  assert.deepEqual(await readdir(t.folder), [])
  await using master = await openFileMaster({ ...t, createIfMissing: true })
  assert.deepEqual(await readdir(t.folder), ['master.key'])
  assert.equal((await stat(t.path)).mode & 0o777, 0o600)
  await using again = await openFileMaster({ ...t, createIfMissing: true })
  assert.equal(again.id, master.id)
})

test('nodes that start together make one key', async () => {
  await using t = await openFolder()
  const masters = await Promise.all(
    Array.from({ length: 8 }, () => openFileMaster({ ...t, createIfMissing: true })),
  )
  assert.equal(new Set(masters.map((master) => master.id)).size, 1)
  assert.deepEqual(await readdir(t.folder), ['master.key'])
})

test('a file that others can read is refused', async () => {
  await using t = await openFolder()
  await openFileMaster({ ...t, createIfMissing: true })
  for (const mode of [0o640, 0o604, 0o660]) {
    await chmod(t.path, mode)
    await assertMissing(openFileMaster(t), /read by others/)
  }
})

test('a damaged file is told from a wrong key', async () => {
  await using t = await openFolder()
  await openFileMaster({ ...t, createIfMissing: true })
  const line = await readFile(t.path, 'latin1')
  for (const damaged of ['', 'x', line.slice(0, 40), line.replace(/.(?=\n$)/, 'x'), line + line]) {
    await writeFile(t.path, damaged)
    await assertMissing(openFileMaster(t), /not a master key|no short file/)
  }
})

test('a key inside the data directory is refused', async () => {
  await using t = await openFolder()
  const data = join(t.folder, 'data')
  await mkdir(join(data, 'keys'), { recursive: true })
  for (const path of [join(data, 'master.key'), join(data, 'keys', 'master.key')])
    await assertMissing(
      openFileMaster({ path, createIfMissing: true, dataDirectory: data }),
      /outside the data directory/,
    )
  await openFileMaster({ ...t, createIfMissing: true, dataDirectory: data })
})

test('an exported key is imported where there is none, and replaces nothing', async () => {
  await using t = await openFolder()
  await using master = await openFileMaster({ ...t, createIfMissing: true })
  const secret = await exportMaster(t.path)
  await assertMissing(importMaster(t.path, secret), /already/)
  const elsewhere = join(t.folder, 'restored.key')
  await importMaster(elsewhere, secret)
  await using restored = await openFileMaster({ path: elsewhere })
  assert.equal(restored.id, master.id)
})

test('a folder that cannot be written is one clear line', async () => {
  await using t = await openFolder()
  const path = join(t.folder, 'none', 'master.key')
  await assertMissing(openFileMaster({ path, createIfMissing: true }), /cannot be written/)
})
