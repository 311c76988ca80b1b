import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestDatabase } from '../../test/support/database.ts'

interface Table {
  readonly name: string
  readonly comment: string | null
}

const classes = /^class: (account|reference|bucket|local); \S/

test('every table names its class and what it is', async () => {
  await using t = await openTestDatabase()
  const tables = await t.owner.rows<Table>({ text: tablesSql })
  assert.ok(tables.length > 20)
  for (const { name, comment } of tables) assert.match(comment ?? '', classes, name)
})

test('every key and unique constraint of an account table begins with account_id', async () => {
  await using t = await openTestDatabase()
  const keys = await t.owner.rows<{ table_name: string; key: string; first: string }>({
    text: `SELECT c.relname AS table_name, i.relname AS key, a.attname AS first
      FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = x.indkey[0]
      WHERE x.indisunique AND c.relnamespace = 'public'::regnamespace
        AND obj_description(c.oid, 'pg_class') LIKE 'class: account;%'`,
  })
  assert.ok(keys.length > 8)
  for (const { table_name: table, key, first } of keys)
    assert.equal(first, 'account_id', `${table}: ${key}`)
})

test('bucket tables lead their keys with the bucket', async () => {
  await using t = await openTestDatabase()
  const keys = await t.owner.rows<{ table_name: string; first: string }>({
    text: `SELECT c.relname AS table_name, a.attname AS first
      FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = x.indkey[0]
      WHERE x.indisprimary AND c.relnamespace = 'public'::regnamespace
        AND obj_description(c.oid, 'pg_class') LIKE 'class: bucket;%'`,
  })
  for (const { table_name: table, first } of keys) assert.equal(first, 'bucket', table)
})

test('no table refers from one account to another, and no account table has a trigger of ours', async () => {
  await using t = await openTestDatabase()
  const crossing = await t.owner.rows({
    text: `SELECT conname FROM pg_constraint k
      JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
      WHERE k.contype = 'f' AND a.attname <> 'account_id'
        AND obj_description(k.confrelid, 'pg_class') NOT LIKE 'class: reference;%'
        AND obj_description(k.conrelid, 'pg_class') LIKE 'class: account;%'`,
  })
  assert.deepEqual(crossing, [])
  const triggers = await t.owner.rows({
    text: 'SELECT tgname FROM pg_trigger WHERE NOT tgisinternal',
  })
  assert.deepEqual(triggers, [])
})

const tablesSql = `SELECT relname AS name, obj_description(oid, 'pg_class') AS comment FROM pg_class
  WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')`
