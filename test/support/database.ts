/**
 * A fresh, migrated PostgreSQL database for one test. The test run starts one server and names it in
 * TAMAR_TEST_SOCKETS; a test file run by itself starts its own and stops it at exit.
 */
import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { after } from 'node:test'
import { createDatabase, type DatabaseOptions } from '../../src/db/database.ts'
import { startCluster } from '../../src/db/embedded/cluster.ts'
import { migrate } from '../../src/db/migrate.ts'
import type { Database } from '../../src/db/types.ts'
import { makeThrowaway, sweepThrowaways } from './throwaway.ts'

export interface TestDatabase extends AsyncDisposable {
  /** As the platform's role. */
  readonly database: Database
  /** As the owner: what an intruder with the database in his hands may do. */
  readonly owner: Database
  /** To open another connection to the same database. */
  readonly connection: DatabaseOptions
}

const template = `tamar_template_${process.pid}`
let server: Promise<DatabaseOptions> | undefined
let prepared: Promise<void> | undefined
let stop: (() => Promise<void>) | undefined

// At the top of the file, so that it belongs to the whole run and not to the test that came first.
after(() => stop?.())

export async function openTestDatabase(): Promise<TestDatabase> {
  const base = await (server ??= findServer())
  await (prepared ??= prepareTemplate(base))
  const name = `tamar_${randomBytes(6).toString('hex')}`
  await asAdmin(base, `CREATE DATABASE ${name} TEMPLATE ${template}`)
  const connection = onDatabase(base, name)
  const database = createDatabase({ ...connection, connectionsMax: 6 })
  const owner = createDatabase({ ...connection, connectionsMax: 2, asOwner: true })
  return {
    database,
    owner,
    connection,
    async [Symbol.asyncDispose]() {
      await database[Symbol.asyncDispose]()
      await owner[Symbol.asyncDispose]()
      await asAdmin(base, `DROP DATABASE ${name} WITH (FORCE)`)
    },
  }
}

async function findServer(): Promise<DatabaseOptions> {
  const url = process.env['TAMAR_TEST_DATABASE_URL']
  if (url !== undefined) return { url }
  const sockets = process.env['TAMAR_TEST_SOCKETS']
  if (sockets !== undefined) return { host: sockets, user: 'tamar', database: 'postgres' }
  await sweepThrowaways()
  const folder = makeThrowaway('tamar-test-')
  const cluster = await startCluster({ folder: join(folder, 'pg'), isThrowaway: true })
  stop = async () => {
    await cluster[Symbol.asyncDispose]()
    rmSync(folder, { recursive: true, force: true })
  }
  return cluster.connection
}

async function prepareTemplate(base: DatabaseOptions): Promise<void> {
  await asAdmin(base, `DROP DATABASE IF EXISTS ${template}`)
  await asAdmin(base, `CREATE DATABASE ${template}`)
  await using database = createDatabase({
    ...onDatabase(base, template),
    asOwner: true,
    connectionsMax: 1,
  })
  await migrate(database)
}

function onDatabase(base: DatabaseOptions, name: string): DatabaseOptions {
  if (base.url === undefined) return { ...base, database: name }
  const url = new URL(base.url)
  url.pathname = `/${name}`
  return { url: url.href }
}

async function asAdmin(base: DatabaseOptions, text: string): Promise<void> {
  await using admin = createDatabase({ ...base, asOwner: true, connectionsMax: 1 })
  await admin.single({ text })
}
