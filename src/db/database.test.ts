import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestDatabase } from '../../test/support/database.ts'
import { isRefusal } from '../base/refusal.ts'
import { createDatabase } from './database.ts'
import { migrate, readMigrations, MigrationError } from './migrate.ts'

test('a transaction that throws leaves nothing behind', async () => {
  await using t = await openTestDatabase()
  await t.owner.single({ text: 'CREATE TABLE probe (n integer)' })
  await t.owner.single({ text: 'GRANT ALL ON probe TO tamar_node' })
  const failed = t.database.transaction(async (tx) => {
    await tx.execute({ text: 'INSERT INTO probe VALUES (1)' })
    throw new Error('on purpose')
  })
  await assert.rejects(failed, /on purpose/)
  assert.deepEqual(await t.database.rows({ text: 'SELECT n FROM probe' }), [])
})

test('transactions that take every connection still read outside of themselves', async () => {
  await using t = await openTestDatabase()
  const all = Array.from({ length: 20 }, () =>
    t.database.transaction(async (tx) => {
      await tx.execute({ text: 'SELECT 1' })
      return t.database.row<{ n: number }>({ text: 'SELECT 1 AS n' })
    }),
  )
  for (const row of await Promise.all(all)) assert.deepEqual(row, { n: 1 })
})

test('what follows a commit runs after it, what follows a rollback after that', async () => {
  await using t = await openTestDatabase()
  const ran: string[] = []
  await t.database.transaction(async (tx) => {
    tx.afterCommit(() => ran.push('committed'))
    tx.afterRollback(() => ran.push('never'))
  })
  const failed = t.database.transaction(async (tx) => {
    tx.afterCommit(() => ran.push('never'))
    tx.afterRollback(() => ran.push('rolled back'))
    throw new Error('on purpose')
  })
  await assert.rejects(failed)
  assert.deepEqual(ran, ['committed', 'rolled back'])
})

test('the platform role may neither truncate, drop nor create', async () => {
  await using t = await openTestDatabase()
  await t.owner.single({ text: 'CREATE TABLE probe (n integer)' })
  await t.owner.single({ text: 'GRANT SELECT, INSERT, UPDATE, DELETE ON probe TO tamar_node' })
  for (const text of ['TRUNCATE probe', 'DROP TABLE probe', 'CREATE TABLE other (n integer)'])
    await assert.rejects(t.database.single({ text }), { code: '42501' }, text)
})

test('a server that is not there is a temporary refusal', async () => {
  await using database = createDatabase({ host: '/nonexistent', user: 'x', database: 'x' })
  await assert.rejects(database.rows({ text: 'SELECT 1' }), (error) =>
    isRefusal(error, 'try-again'),
  )
})

test('a cut connection is a temporary refusal and the next statement works', async () => {
  await using t = await openTestDatabase()
  const cut = t.database.transaction(async (tx) => {
    const row = await tx.row<{ pid: number }>({ text: 'SELECT pg_backend_pid() AS pid' })
    await t.owner.single({ text: 'SELECT pg_terminate_backend($1)', values: [row?.pid] })
    await tx.execute({ text: 'SELECT 1' })
  })
  await assert.rejects(cut, (error) => isRefusal(error, 'try-again'))
  assert.deepEqual(await t.database.rows({ text: 'SELECT 1 AS n' }), [{ n: 1 }])
})

test('a listener hears notices, and is told to read anew after its connection was cut', async () => {
  await using t = await openTestDatabase()
  const heard = Promise.withResolvers<string>()
  const reconnected = Promise.withResolvers<void>()
  await using listener = t.database.listen('probe', heard.resolve, reconnected.resolve)
  await listener.ready
  await t.database.notify('probe', 'hello')
  assert.equal(await heard.promise, 'hello')
  await t.owner.single({
    text: `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN %'
      AND datname = current_database()`,
  })
  await reconnected.promise
})

test('migrations apply once and refuse to run over others of the same number', async () => {
  await using t = await openTestDatabase()
  assert.deepEqual(await migrate(t.owner), [])
  const changed = readMigrations().map((each) => ({ ...each, digest: 'other' }))
  await assert.rejects(migrate(t.owner, changed), MigrationError)
})

test('a login without rights over tables finds the migrations done and works as the node', async () => {
  await using t = await openTestDatabase()
  if (t.connection.url !== undefined) return
  const login = `tamar_login_${process.pid}`
  await t.owner.single({ text: `CREATE ROLE ${login} LOGIN IN ROLE tamar_node` })
  try {
    await using plain = createDatabase({ ...t.connection, user: login, asOwner: true })
    assert.deepEqual(await migrate(plain), [])
    await using node = createDatabase({ ...t.connection, user: login })
    assert.deepEqual(await node.rows({ text: 'SELECT current_user AS name' }), [
      { name: 'tamar_node' },
    ])
    await assert.rejects(plain.single({ text: 'DROP TABLE entry' }), { code: '42501' })
  } finally {
    await t.owner.single({ text: `DROP ROLE ${login}` })
  }
})
