import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestDatabase } from '../../../test/support/database.ts'
import { newId } from '../../base/id.ts'
import { rehearse } from '../../directory/rehearsal.ts'
import { createLedger } from './ledger.ts'

async function open() {
  const stack = new AsyncDisposableStack()
  const t = stack.use(await openTestDatabase())
  const r = stack.use(await rehearse(t.database))
  const departmentId = await r.department()
  const [accountId, other] = [newId(r.clock), newId(r.clock)]
  await r.write(async (tx) => {
    for (const id of [accountId, other]) await r.keys.createAccount(tx, id, departmentId)
  })
  const ledger = createLedger(r)
  const write = (id: string, count: number) =>
    r.write((tx) => ledger.write(tx, id, { byId: 'lee', what: 'read', basis: 'delegated', count }))
  for (const count of [1, 2, 3]) await write(accountId, count)
  await write(other, 9)
  const dispose = () => stack.disposeAsync()
  const read = () => ledger.read(t.database, accountId)
  return { ...t, ...r, accountId, other, ledger, read, write, [Symbol.asyncDispose]: dispose }
}

test('its owner reads who was there, newest first, and nothing of another account', async () => {
  await using t = await open()
  const { lines, damaged } = await t.read()
  assert.deepEqual(
    lines.map(({ seq, byId, count }) => [seq, byId, count]),
    [
      [3, 'lee', 3],
      [2, 'lee', 2],
      [1, 'lee', 1],
    ],
  )
  assert.deepEqual(damaged, [])
})

test('the platform’s role can neither alter nor remove a line', async () => {
  await using t = await open()
  for (const text of ['UPDATE ledger SET at = 0', 'DELETE FROM ledger'])
    await assert.rejects(t.database.single({ text }), /permission denied/)
})

test('a line altered, moved from another account or taken out shows', async () => {
  await using t = await open()
  const { accountId, other } = t
  await t.owner.single({
    text: 'UPDATE ledger SET at = at + 1 WHERE seq = 3 AND account_id = $1',
    values: [accountId],
  })
  assert.deepEqual((await t.read()).damaged, [3])
  await t.owner.single({
    text: `UPDATE ledger SET (sealed, mac) = (SELECT sealed, mac FROM ledger WHERE account_id = $2)
      WHERE account_id = $1 AND seq = 2`,
    values: [accountId, other],
  })
  await t.owner.single({
    text: 'DELETE FROM ledger WHERE account_id = $1 AND seq = 1',
    values: [accountId],
  })
  const { lines, damaged } = await t.read()
  assert.deepEqual(lines, [])
  assert.deepEqual(damaged, [3, 2])
  await t.write(accountId, 4)
  const after = await t.read()
  assert.deepEqual([after.lines.map(({ seq }) => seq), after.damaged], [[4], [3, 2, 1]])
})

test('forged lines in front do not push the true ones out of sight', async () => {
  await using t = await open()
  await t.owner.single({
    text: `INSERT INTO ledger (account_id, seq, at, sealed, mac)
      SELECT account_id, n, at, sealed, mac FROM ledger, generate_series(1000, 3500) AS n
      WHERE account_id = $1 AND seq = 1`,
    values: [t.accountId],
  })
  const { lines, damaged } = await t.read()
  assert.deepEqual(
    lines.map(({ seq }) => seq),
    [3, 2, 1],
  )
  assert.equal(damaged.length, 2501)
})
