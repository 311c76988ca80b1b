/** What every holder of a master key keeps to; run by the test of each. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { SealError } from './types.ts'
import type { MasterKey } from './types.ts'

export interface MasterKeySubject extends AsyncDisposable {
  /** Opens the same key again, as after a restart. */
  open(): Promise<MasterKey>
  /** A different key of the same kind. */
  openOther(): Promise<MasterKey>
}

/** `prepare` gives undefined where what it needs is missing, having said so to `t`. */
export function masterKeyContract(
  kind: string,
  prepare: (t: TestContext) => Promise<MasterKeySubject | undefined>,
): void {
  const place = { object: 'k1', field: 'department-key wrap' }

  test(`${kind}: what is wrapped is unwrapped after a restart, at its place only`, async (t) => {
    await using subject = await prepare(t)
    if (subject === undefined) return
    const secret = randomBytes(32)
    const { id, wrapped } = await withMaster(subject.open(), async (master) => {
      const wrapped = await master.wrap(place, secret)
      assert.notDeepEqual(wrapped, await master.wrap(place, secret))
      assert(!wrapped.includes(secret))
      return { id: master.id, wrapped }
    })
    await using again = await subject.open()
    assert.equal(again.id, id)
    assert.deepEqual(await again.unwrap(place, wrapped), secret)
    for (const moved of [
      { ...place, object: 'k2' },
      { ...place, field: 'department-key data' },
    ])
      await assert.rejects(again.unwrap(moved, wrapped), SealError)
  })

  test(`${kind}: any flipped bit and any cut is refused`, async (t) => {
    await using subject = await prepare(t)
    if (subject === undefined) return
    await using master = await subject.open()
    const wrapped = await master.wrap(place, randomBytes(32))
    for (let bit = 0; bit < wrapped.length * 8; bit++) {
      const flipped = Buffer.from(wrapped)
      flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
      await assert.rejects(master.unwrap(place, flipped), SealError)
    }
    for (let octets = 0; octets < wrapped.length; octets++)
      await assert.rejects(master.unwrap(place, wrapped.subarray(0, octets)), SealError)
  })

  test(`${kind}: another key has another id and opens nothing of this one`, async (t) => {
    await using subject = await prepare(t)
    if (subject === undefined) return
    await using master = await subject.open()
    await using other = await subject.openOther()
    assert.notEqual(other.id, master.id)
    const wrapped = await master.wrap(place, randomBytes(32))
    await assert.rejects(other.unwrap(place, wrapped), SealError)
  })
}

async function withMaster<T>(
  opening: Promise<MasterKey>,
  work: (master: MasterKey) => Promise<T>,
): Promise<T> {
  await using master = await opening
  return await work(master)
}
