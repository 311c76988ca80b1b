/** Keys change while two nodes seal and open; nobody notices. */
import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import { test } from 'node:test'
import { ManualClock, dayMs } from '../base/clock.ts'
import { newId } from '../base/id.ts'
import { isRefusal } from '../base/refusal.ts'
import { openTestDatabase } from '../../test/support/database.ts'
import { createKeys } from './keys.ts'
import { platformKeyLeadMs } from './limits.ts'
import { temporaryMaster } from './temporary-master.ts'
import { MissingKey, SealError } from './types.ts'
import type { AccountKeys, Keys, MasterKey } from './types.ts'

const place = { object: 'one', field: 'message.summary' }
const text = Buffer.from('secret')

async function openNodes() {
  const t = await openTestDatabase()
  await using temporary = await temporaryMaster()
  await using next = await temporaryMaster()
  const clock = new ManualClock()
  const open = (master: MasterKey, ...formerMasters: MasterKey[]): Promise<Keys> =>
    // One account at a time in the cache, so that nearly every look is a cold one.
    createKeys({ database: t.database, master, formerMasters, clock, accountsMax: 1 })
  const departments = [newId(clock), newId(clock)] as const
  const accounts = Array.from({ length: 6 }, () => newId(clock))
  const a = await open(temporary.master)
  await t.database.transaction(async (tx) => {
    for (const id of departments) await a.createDepartment(tx, id)
    for (const [n, id] of accounts.entries())
      await a.createAccount(tx, id, departments[n % 2 === 0 ? 0 : 1])
  })
  return {
    ...t,
    clock,
    open,
    master: temporary.master,
    next: next.master,
    departments,
    accounts,
    a,
    b: await open(temporary.master),
  }
}

/** Seals on one node and opens on the other, over and over, until told to stop. */
function load(writer: Keys, reader: Keys, accounts: readonly string[]) {
  const stopping = new AbortController()
  let rounds = 0
  const work = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const id = accounts[rounds % accounts.length] ?? ''
      const from = await writer.account(id)
      const to = await reader.account(id)
      const key = from.newContentKey('m')
      assert.deepEqual(to.open(place, from.seal(place, text)), text)
      assert.deepEqual(to.openContentKey('m', key.wrapped).open(place, key.seal(place, text)), text)
      rounds++
      await setImmediate()
    }
  }
  return {
    running: work(),
    stop(): number {
      stopping.abort()
      return rounds
    },
  }
}

test('master, department and account keys rotate under load on two nodes', async () => {
  await using t = await openNodes()
  await using withBoth = await t.open(t.next, t.master)
  const before = new Map<string, { readonly sealed: Buffer; readonly wrapped: Buffer }>()
  for (const id of t.accounts) {
    const keys = await t.a.account(id)
    const wrapped = keys.newContentKey('old').wrapped
    before.set(id, { sealed: keys.seal(place, text), wrapped })
  }
  const loads = [load(t.a, t.b, t.accounts), load(t.b, t.a, t.accounts)]
  for (let n = 0; n < 5; n++) {
    assert.equal(await t.a.rotation.rotateDepartment(t.departments[n % 2 === 0 ? 0 : 1]), 3)
    for (const id of t.accounts) assert.equal(await t.b.rotation.rotateAccount(id), 2)
    await t.database.transaction((tx) =>
      t.a.moveAccount(tx, t.accounts[0] ?? '', t.departments[n % 2 === 0 ? 1 : 0]),
    )
    await t.database.transaction((tx) => t.b.moveAccount(tx, t.accounts[0] ?? '', t.departments[0]))
  }
  const rounds = loads.map((each) => each.stop())
  await Promise.all(loads.map((each) => each.running))
  assert(
    rounds.every((each) => each > 10),
    `rounds ${rounds.join(' ')}`,
  )
  assert((await withBoth.rotation.rotateMaster()) >= 6 + 4)
  await using after = await t.open(t.next)
  for (const [id, { sealed, wrapped }] of before) {
    const keys = await after.account(id)
    assert.deepEqual(keys.open(place, sealed), text)
    keys.openContentKey('old', wrapped)
  }
  await assert.rejects(t.open(t.master), MissingKey)
  const left = await t.database.row<{ n: number }>({
    text: `SELECT count(*) AS n FROM department_key WHERE purpose = 'wrap' AND wrapped IS NOT NULL`,
  })
  assert.equal(left?.n, 2)
})

test('nodes that hold both masters read on while the master is replaced', async () => {
  await using t = await openNodes()
  await using a = await t.open(t.next, t.master)
  await using b = await t.open(t.next, t.master)
  const each = load(a, b, t.accounts)
  await a.rotation.rotateMaster()
  await using only = await t.open(t.next)
  await only.account(t.accounts[0] ?? '')
  each.stop()
  await each.running
})

test('no account is made under a department key whose rotation has begun', async () => {
  await using t = await openNodes()
  const made: string[] = []
  const done = new AbortController()
  const making = (async () => {
    while (!done.signal.aborted) {
      const id = newId(t.clock)
      await t.database.transaction((tx) => t.b.createAccount(tx, id, t.departments[0]))
      made.push(id)
    }
  })()
  for (let n = 0; n < 8; n++) await t.a.rotation.rotateDepartment(t.departments[0])
  done.abort()
  await making
  await using fresh = await t.open(t.master)
  for (const id of made) await fresh.account(id)
  assert(made.length > 8)
})

test('an epoch that is not made yet is made under the new account key', async () => {
  await using t = await openNodes()
  const id = t.accounts[0] ?? ''
  await t.b.account(id)
  t.clock.advance(31 * dayMs)
  const [, keys] = await Promise.all([t.a.rotation.rotateAccount(id), t.b.account(id)])
  await using fresh = await t.open(t.master)
  ;(await fresh.account(id)).openContentKey('m', keys.newContentKey('m').wrapped)
})

test('an epoch is destroyed only when it is old and unused, and then nothing opens', async () => {
  await using t = await openNodes()
  const id = t.accounts[0] ?? ''
  const old = (await t.a.account(id)).newContentKey('m').wrapped
  const epoch = 202601
  const retire = (isInUse: boolean): Promise<void> =>
    t.a.rotation.retireEpoch(id, epoch, {
      isInUse: async (_tx, _id, keyId) => {
        assert.deepEqual(keyId, old.subarray(1, 9))
        return isInUse
      },
    })
  await assert.rejects(retire(false), (error) => isRefusal(error, 'invalid'))
  t.clock.advance(62 * dayMs)
  await assert.rejects(retire(true), (error) => isRefusal(error, 'invalid'))
  const keys: AccountKeys = await t.a.account(id)
  const moved = keys.rewrapContentKey('m', old)
  assert(moved !== undefined)
  await retire(false)
  const after = await t.a.account(id)
  assert.throws(() => after.openContentKey('m', old), SealError)
  after.openContentKey('m', moved)
})

test('a new authority key is known everywhere before it signs', async () => {
  await using t = await openNodes()
  const old = t.a.authority.mac('post', ['x'])
  await t.a.rotation.rotatePlatform('authority')
  assert.deepEqual(t.a.authority.mac('post', ['x']), old)
  await t.b.refresh()
  t.clock.advance(platformKeyLeadMs)
  await t.a.refresh()
  const made = t.a.authority.mac('post', ['x'])
  assert.notDeepEqual(made, old)
  assert(t.b.authority.verify('post', ['x'], made))
  assert(t.a.authority.verify('post', ['x'], old))
})
