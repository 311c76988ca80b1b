/**
 * PostgreSQL as the rest of the house sees it. Readers take `Db`, writers take `Tx`, and a `Tx`
 * cannot be made outside `database.transaction`.
 */

/** One statement. `name` prepares it once per connection; names are `room.verb`. */
export interface Statement {
  readonly name?: string
  readonly text: string
  readonly values?: readonly unknown[]
}

export type Row = Readonly<Record<string, unknown>>

export interface Db {
  /** Rows in snake_case as PostgreSQL gave them: int8 as number, bytea as Buffer, uuid as string. */
  rows<R extends object = Row>(statement: Statement): Promise<readonly R[]>
  /** The first row or undefined. */
  row<R extends object = Row>(statement: Statement): Promise<R | undefined>
}

declare const isTx: unique symbol

export interface Tx extends Db {
  readonly [isTx]: true
  /** @returns how many rows were touched. */
  execute(statement: Statement): Promise<number>
  /** Runs after COMMIT was acknowledged, never on rollback. */
  afterCommit(act: () => void): void
  /** Runs after ROLLBACK was acknowledged; not when nobody knows how it ended. */
  afterRollback(act: () => void): void
}

export interface Database extends Db, AsyncDisposable {
  /** Rolls back when `work` throws. A lost connection becomes Refusal('try-again'). */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  /** One writing statement as its own transaction: one round trip, durable when it resolves. */
  single<R extends object = Row>(statement: Statement): Promise<readonly R[]>
  /** A listener on its own direct connection; reconnects by itself and says so. */
  listen(channel: string, onNotice: (payload: string) => void, onReconnect: () => void): Listener
  notify(channel: string, payload: string): Promise<void>
}

export interface Listener extends AsyncDisposable {
  readonly ready: Promise<void>
}
