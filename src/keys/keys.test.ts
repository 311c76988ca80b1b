/** The hierarchy on a real database, with a file master key. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock, dayMs, hourMs } from '../base/clock.ts'
import { newId } from '../base/id.ts'
import { isRefusal } from '../base/refusal.ts'
import { openTestDatabase } from '../../test/support/database.ts'
import { createKeys } from './keys.ts'
import { platformKeyAgeMs, platformKeyLeadMs } from './limits.ts'
import { temporaryMaster } from './temporary-master.ts'
import { MissingKey, SealError, UnknownEpoch, epochOf } from './types.ts'
import type { Keys } from './types.ts'

const place = { object: 'one', field: 'message.summary' }
const text = Buffer.from('secret')

async function openKeys() {
  const t = await openTestDatabase()
  const clock = new ManualClock()
  await using temporary = await temporaryMaster()
  const { master } = temporary
  const keys = await createKeys({ database: t.database, master, clock })
  const another = () => createKeys({ database: t.database, master, clock })
  return {
    ...t,
    clock,
    keys,
    another,
    master,
    async [Symbol.asyncDispose]() {
      await keys[Symbol.asyncDispose]()
      await t[Symbol.asyncDispose]()
    },
  }
}

async function newAccount({
  keys,
  database,
  clock,
}: Pick<Awaited<ReturnType<typeof openKeys>>, 'keys' | 'database' | 'clock'>) {
  const department = newId(clock)
  const account = newId(clock)
  await database.transaction(async (tx) => {
    await keys.createDepartment(tx, department)
    await keys.createAccount(tx, account, department)
  })
  return { department, account }
}

test('two nodes that start together have the same platform keys', async () => {
  await using t = await openTestDatabase()
  const clock = new ManualClock()
  await using temporary = await temporaryMaster()
  const { master } = temporary
  const options = { database: t.database, master, clock }
  const [a, b] = await Promise.all([createKeys(options), createKeys(options)])
  assert.deepEqual(b.directory.open(place, a.directory.seal(place, text)), text)
  assert.deepEqual(b.platform.open(place, a.platform.seal(place, text)), text)
  assert.deepEqual(b.directory.hash('address', 'x'), a.directory.hash('address', 'x'))
  assert.notDeepEqual(a.platform.hash('address', 'x'), a.directory.hash('address', 'x'))
  assert.notDeepEqual(a.directory.hash('address', 'x'), a.directory.hash('name', 'x'))
  assert.deepEqual(b.pepper, a.pepper)
  assert(b.authority.verify('post', ['x', 1], a.authority.mac('post', ['x', 1])))
  assert.throws(() => a.platform.open(place, b.directory.seal(place, text)), SealError)
})

test('a node with another master key is told so in one line and changes nothing', async () => {
  await using t = await openKeys()
  await using temporary = await temporaryMaster()
  const { master } = temporary
  await assert.rejects(
    createKeys({ database: t.database, master, clock: t.clock }),
    (error) => error instanceof MissingKey && !error.message.includes('\n'),
  )
})

test('an account opens on another node and its values open nowhere else', async () => {
  await using t = await openKeys()
  const one = await newAccount(t)
  const two = await newAccount(t)
  await using other = await t.another()
  const here = await t.keys.account(one.account)
  const there = await other.account(one.account)
  const sealed = here.seal(place, text)
  assert.deepEqual(there.open(place, sealed), text)
  assert.deepEqual(there.hash('mailbox', 'INBOX'), here.hash('mailbox', 'INBOX'))
  const stranger = await t.keys.account(two.account)
  assert.throws(() => stranger.open(place, sealed), SealError)
  assert.notDeepEqual(stranger.hash('mailbox', 'INBOX'), here.hash('mailbox', 'INBOX'))
  const key = here.newContentKey('m1')
  assert.deepEqual(there.openContentKey('m1', key.wrapped).open(place, key.seal(place, text)), text)
  assert.throws(() => there.openContentKey('m2', key.wrapped), SealError)
  assert.throws(() => stranger.openContentKey('m1', key.wrapped), SealError)
  const shared = stranger.wrapContentKey('m1', here.secretOf(key))
  assert.deepEqual(
    stranger.openContentKey('m1', shared.wrapped).open(place, key.seal(place, text)),
    text,
  )
})

test('a warm account is there at once, and an unknown one is refused', async () => {
  await using t = await openKeys()
  const { account } = await newAccount(t)
  assert.equal(t.keys.opened(account), undefined)
  const [first, second] = await Promise.all([t.keys.account(account), t.keys.account(account)])
  assert.equal(first, second)
  assert.equal(t.keys.opened(account), first)
  t.clock.advance(hourMs)
  assert.equal(t.keys.opened(account), undefined)
  assert.equal(await t.keys.account(account), first)
  await assert.rejects(t.keys.account(newId(t.clock)), (error) =>
    isRefusal(error, 'no-such-account'),
  )
})

test('the least recently used account is forgotten first', async () => {
  await using t = await openTestDatabase()
  const clock = new ManualClock()
  await using temporary = await temporaryMaster()
  const { master } = temporary
  await using keys = await createKeys({ database: t.database, master, clock, accountsMax: 2 })
  const ids: string[] = []
  for (let n = 0; n < 3; n++)
    ids.push((await newAccount({ keys, database: t.database, clock })).account)
  const [a = '', b = '', c = ''] = ids
  await keys.account(a)
  await keys.account(b)
  await keys.account(a)
  await keys.account(c)
  assert.notEqual(keys.opened(a), undefined)
  assert.equal(keys.opened(b), undefined)
})

test('two nodes make one key for a new month, and both months open', async () => {
  await using t = await openKeys()
  const { account } = await newAccount(t)
  await using other = await t.another()
  const old = (await t.keys.account(account)).newContentKey('m1')
  const stale = await other.account(account)
  t.clock.advance(31 * dayMs)
  const [here, there] = await Promise.all([t.keys.account(account), other.account(account)])
  const made = here.newContentKey('m2')
  assert.notDeepEqual(made.wrapped.subarray(0, 9), old.wrapped.subarray(0, 9))
  assert.deepEqual(there.newContentKey('m3').wrapped.subarray(0, 9), made.wrapped.subarray(0, 9))
  assert.equal(there, stale)
  there.openContentKey('m1', old.wrapped)
  there.openContentKey('m2', made.wrapped)
  const moved = there.rewrapContentKey('m1', old.wrapped)
  assert(moved !== undefined)
  assert.equal(there.rewrapContentKey('m1', moved), undefined)
  assert.deepEqual(here.openContentKey('m1', moved).open(place, old.seal(place, text)), text)
})

test('a month made elsewhere is UnknownEpoch until the keys are refreshed', async () => {
  await using t = await openKeys()
  const { account } = await newAccount(t)
  const here = await t.keys.account(account)
  const ahead = new ManualClock(t.clock.now() + 31 * dayMs)
  await using other = await createKeys({ ...t, clock: ahead })
  const made = (await other.account(account)).newContentKey('m1')
  assert.throws(() => here.openContentKey('m1', made.wrapped), UnknownEpoch)
  await here.refresh()
  here.openContentKey('m1', made.wrapped)
})

test('moving an account rewraps it: what was sealed before still opens', async () => {
  await using t = await openKeys()
  const { account } = await newAccount(t)
  const { department: to } = await newAccount(t)
  const sealed = (await t.keys.account(account)).seal(place, text)
  await t.database.transaction((tx) => t.keys.moveAccount(tx, account, to))
  await using other = await t.another()
  assert.deepEqual((await other.account(account)).open(place, sealed), text)
})

test('keys of a transaction that rolled back are not kept', async () => {
  await using t = await openKeys()
  const department = newId(t.clock)
  const account = newId(t.clock)
  const failed = new Error('rolled back')
  await assert.rejects(
    t.database.transaction(async (tx) => {
      await t.keys.createDepartment(tx, department)
      await t.keys.createAccount(tx, account, department)
      throw failed
    }),
    failed,
  )
  await assert.rejects(t.keys.department(department), (error) => isRefusal(error, 'not-found'))
  await assert.rejects(t.keys.account(account), (error) => isRefusal(error, 'no-such-account'))
})

test('a destroyed account is gone', async () => {
  await using t = await openKeys()
  const { account } = await newAccount(t)
  await t.keys.account(account)
  await t.database.transaction((tx) => t.keys.destroyAccount(tx, account))
  await assert.rejects(t.keys.account(account), (error) => isRefusal(error, 'no-such-account'))
})

test('an aged platform key is followed by another that every node knows first', async () => {
  await using t = await openKeys()
  const header = (keys: Keys) => keys.platform.seal(place, text).subarray(0, 9)
  const old = t.keys.platform.seal(place, text)
  const hash = t.keys.platform.hash('session', 'x')
  t.clock.advance(platformKeyAgeMs + hourMs)
  await using other = await t.another()
  assert.deepEqual(header(other), header(t.keys))
  await t.keys.refresh()
  t.clock.advance(platformKeyLeadMs)
  await other.refresh()
  assert.notDeepEqual(header(other), header(t.keys))
  assert.deepEqual(t.keys.platform.open(place, other.platform.seal(place, text)), text)
  assert.deepEqual(other.platform.open(place, old), text)
  assert.deepEqual(other.platform.hash('session', 'x'), hash)
})

test('an epoch is the month of UTC', () => {
  assert.equal(epochOf(Date.UTC(2026, 0, 31, 23, 59, 59, 999)), 202601)
  assert.equal(epochOf(Date.UTC(2026, 11, 1)), 202612)
})
