/** The connections to PostgreSQL and the only place where a transaction begins. */
import {
  types,
  Pool,
  type ClientConfig,
  type PoolClient,
  type QueryConfig,
  type QueryResult,
} from 'pg'
import { Refusal } from '../base/refusal.ts'
import { databaseFault } from './faults.ts'
import { openListener } from './listener.ts'
import { Pipeline } from './pipeline.ts'
import type { Database, Db, Listener, Row, Statement, Tx } from './types.ts'

/** The role the platform works as: no DDL, no TRUNCATE. See migrations/0000-role.sql. */
export const platformRole = 'tamar_node'

export interface DatabaseOptions {
  /** A postgresql:// URL, or host (folder of the Unix socket) with database and user. */
  readonly url?: string
  readonly host?: string
  readonly port?: number
  readonly user?: string
  readonly database?: string
  /**
   * Connections at most, for reads, single statements and transactions. Two cores are kept busy by eight; more only
   * queue inside PostgreSQL.
   */
  readonly connectionsMax?: number
  /** Owner work (migrations) keeps the login's own role. */
  readonly asOwner?: boolean
  /** Another role than the platform's, which the login may become. */
  readonly role?: string
}

/**
 * A prepared statement is planned once. Each of ours has one good plan, along a key; left to itself
 * PostgreSQL plans those with arrays anew each time, which doubles what a small one costs. And a plan
 * made while a table is small, or holds one account only, must not be to read the whole of it.
 */
const planning = '-c plan_cache_mode=force_generic_plan -c enable_seqscan=off'

/** A statement may wait this long for a connection before the client hears "try again". */
const connectTimeoutMs = 10_000

// int8: our counters, sizes and times stay below 2^53; a value beyond it is a bug, not a rounding.
types.setTypeParser(types.builtins.INT8, (text) => {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`int8 beyond 2^53: ${text}`)
  return value
})

export function createDatabase(options: DatabaseOptions): Database {
  return new PostgresDatabase(clientConfig(options), options.connectionsMax ?? 16)
}

function clientConfig(options: DatabaseOptions): ClientConfig {
  const { url, host, port, user, database } = options
  return {
    ...(url === undefined ? { host, port, user, database } : { connectionString: url }),
    application_name: 'tamar',
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    ...(options.asOwner ? {} : { options: `${planning} -c role=${options.role ?? platformRole}` }),
  }
}

class PostgresDatabase implements Database {
  readonly #config: ClientConfig
  /**
   * Apart from the transactions' own: a transaction may need a statement outside of itself (to open
   * a key, to name a keyword), and when all connections held such transactions, all would wait.
   */
  readonly #reads: Pipeline
  readonly #statements: Pool
  readonly #transactions: Pool

  constructor(config: ClientConfig, connectionsMax: number) {
    this.#config = config
    const share = (of: number) => Math.max(1, Math.floor(connectionsMax * of))
    this.#reads = new Pipeline(config, share(1 / 4))
    this.#statements = openPool(config, share(3 / 8))
    this.#transactions = openPool(config, share(3 / 8))
  }

  async rows<R extends object = Row>(statement: Statement): Promise<readonly R[]> {
    return (await this.#read<R>(statement)).rows
  }

  async row<R extends object = Row>(statement: Statement): Promise<R | undefined> {
    return (await this.#read<R>(statement)).rows[0]
  }

  async #read<R extends object>(statement: Statement): Promise<QueryResult<R>> {
    try {
      return await this.#reads.query<R>(toQuery(statement))
    } catch (error) {
      throw databaseFault(error)
    }
  }

  async single<R extends object = Row>(statement: Statement): Promise<readonly R[]> {
    return (await this.#query<R>(statement)).rows
  }

  async #query<R extends object>(statement: Statement): Promise<QueryResult<R>> {
    try {
      return await this.#statements.query<R>(toQuery(statement))
    } catch (error) {
      throw databaseFault(error)
    }
  }

  async transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const client = await this.#transactions.connect().catch((error: unknown) => {
      throw databaseFault(error)
    })
    // The brand of Tx exists only for the compiler; this is the one place that gives it.
    const tx = new PostgresTx(client) as PostgresTx & Tx
    let isBroken = false
    try {
      await client.query('BEGIN')
      const result = await work(tx)
      await client.query('COMMIT')
      tx.committed()
      return result
    } catch (error) {
      isBroken = !(await rollback(client))
      if (!isBroken) tx.rolledBack()
      throw databaseFault(error)
    } finally {
      client.release(isBroken)
    }
  }

  async notify(channel: string, payload: string): Promise<void> {
    await this.#query({
      name: 'db.notify',
      text: 'SELECT pg_notify($1, $2)',
      values: [channel, payload],
    })
  }

  listen(channel: string, onNotice: (payload: string) => void, onReconnect: () => void): Listener {
    return openListener({ config: this.#config, channel, onNotice, onReconnect })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([
      this.#transactions.end(),
      this.#statements.end(),
      this.#reads[Symbol.asyncDispose](),
    ])
  }
}

function openPool(config: ClientConfig, max: number): Pool {
  const pool = new Pool({ ...config, max, idleTimeoutMillis: 60_000 })
  // A broken idle connection is replaced by the pool; whoever uses one hears of it himself, as the
  // failure of his statement. Both events would otherwise end the process.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  return pool
}

/** @returns false when the connection is beyond use. */
async function rollback(client: PoolClient): Promise<boolean> {
  try {
    await client.query('ROLLBACK')
    return true
  } catch {
    // The connection died; PostgreSQL has rolled back by itself, the pool drops the client.
    return false
  }
}

class PostgresTx implements Db {
  readonly #client: PoolClient
  readonly #after: (() => void)[] = []
  readonly #afterRollback: (() => void)[] = []

  constructor(client: PoolClient) {
    this.#client = client
  }

  async rows<R extends object = Row>(statement: Statement): Promise<readonly R[]> {
    return (await this.#client.query<R>(toQuery(statement))).rows
  }

  async row<R extends object = Row>(statement: Statement): Promise<R | undefined> {
    return (await this.#client.query<R>(toQuery(statement))).rows[0]
  }

  async execute(statement: Statement): Promise<number> {
    return (await this.#client.query(toQuery(statement))).rowCount ?? 0
  }

  afterCommit(act: () => void): void {
    this.#after.push(act)
  }

  afterRollback(act: () => void): void {
    this.#afterRollback.push(act)
  }

  committed(): void {
    for (const act of this.#after) act()
  }

  rolledBack(): void {
    for (const act of this.#afterRollback) act()
  }
}
function toQuery(statement: Statement): QueryConfig {
  const { name, text, values } = statement
  return {
    text,
    ...(name === undefined ? {} : { name }),
    ...(values === undefined ? {} : { values: [...values] }),
  }
}

/** The rows of a statement that must give exactly one. */
export async function oneRow<R extends object>(db: Db, statement: Statement): Promise<R> {
  const row = await db.row<R>(statement)
  if (row === undefined) throw new Refusal('not-found', { statement: statement.name ?? '' })
  return row
}
