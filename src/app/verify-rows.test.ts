import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestDatabase } from '../../test/support/database.ts'
import { setPlatformState } from '../access/write/set-platform-state.ts'
import { rehearse } from '../directory/rehearsal.ts'
import { findFalseRows, listMacTables } from './verify-rows.ts'

test('verify looks at every table that has a MAC, and finds each false row', async () => {
  await using t = await openTestDatabase()
  await using r = await rehearse(t.database)
  const department = await r.department()
  await r.person(department, 'amy')
  await t.database.transaction((tx) =>
    setPlatformState(tx, r.writing, { state: 'founding', statement: 'begun' }),
  )
  const find = () => Array.fromAsync(findFalseRows(t.database, r.keys))
  assert.deepEqual(await find(), [])
  const spoil = async (text: string, expected: RegExp) => {
    await t.owner.single({ text })
    const found = await find()
    assert.ok(
      found.some((sentence) => expected.test(sentence)),
      found.join('\n'),
    )
  }
  await spoil(
    `UPDATE person SET state = 'suspended'`,
    /^Row .* of person does not carry its MAC\.$/,
  )
  await spoil(`DELETE FROM address`, /^Rows of the directory were put back/)
  await spoil(`UPDATE platform_state SET state = 'demo'`, /^Row 1 of platform_state does not carry/)
  await spoil(
    `CREATE TABLE new_right (id uuid PRIMARY KEY, mac bytea NOT NULL)`,
    /^Table new_right has a MAC that nobody looks at\.$/,
  )
})

test('a false credential, founder or approval is found', async () => {
  await using t = await openTestDatabase()
  await using r = await rehearse(t.database)
  const department = await r.department()
  const person = await r.person(department, 'amy')
  const mac = `decode(repeat('00', 32), 'hex')`
  const rows = {
    credential: `VALUES (gen_random_uuid(), '${department}', '${person}', NULL, 'active', 99,
      ${mac}, '\\x00', ${mac})`,
    founder: `VALUES ('auditor', ${mac}, ${mac}, '\\x00', '\\x00', '\\x00', 1, NULL, NULL, ${mac})`,
    approval_use: `VALUES (gen_random_uuid(), 1, ${mac})`,
  }
  for (const [table, values] of Object.entries(rows)) {
    await t.owner.single({ text: `INSERT INTO ${table} ${values}` })
    const found = await Array.fromAsync(findFalseRows(t.database, r.keys))
    assert.ok(
      found.some((sentence) => sentence.includes(` of ${table} does not carry its MAC`)),
      table,
    )
  }
  const feeds = (await listMacTables(t.database)).filter(({ isFeed }) => isFeed)
  assert.ok(feeds.some(({ table }) => table === 'credential'))
})
