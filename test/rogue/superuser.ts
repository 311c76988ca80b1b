/** The database as its superuser has it: foreign keys off, constraints gone where they are in the way. */
import { Client } from 'pg'
import { findPostmaster } from '../support/postmaster.ts'
import type { Platform } from '../support/platform.ts'

export type Rows = readonly Readonly<Record<string, unknown>>[]

export class Superuser implements AsyncDisposable {
  readonly #client: Client

  private constructor(client: Client) {
    this.#client = client
  }

  static async connect(platform: Platform): Promise<Superuser> {
    const found = findPostmaster(platform.data)
    if (found === undefined) throw new Error('the platform runs no PostgreSQL of its own')
    const client = new Client({ host: found.sockets, user: 'tamar', database: 'postgres' })
    client.on('error', () => undefined)
    await client.connect()
    await client.query('SET session_replication_role = replica')
    return new Superuser(client)
  }

  async rows(text: string, values: readonly unknown[] = []): Promise<Rows> {
    return (await this.#client.query<Readonly<Record<string, unknown>>>(text, [...values])).rows
  }

  /** @returns how many rows it touched. */
  async execute(text: string, values: readonly unknown[] = []): Promise<number> {
    return (await this.#client.query(text, [...values])).rowCount ?? 0
  }

  /** Tables whose rows the platform believes by their MAC alone. */
  async authorityTables(): Promise<readonly string[]> {
    const found = await this.rows(`SELECT table_name FROM information_schema.columns
      WHERE table_schema = 'public' AND column_name = 'mac' AND table_name NOT LIKE 'audit%'
      ORDER BY table_name`)
    return found.map((row) => String(row['table_name']))
  }

  async columns(
    table: string,
  ): Promise<readonly { readonly name: string; readonly type: string }[]> {
    const found = await this.rows(
      `SELECT column_name, data_type FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name = $1 AND is_generated = 'NEVER'`,
      [table],
    )
    return found.map((row) => ({
      name: String(row['column_name']),
      type: String(row['data_type']),
    }))
  }

  /** What keeps a second row of the same from being written. */
  async dropConstraints(table: string): Promise<void> {
    const named = await this.rows(
      `SELECT conname FROM pg_constraint
        WHERE conrelid = $1::regclass AND contype IN ('p', 'u', 'c', 'f')`,
      [table],
    )
    for (const { conname } of named)
      await this.execute(
        `ALTER TABLE ${table} DROP CONSTRAINT IF EXISTS "${String(conname)}" CASCADE`,
      )
    const indexes = await this.rows(
      'SELECT indexrelid::regclass::text AS name FROM pg_index WHERE indrelid = $1::regclass AND indisunique',
      [table],
    )
    for (const { name } of indexes) await this.execute(`DROP INDEX ${String(name)}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.end()
  }
}
