import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { dayMs, ManualClock, minuteMs, systemClock } from '../base/clock.ts'
import { newId } from '../base/id.ts'
import { isRefusal } from '../base/refusal.ts'
import { openDirectoryStore } from '../blob/directory-store.ts'
import { openObjects } from './objects.ts'
import { StartFault } from './start-fault.ts'

async function openPlaces(there: readonly string[]) {
  const root = await mkdtemp(join(tmpdir(), 'tamar-objects-'))
  const [objects, ...objectCopies] = ['a', 'b', 'c'].map((name) => join(root, name))
  for (const name of there) await mkdir(join(root, name))
  const folder = (name: string) => join(root, name)
  return {
    places: { objects: objects ?? '', objectCopies, objectQuorum: undefined },
    folder,
    has: async (name: string, id: string) => {
      await using one = await openDirectoryStore({ root: folder(name), clock: systemClock })
      return one.has(id)
    },
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  }
}

test('content is in a majority of folders before it is acknowledged, and is brought to one that was away', async () => {
  await using t = await openPlaces(['a', 'b'])
  const clock = new ManualClock()
  await using objects = await openObjects(t.places, clock)
  const { store, copies } = objects
  assert(copies)
  const id = newId(clock)
  await store.put(id, Buffer.from('content'))
  assert(await t.has('a', id))
  assert(await t.has('b', id))
  assert.equal(copies.missed, 1)
  await assert.rejects(copies.repair(), (error) => isRefusal(error, 'try-again'))
  assert.equal(copies.missed, 1)

  await mkdir(t.folder('c'))
  clock.advance(minuteMs)
  await copies.repair()
  assert.equal(copies.missed, 0)
  assert(await t.has('c', id))
})

test('a message is refused for now while no majority of folders takes its content', async () => {
  await using t = await openPlaces(['a', 'b'])
  await using objects = await openObjects(t.places, new ManualClock())
  await objects.store.put(newId(systemClock), Buffer.from('first'))
  await rename(t.folder('b'), t.folder('unmounted'))
  await assert.rejects(objects.store.put(newId(systemClock), Buffer.from('second')), (error) =>
    isRefusal(error, 'try-again'),
  )
})

test('what a process that has ended knew to be missing is found by going through all folders', async () => {
  await using t = await openPlaces(['a', 'b'])
  const clock = new ManualClock(Date.now())
  const id = newId(clock)
  {
    await using before = await openObjects(t.places, clock)
    await before.store.put(id, Buffer.from('content'))
  }
  await mkdir(t.folder('c'))
  await using after = await openObjects(t.places, clock)
  assert.equal(after.copies?.missed, 0)
  assert.equal(await after.copies?.mend(), 0, 'what is young may be on its way')
  clock.advance(dayMs)
  assert.equal(await after.copies?.mend(), 1)
  assert(await t.has('c', id))
  assert.equal((await after.store.get(id)).toString(), 'content')
})

test('a node does not start where too few folders are there, and makes none of several', async () => {
  await using t = await openPlaces(['a'])
  await assert.rejects(openObjects(t.places, systemClock), (error) => {
    assert(error instanceof StartFault)
    return error.message.includes(t.folder('b')) && error.message.includes(t.folder('c'))
  })
})
