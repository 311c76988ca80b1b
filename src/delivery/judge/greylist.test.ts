/** Who waits and who does not, on a real PostgreSQL, with two nodes. RFC 6647. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestDatabase } from '../../../test/support/database.ts'
import { dayMs, hourMs, ManualClock, minuteMs } from '../../base/clock.ts'
import type { Database } from '../../db/types.ts'
import { createKeys } from '../../keys/keys.ts'
import { temporaryMaster } from '../../keys/temporary-master.ts'
import { greyKeptMs, greyLearnedMax, greyLearnedOfNetworkMax, greyReturnMs } from '../limits.ts'
import { expireGreylist, Greylist, trimGreylist, type Encounter } from './greylist.ts'

const wong: Encounter = {
  remoteAddress: '192.0.2.7',
  reversePath: 'wong@far.example',
  recipients: ['amy@td.example'],
  provenDomain: undefined,
}

async function open(delayMs = 5 * minuteMs) {
  const stack = new AsyncDisposableStack()
  const { database, owner } = stack.use(await openTestDatabase())
  const { master } = stack.use(await temporaryMaster())
  const clock = new ManualClock()
  const keys = stack.use(await createKeys({ database, master, clock })).platform
  const alarms: string[] = []
  const onAlarm = (what: string) => void alarms.push(what)
  const parts = { database, keys, clock, delayMs: () => delayMs, onAlarm }
  const node = (more: object = {}) => new Greylist({ ...parts, ...more })
  const size = async () => (await owner.rows({ text: 'SELECT key FROM greylist' })).length
  return {
    clock,
    database,
    owner,
    alarms,
    node,
    size,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

test('a sender is asked to wait at every node, and who waited is taken at every node', async () => {
  await using t = await open()
  const [one, other] = [t.node(), t.node()]
  assert.equal(await one.meet(wong), true)
  t.clock.advance(4 * minuteMs)
  assert.equal(await other.meet(wong), true)
  t.clock.advance(minuteMs)
  assert.equal(await other.meet(wong), false)
  assert.equal(await one.meet(wong), false)
})

test('it is the network, the reverse-path and the recipient that are known, however they are written', async () => {
  await using t = await open()
  const node = t.node()
  const six = { ...wong, remoteAddress: '2001:db8:1:2::7' }
  await node.meet(wong)
  await node.meet(six)
  t.clock.advance(hourMs)
  for (const known of [
    { ...wong, remoteAddress: '192.0.2.200' },
    { ...wong, remoteAddress: '::ffff:192.0.2.7' },
    { ...wong, reversePath: 'Wong@FAR.example' },
    { ...six, remoteAddress: '2001:db8:1:2:ffff::1' },
  ])
    assert.equal(await node.meet(known), false, JSON.stringify(known))
  for (const strange of [
    { ...wong, remoteAddress: '192.0.3.7' },
    { ...wong, reversePath: '' },
    { ...wong, recipients: ['amy@td.example', 'bob@td.example'] },
    { ...six, remoteAddress: '2001:db8:1:3::7' },
  ])
    assert.equal(await node.meet(strange), true, JSON.stringify(strange))
})

test('a domain that stands behind its mail is known by its name, from wherever, to whomever', async () => {
  await using t = await open()
  const node = t.node()
  assert.equal(await node.meet({ ...wong, provenDomain: 'far.example' }), true)
  t.clock.advance(hourMs)
  const elsewhere = { ...wong, remoteAddress: '198.51.100.1', recipients: ['bob@td.example'] }
  assert.equal(await node.meet({ ...elsewhere, provenDomain: 'FAR.example' }), false)
  assert.equal(await node.meet(elsewhere), true)
})

test('who does not come back within a day is new again, who waited is known for weeks, and then forgotten', async () => {
  await using t = await open()
  await t.node().meet(wong)
  t.clock.advance(greyReturnMs + 1)
  assert.equal(await t.node().meet(wong), true)
  t.clock.advance(hourMs)
  assert.equal(await t.node().meet(wong), false)
  t.clock.advance(greyKeptMs - dayMs)
  await expireGreylist(t.database, t.clock.now())
  assert.equal(await t.node().meet(wong), false)
  t.clock.advance(greyKeptMs + 1)
  await expireGreylist(t.database, t.clock.now())
  assert.equal(await t.size(), 0)
})

test('a meeting is one statement, of who is known none, and none where nobody is to wait', async () => {
  await using t = await open()
  let statements = 0
  const counted: Pick<Database, 'single'> = {
    single: (statement) => {
      statements++
      return t.database.single(statement)
    },
  }
  const many = Array.from({ length: 150 }, (_, at) => `p${at}@td.example`)
  const node = t.node({ database: counted })
  await node.meet({ ...wong, recipients: many })
  assert.equal(await t.size(), 100)
  t.clock.advance(hourMs - 1)
  await node.meet({ ...wong, recipients: many })
  assert.equal(statements, 2)
  await node.meet({ ...wong, recipients: many })
  assert.equal(statements, 2)
  const off = t.node({ database: counted, delayMs: () => 0 })
  assert.equal(await off.meet(wong), false)
  assert.deepEqual([node.isOn, off.isOn], [true, false])
  assert.equal(statements, 2)
})

test('who holds the database reads no address in it', async () => {
  await using t = await open()
  await t.node().meet(wong)
  await t.node().meet({ ...wong, provenDomain: 'far.example' })
  const rows = await t.owner.rows<{ row: string }>({
    text: `SELECT encode(convert_to(greylist::text, 'UTF8'), 'escape') AS row FROM greylist`,
  })
  assert.equal(rows.length, 2)
  assert.doesNotMatch(JSON.stringify(rows), /wong|far|amy|192/)
})

/** Strangers of one network, each to a hundred people. */
async function flood(node: Greylist, network: string, rows: number): Promise<void> {
  for (let made = 0; made < rows; made += 100) {
    const recipients = Array.from({ length: 100 }, (_, at) => `p${made + at}@td.example`)
    const encounter = { ...wong, remoteAddress: `${network}.7`, recipients }
    assert.equal(await node.meet(encounter), true)
  }
}

