/** Policies on a real database: what holds where, which way is weaker, and what the history says. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestDatabase } from '../../../test/support/database.ts'
import { isRefusal } from '../../base/refusal.ts'
import { createDirectory } from '../directory.ts'
import { rehearse } from '../rehearsal.ts'
import { setPolicy, type NewPolicy } from '../write/set-policy.ts'
import type { AskedOfDirectory } from '../write/writing.ts'
import { laterIsStricter, longerIsStricter, shorterIsStricter, withoutOrder } from './orders.ts'

async function open() {
  const stack = new AsyncDisposableStack()
  const { database, owner } = stack.use(await openTestDatabase())
  const r = stack.use(await rehearse(database))
  const alarms: string[] = []
  const openDirectory = () =>
    createDirectory({ database, keys: r.keys, onAlarm: ({ what }) => void alarms.push(what) })
  const directory = stack.use(await openDirectory())
  const asked: AskedOfDirectory[] = []
  const requireGrant = async (_: unknown, one: AskedOfDirectory) => {
    asked.push(one)
    return { role: 'central-administrator' }
  }
  const writing = { ...r.writing, requireGrant }
  const set = async (wanted: NewPolicy) => {
    await r.write((tx) => setPolicy(tx, writing, wanted))
    await directory.refresh()
  }
  const departmentId = await r.department()
  await directory.refresh()
  const [entries, dispose] = [r.entries, () => stack.disposeAsync()]
  return {
    owner,
    directory,
    openDirectory,
    alarms,
    asked,
    set,
    departmentId,
    entries,
    [Symbol.asyncDispose]: dispose,
  }
}

const name = 'delegation.days-max'
const isInvalid = (words: RegExp) => (error: unknown) =>
  isRefusal(error, 'invalid') && words.test(String(error.facts['message']))

test('a policy begins with what the catalogue says, and has a history of who set it', async () => {
  await using t = await open()
  assert.equal(t.directory.policy(name), 365)
  assert.deepEqual(t.directory.policyVersions(name), [])
  await t.set({ name, value: 100 })
  await t.set({ name, value: 200 })
  await t.set({ name, value: undefined })
  assert.equal(t.directory.policy(name), 365)
  assert.deepEqual(
    t.directory
      .policyVersions(name)
      .map(({ number, value, isWeaker }) => [number, value, isWeaker]),
    [
      [3, undefined, true],
      [2, 200, true],
      [1, 100, false],
    ],
  )
  assert.deepEqual(
    t.asked.map(({ act }) => act),
    ['policy.raise', 'policy.lower', 'policy.lower'],
  )
  const said = t.entries.filter((entry) => entry.kind === 'policy')
  assert.deepEqual(
    said.map(({ event, policy, policyVersion, isWeaker }) => [
      event,
      policy,
      policyVersion,
      isWeaker,
    ]),
    [
      ['set', name, 1, false],
      ['set', name, 2, true],
      ['withdraw', name, 3, true],
    ],
  )
})

test('a department is only ever stricter, and the platform’s rise lifts it too', async () => {
  await using t = await open()
  const { departmentId } = t
  await t.set({ name, value: 100 })
  await assert.rejects(
    t.set({ name, departmentId, value: 101 }),
    isInvalid(/^A department can only be stricter: the platform has 100/),
  )
  await t.set({ name, departmentId, value: 50 })
  assert.deepEqual([t.directory.policy(name), t.directory.policy(name, departmentId)], [100, 50])
  assert.equal(t.directory.policy(name, 'another'), 100)
  await t.set({ name, value: 30 })
  assert.equal(t.directory.policy(name, departmentId), 30)
  // Its own 50 allows no more than the platform does: to withdraw it weakens nothing.
  await t.set({ name, departmentId, value: undefined })
  await t.set({ name, departmentId, value: 20 })
  await t.set({ name, departmentId, value: 25 })
  assert.deepEqual(
    t.asked.slice(-3).map(({ act, object }) => [act, object.departmentId]),
    [
      ['policy.raise', departmentId],
      ['policy.raise', departmentId],
      ['policy.lower', departmentId],
    ],
  )
})

test('how long a trail is kept is lengthened like any policy, and shortened by an act of its own', async () => {
  await using t = await open()
  await t.set({ name: 'mail-log.kept-days', value: 400 })
  await t.set({ name: 'mail-log.kept-days', value: 200 })
  assert.deepEqual(
    t.asked.map(({ act }) => act),
    ['policy.raise', 'audit.change-settings'],
  )
  const said = t.entries.filter((entry) => entry.kind === 'audit-policy')
  assert.deepEqual(
    said.map(({ event, setting, value }) => [event, setting, value]),
    [
      ['set', 'mail-log.kept-days', '400'],
      ['set', 'mail-log.kept-days', '200'],
    ],
  )
})

test('what is not a policy, not a value, not for departments, so already or overtaken is refused', async () => {
  await using t = await open()
  const { departmentId } = t
  await assert.rejects(t.set({ name: 'no.such', value: 1 }), (error) =>
    isRefusal(error, 'not-found'),
  )
  for (const value of [0, 366, 1.5, '30', null, [30]])
    await assert.rejects(t.set({ name, value }), isInvalid(/^This is not a value of delegation/))
  const ofAll = { name: 'mail.recoverable-days', departmentId, value: 60 }
  await assert.rejects(t.set(ofAll), isInvalid(/is the same for all departments/))
  await t.set({ name, value: 90 })
  await assert.rejects(t.set({ name, value: 90 }), (error) => isRefusal(error, 'already-exists'))
  await assert.rejects(t.set({ name, value: 80, after: 0 }), isInvalid(/changed meanwhile/))
  assert.equal(t.asked.length, 1, 'nobody is asked about what cannot be')
})

test('a version from before that is put back in the database is not believed', async () => {
  await using t = await open()
  await t.set({ name, value: 100 })
  const before = await t.owner.row<{ row: string }>({
    text: 'SELECT to_jsonb(policy)::text AS row FROM policy',
  })
  await t.set({ name, value: 10 })
  await t.owner.transaction(async (tx) => {
    await tx.execute({ text: 'DELETE FROM policy' })
    await tx.execute({
      text: 'INSERT INTO policy SELECT (jsonb_populate_record(NULL::policy, $1::jsonb)).*',
      values: [before?.row],
    })
  })
  await using again = await t.openDirectory()
  assert.equal(again.isBelievable, false)
  assert.ok(t.alarms.includes('feed-does-not-add-up'))
  assert.equal(t.directory.policy(name), 10, 'a node that runs keeps what it knows')
})

test('lists and steps are ordered by what they protect; what has no order is weaker', () => {
  const steps = laterIsStricter(['off', 'warn', 'refuse'])
  assert.equal(steps.compare('warn', 'refuse'), 'stricter')
  assert.equal(steps.compare('warn', 'off'), 'weaker')
  assert.equal(steps.combine('off', 'warn'), 'warn')
  assert.equal(longerIsStricter.compare(['a'], ['b', 'a']), 'stricter')
  assert.equal(longerIsStricter.compare(['a', 'b'], ['a', 'c']), 'weaker')
  assert.equal(longerIsStricter.compare(['a', 'b'], ['b', 'a']), 'same')
  assert.deepEqual(longerIsStricter.combine(['b'], ['a', 'b']), ['a', 'b'])
  assert.equal(shorterIsStricter.compare(['a', 'b'], ['a']), 'stricter')
  assert.deepEqual(shorterIsStricter.combine(['a', 'b'], ['b', 'c']), ['b'])
  assert.equal(withoutOrder<number>().compare(1, 2), 'weaker')
})
