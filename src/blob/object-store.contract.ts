/** What every object store keeps to; run by the test of each. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { systemClock } from '../base/clock.ts'
import { newId } from '../base/id.ts'
import { isRefusal } from '../base/refusal.ts'
import { objectPath } from './object-path.ts'
import type { ObjectId, ObjectStore, StoredObject } from './types.ts'

export interface ObjectStoreSubject extends AsyncDisposable {
  readonly store: ObjectStore
  /** The same objects through another store, as another node or a restart sees them. */
  reopen(): Promise<ObjectStore>
}

export function objectStoreContract(
  kind: string,
  prepare: () => Promise<ObjectStoreSubject>,
): void {
  test(`${kind}: what was put is there, on another node too`, async () => {
    await using subject = await prepare()
    for (const octets of [0, 1, 70_000]) {
      const id = newId(systemClock)
      const content = randomBytes(octets)
      await subject.store.put(id, content)
      await using other = await subject.reopen()
      assert.deepEqual(await other.get(id), content)
      assert(await other.has(id))
    }
  })

  test(`${kind}: pieces are kept in their order, from arrays and from streams`, async () => {
    await using subject = await prepare()
    const pieces = [randomBytes(10), randomBytes(0), randomBytes(100_000), randomBytes(3)]
    const [a, b] = [newId(systemClock), newId(systemClock)]
    await subject.store.put(a, pieces)
    await subject.store.put(b, slowly(pieces))
    assert.deepEqual(await subject.store.get(a), Buffer.concat(pieces))
    assert.deepEqual(await subject.store.get(b), Buffer.concat(pieces))
  })

  test(`${kind}: a range is given as far as the object goes`, async () => {
    await using subject = await prepare()
    const id = newId(systemClock)
    const content = randomBytes(1_000)
    await subject.store.put(id, content)
    for (const [start, end] of [
      [0, 1_000],
      [0, 1],
      [999, 1_000],
      [10, 10],
      [500, 2_000],
      [1_000, 1_001],
      [5_000, 6_000],
    ] as const) {
      assert.deepEqual(await subject.store.get(id, { start, end }), content.subarray(start, end))
    }
  })

  test(`${kind}: an object that is not there is refused, and nobody's path is taken`, async () => {
    await using subject = await prepare()
    const id = newId(systemClock)
    await assert.rejects(subject.store.get(id), (error) => isRefusal(error, 'not-found'))
    assert.equal(await subject.store.has(id), false)
    assert.equal(await subject.store.delete(id), false)
    for (const bad of ['', '..', '../../etc/passwd', `${id}/x`, id.toUpperCase(), `${id}\n`])
      await assert.rejects(subject.store.put(bad, Buffer.of(1)), (error) =>
        isRefusal(error, 'invalid'),
      )
  })

  test(`${kind}: a deleted object is gone, on another node too`, async () => {
    await using subject = await prepare()
    const id = newId(systemClock)
    await subject.store.put(id, Buffer.of(1))
    assert.equal(await subject.store.delete(id), true)
    await using other = await subject.reopen()
    assert.equal(await other.has(id), false)
    assert.equal(await other.delete(id), false)
  })

  test(`${kind}: a source that fails leaves nothing, or what was there`, async () => {
    await using subject = await prepare()
    const failed = new Error('the source failed')
    const fails = async function* () {
      yield randomBytes(10)
      throw failed
    }
    const id = newId(systemClock)
    await assert.rejects(subject.store.put(id, fails()), failed)
    assert.equal(await subject.store.has(id), false)
    await subject.store.put(id, Buffer.from('first'))
    await assert.rejects(subject.store.put(id, fails()), failed)
    assert.equal((await subject.store.get(id)).toString(), 'first')
    await subject.store.put(id, Buffer.from('2nd'))
    assert.equal((await subject.store.get(id)).toString(), '2nd')
  })

  test(`${kind}: the list has every object once, in order, and goes on where it stopped`, async () => {
    await using subject = await prepare()
    const octets = new Map<ObjectId, number>()
    for (let n = 0; n < 60; n++) octets.set(newId(systemClock), n)
    await Promise.all([...octets].map(([id, size]) => subject.store.put(id, Buffer.alloc(size))))
    const ordered = [...octets.keys()].toSorted((a, b) => (objectPath(a) < objectPath(b) ? -1 : 1))
    const all = await collect(subject.store.list())
    assert.deepEqual(
      all.map((each) => each.id),
      ordered,
    )
    for (const each of all) {
      assert.equal(each.octets, octets.get(each.id))
      assert(Math.abs(each.storedAt - Date.now()) < 60_000)
    }
    for (const n of [0, 1, 30, 58, 59]) {
      const rest = await collect(subject.store.list(ordered[n]))
      assert.deepEqual(
        rest.map((each) => each.id),
        ordered.slice(n + 1),
      )
    }
  })
}

async function* slowly(pieces: readonly Buffer[]): AsyncGenerator<Buffer> {
  for (const piece of pieces) yield await Promise.resolve(piece)
}

async function collect(list: AsyncIterable<StoredObject>): Promise<readonly StoredObject[]> {
  const all: StoredObject[] = []
  for await (const each of list) all.push(each)
  return all
}
