/** Objects in a directory: the contract, crashes, full disks. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, open, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { systemClock } from '../base/clock.ts'
import { newId } from '../base/id.ts'
import { isRefusal } from '../base/refusal.ts'
import { openDirectoryStore } from './directory-store.ts'
import { incomingAgeMs } from './limits.ts'
import { objectStoreContract } from './object-store.contract.ts'

async function openFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'tamar-objects-'))
  return {
    root: join(folder, 'objects'),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

objectStoreContract('directory', async () => {
  const t = await openFolder()
  const options = { root: t.root, clock: systemClock }
  return {
    store: await openDirectoryStore(options),
    reopen: () => openDirectoryStore(options),
    [Symbol.asyncDispose]: () => t[Symbol.asyncDispose](),
  }
})

test('a half-written file is no object, and is swept once its writer must be gone', async () => {
  await using t = await openFolder()
  const options = { root: t.root, clock: systemClock }
  const store = await openDirectoryStore(options)
  const incoming = join(t.root, 'incoming')
  const [old, young] = [newId(systemClock), newId(systemClock)]
  await writeFile(join(incoming, old), 'half')
  await writeFile(join(incoming, young), 'half')
  const then = (Date.now() - incomingAgeMs - 1_000) / 1_000
  await utimes(join(incoming, old), then, then)
  for await (const each of store.list()) assert.fail(`listed ${each.id}`)
  assert.equal(await store.has(old), false)
  await openDirectoryStore(options)
  assert.deepEqual(await readdir(incoming), [young])
})

test('a full or ill disk is "try again" and leaves nothing behind', async () => {
  for (const code of ['ENOSPC', 'EDQUOT', 'EIO']) {
    for (const call of ['writeFile', 'sync'] as const) {
      await using t = await openFolder()
      const store = await openDirectoryStore({
        root: t.root,
        clock: systemClock,
        open: async (path, flags, mode) => {
          const file = await open(path, flags, mode)
          // A disk that fails in one call: the file itself is real.
          file[call] = async () => {
            throw Object.assign(new Error(code), { code })
          }
          return file
        },
      })
      const id = newId(systemClock)
      await assert.rejects(
        store.put(id, Buffer.from('x')),
        (error) => isRefusal(error, 'try-again') && error.facts['code'] === code,
      )
      assert.equal(await store.has(id), false)
      assert.deepEqual(await readdir(join(t.root, 'incoming')), [])
    }
  }
})

test('every object that was acknowledged before kill -9 is whole', async () => {
  await using t = await openFolder()
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('put-forever.ts', import.meta.url)), t.root],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const exited = once(child, 'exit')
  const acknowledged: string[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged.push(line)
    if (acknowledged.length === 40) child.kill('SIGKILL')
  }
  await exited
  assert(acknowledged.length >= 40)
  const store = await openDirectoryStore({ root: t.root, clock: systemClock })
  const isWhole = (content: Buffer) => content.length === 200_000 && content.every((o) => o === 7)
  for (const id of acknowledged) assert(isWhole(await store.get(id)))
  for await (const { id } of store.list()) assert(isWhole(await store.get(id)))
})
