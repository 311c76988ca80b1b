/** Several stores as one: the contract, and what happens when some are away. */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { systemClock } from '../base/clock.ts'
import { newId } from '../base/id.ts'
import { Refusal, isRefusal } from '../base/refusal.ts'
import { openDirectoryStore } from './directory-store.ts'
import { objectStoreContract } from './object-store.contract.ts'
import { createQuorumStore } from './quorum-store.ts'
import type { ObjectStore } from './types.ts'

async function openStores() {
  const folder = await mkdtemp(join(tmpdir(), 'tamar-quorum-'))
  const open = (name: string) =>
    openDirectoryStore({ root: join(folder, name), clock: systemClock })
  const stores = [await open('a'), await open('b'), await open('c')] as const
  const missed: number[] = []
  const quorum = (...those: readonly ObjectStore[]) =>
    createQuorumStore({
      stores: those,
      writeQuorum: 2,
      onMissed: (_id, store) => missed.push(store),
    })
  return {
    stores,
    missed,
    quorum,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

objectStoreContract('quorum', async () => {
  const t = await openStores()
  const store = t.quorum(...t.stores)
  return {
    store,
    reopen: async () => t.quorum(...t.stores),
    [Symbol.asyncDispose]: async () => {
      await store[Symbol.asyncDispose]()
      await t[Symbol.asyncDispose]()
    },
  }
})

/** A data centre that cannot be reached. */
const away: ObjectStore = {
  put: refuse,
  get: refuse,
  has: refuse,
  delete: refuse,
  async *list() {
    yield await refuse()
  },
  [Symbol.asyncDispose]: async () => undefined,
}

async function refuse(): Promise<never> {
  throw new Refusal('try-again', { what: 'object store' })
}

test('a put is acknowledged while a quorum takes it, and told of the store that missed it', async () => {
  await using t = await openStores()
  const [a, b] = t.stores
  const id = newId(systemClock)
  await using store = t.quorum(away, a, b)
  await store.put(id, Buffer.from('x'))
  assert(await a.has(id))
  assert(await b.has(id))
  assert.deepEqual(t.missed, [0])
  assert.equal((await store.get(id)).toString(), 'x')
})

test('a put without its quorum is refused', async () => {
  await using t = await openStores()
  await using store = t.quorum(away, away, t.stores[0])
  await assert.rejects(store.put(newId(systemClock), Buffer.from('x')), (error) =>
    isRefusal(error, 'try-again'),
  )
})

test('"not there" is said only when every store has said it', async () => {
  await using t = await openStores()
  const id = newId(systemClock)
  await using store = t.quorum(t.stores[0], t.stores[1], away)
  await assert.rejects(store.get(id), (error) => isRefusal(error, 'try-again'))
  await assert.rejects(store.has(id), (error) => isRefusal(error, 'try-again'))
  await assert.rejects(store.delete(id), (error) => isRefusal(error, 'try-again'))
  await using whole = t.quorum(...t.stores)
  await assert.rejects(whole.get(id), (error) => isRefusal(error, 'not-found'))
})

test('what one store missed is listed and repaired', async () => {
  await using t = await openStores()
  const [a, b, c] = t.stores
  const [one, two] = [newId(systemClock), newId(systemClock)]
  await a.put(one, Buffer.from('1'))
  await c.put(two, Buffer.from('2'))
  await using store = t.quorum(a, b, c)
  const listed = new Set<string>()
  for await (const each of store.list()) listed.add(each.id)
  assert.deepEqual(listed, new Set([one, two]))
  assert.equal(await store.repair(one), 2)
  assert.equal(await store.repair(one), 0)
  assert.equal((await b.get(one)).toString(), '1')
})