test('one network makes so many rows an hour; its strangers wait on, who waited passes, others are met', async () => {
  await using t = await open()
  const node = t.node()
  await node.meet(wong)
  await flood(node, '192.0.2', greyLearnedOfNetworkMax + 1_000)
  assert.equal(await t.size(), greyLearnedOfNetworkMax + 1)
  t.clock.advance(5 * minuteMs)
  assert.equal(await node.meet(wong), false)
  assert.equal(await node.meet({ ...wong, recipients: ['nobody@td.example'] }), true)
  assert.equal(await node.meet({ ...wong, remoteAddress: '198.51.100.1' }), true)
  assert.equal(await t.size(), greyLearnedOfNetworkMax + 2)
  t.clock.advance(hourMs)
  assert.equal(await node.meet({ ...wong, recipients: ['later@td.example'] }), true)
  assert.equal(await t.size(), greyLearnedOfNetworkMax + 3)
  assert.deepEqual(t.alarms, [])
})

test('when there are too many strangers in all, nobody new waits for them, and it is said once', async () => {
  await using t = await open()
  const node = t.node()
  await node.meet(wong)
  const networks = greyLearnedMax / greyLearnedOfNetworkMax
  for (let at = 0; at < networks; at++)
    await flood(node, `10.${at >> 8}.${at & 255}`, greyLearnedOfNetworkMax)
  const before = await t.size()
  assert.equal(before, greyLearnedMax + 1)
  assert.equal(await node.meet({ ...wong, remoteAddress: '198.51.100.1' }), false)
  assert.equal(await node.meet({ ...wong, remoteAddress: '198.51.100.1' }), false)
  assert.equal(await node.meet(wong), true)
  assert.equal(await t.size(), before)
  assert.equal(t.alarms.length, 1)
  t.clock.advance(hourMs)
  assert.equal(await node.meet({ ...wong, remoteAddress: '198.51.100.1' }), true)
})

test('of more rows than there may be those go that never came back', async () => {
  await using t = await open()
  const node = t.node()
  await node.meet(wong)
  t.clock.advance(hourMs)
  assert.equal(await node.meet(wong), false)
  await flood(node, '198.51.100', 400)
  await trimGreylist(t.database, 500)
  assert.equal(await t.size(), 401)
  await trimGreylist(t.database, 10)
  assert.equal(await t.size(), 10)
  assert.equal(await t.node().meet(wong), false)
})
