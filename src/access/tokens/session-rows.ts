/** The rows behind tokens and web sessions: believed only with their MAC (architecture D3). */
import { hourMs, type Millis } from '../../base/clock.ts'
import type { Database, Tx } from '../../db/types.ts'
import type { Keys, MacColumn, Place } from '../../keys/types.ts'
import { tableBuckets } from '../limits.ts'

/** Stored data depends on it: add optional fields, never rename or remove. */
export interface TokenContent {
  /** Where he was: who moves signs in anew. */
  readonly departmentId: string
  readonly credentialId: string
  /** A changed password is another one to the sessions that rest on it. */
  readonly credentialVersion: number
  readonly createdAt: Millis
  readonly remoteAddress: string
  /** Of a web session: the browser, in a few words. */
  readonly client?: string | undefined
  /** How he said who he is. */
  readonly mechanism?: string | undefined
  /** When he last said it again, for what may not be done by who finds the screen open. */
  readonly confirmedAt?: Millis | undefined
  /** Other credentials of his it rests on: when one is another, it ends. */
  readonly also?: readonly RestsOn[] | undefined
}

export interface RestsOn {
  readonly id: string
  readonly version: number
}

export type SessionTable = 'admin_session' | 'web_session'

export interface TokenRow {
  readonly key: Buffer
  readonly id: string
  readonly personId: string
  readonly usedAt: Millis
  readonly expiresAt: Millis
  readonly content: TokenContent
}

interface StoredToken {
  readonly key: Buffer
  readonly id: string
  readonly person_id: string
  readonly sealed: Buffer
  readonly used_at: Millis
  readonly expires_at: Millis
  readonly mac: Buffer
}

type RowKeys = Pick<Keys, 'platform' | 'authority'>

export interface TokenShelf {
  readonly table: SessionTable
  readonly database: Database
  readonly keys: RowKeys
  /** A row that does not verify. */
  readonly onAlarm: (rowId: string) => void
}

export async function insertToken(shelf: TokenShelf, row: TokenRow): Promise<void> {
  const stored = sealToken(shelf, row)
  await shelf.database.single({
    name: `access.insert-${shelf.table}`,
    text: `INSERT INTO ${shelf.table} (bucket, key, id, person_id, sealed, used_at, expires_at, mac)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    values: [
      bucketOf(row.key),
      row.key,
      row.id,
      row.personId,
      stored.sealed,
      row.usedAt,
      row.expiresAt,
      stored.mac,
    ],
  })
}

export async function findToken(shelf: TokenShelf, key: Buffer): Promise<TokenRow | undefined> {
  const stored = await shelf.database.row<StoredToken>({
    name: `access.find-${shelf.table}`,
    text: `SELECT key, id, person_id, sealed, used_at, expires_at, mac FROM ${shelf.table}
      WHERE bucket = $1 AND key = $2`,
    values: [bucketOf(key), key],
  })
  return stored && openToken(shelf, stored)
}

/** All of a person, the oldest first: of one moment, ids have no order. */
export async function tokensOf(shelf: TokenShelf, personId: string): Promise<readonly TokenRow[]> {
  const rows = await shelf.database.rows<StoredToken>({
    name: `access.list-${shelf.table}`,
    text: `SELECT t.key, t.id, t.person_id, t.sealed, t.used_at, t.expires_at, t.mac
      FROM generate_series(0, $1::integer - 1) AS b (bucket) CROSS JOIN LATERAL (
        SELECT key, id, person_id, sealed, used_at, expires_at, mac FROM ${shelf.table} AS s
        WHERE s.bucket = b.bucket AND person_id = $2) AS t
      ORDER BY t.id`,
    values: [tableBuckets, personId],
  })
  const tokens = rows.flatMap((row) => openToken(shelf, row) ?? [])
  return tokens.toSorted((a, b) => a.content.createdAt - b.content.createdAt)
}

/** Says that it was used, or more of it. @returns false: somebody was quicker. */
export async function touchToken(
  shelf: TokenShelf,
  row: TokenRow,
  change: { readonly usedAt: Millis; readonly content?: TokenContent },
): Promise<boolean> {
  const { sealed, mac } = sealToken(shelf, { ...row, ...change })
  const touched = await shelf.database.single({
    name: `access.touch-${shelf.table}`,
    text: `UPDATE ${shelf.table} SET used_at = $3, sealed = $4, mac = $5
      WHERE bucket = $1 AND key = $2 AND used_at = $6 RETURNING bucket`,
    values: [bucketOf(row.key), row.key, change.usedAt, sealed, mac, row.usedAt],
  })
  return touched.length > 0
}

/** @returns whether it was there. */
export async function deleteToken(tx: Tx, table: SessionTable, key: Buffer): Promise<boolean> {
  const gone = await tx.row<{ id: string }>({
    name: `access.delete-${table}`,
    text: `DELETE FROM ${table} WHERE bucket = $1 AND key = $2 RETURNING id`,
    values: [bucketOf(key), key],
  })
  return gone !== undefined
}

/** All there are: some for each administrator at work. */
export async function everyToken(shelf: TokenShelf): Promise<readonly TokenRow[]> {
  const rows = await shelf.database.rows<StoredToken>({
    name: `access.every-${shelf.table}`,
    text: `SELECT key, id, person_id, sealed, used_at, expires_at, mac FROM ${shelf.table}
      ORDER BY bucket, key`,
  })
  return rows.flatMap((row) => openToken(shelf, row) ?? [])
}

/** Some of those that nobody used since, whatever else their end may be. */
export async function unusedSince(
  shelf: TokenShelf,
  since: Millis,
  limit: number,
): Promise<readonly TokenRow[]> {
  const rows = await shelf.database.rows<StoredToken>({
    name: `access.unused-${shelf.table}`,
    text: `SELECT t.key, t.id, t.person_id, t.sealed, t.used_at, t.expires_at, t.mac
      FROM generate_series(0, $1::integer - 1) AS b (bucket) CROSS JOIN LATERAL (
        SELECT key, id, person_id, sealed, used_at, expires_at, mac FROM ${shelf.table} AS s
        WHERE s.bucket = b.bucket AND used_at <= $2 LIMIT $3) AS t`,
    values: [tableBuckets, since, limit],
  })
  return rows.flatMap((row) => openToken(shelf, row) ?? [])
}

/** Which of these are still there. */
export async function presentTokens(
  { database, table }: Pick<TokenShelf, 'database' | 'table'>,
  keys: readonly Buffer[],
): Promise<ReadonlySet<string>> {
  const rows = await database.rows<{ key: Buffer }>({
    name: `access.present-${table}`,
    text: `SELECT s.key FROM unnest($1::smallint[], $2::bytea[]) AS w (bucket, key)
      JOIN ${table} AS s ON s.bucket = w.bucket AND s.key = w.key`,
    values: [keys.map(bucketOf), keys],
  })
  return new Set(rows.map(({ key }) => key.toString('hex')))
}

/** Rows that nobody ended with an entry though their time is over: they do not verify. */
export async function expireTokens(
  { database, table }: Pick<TokenShelf, 'database' | 'table'>,
  now: Millis,
  idleMs: number,
): Promise<void> {
  for (let bucket = 0; bucket < tableBuckets; bucket++)
    await database.single({
      name: `access.expire-${table}`,
      text: `DELETE FROM ${table} WHERE bucket = $1 AND (expires_at <= $2 OR used_at <= $3)`,
      values: [bucket, now - graceMs, now - graceMs - idleMs],
    })
}

/** What does verify is ended by then, with an entry. */
const graceMs = hourMs

function sealToken(
  { keys, table }: Pick<TokenShelf, 'keys' | 'table'>,
  row: TokenRow,
): { sealed: Buffer; mac: Buffer } {
  const place = placeOf(table, row.id)
  const sealed = keys.platform.seal(place, Buffer.from(JSON.stringify(row.content)))
  const { key, id, personId, usedAt, expiresAt } = row
  const mac = keys.authority.mac(table, macColumns(key, id, personId, sealed, usedAt, expiresAt))
  return { sealed, mac }
}

function openToken(
  { keys, table, onAlarm }: TokenShelf,
  stored: StoredToken,
): TokenRow | undefined {
  const { key, id, person_id: personId, sealed, used_at: usedAt, expires_at: expiresAt } = stored
  const columns = macColumns(key, id, personId, sealed, usedAt, expiresAt)
  if (!keys.authority.verify(table, columns, stored.mac)) {
    onAlarm(id)
    return undefined
  }
  const octets = keys.platform.open(placeOf(table, id), sealed)
  // Sealed and under our MAC: it is what `sealToken` was given.
  const content = JSON.parse(octets.toString()) as TokenContent
  return { key, id, personId, usedAt, expiresAt, content }
}

function macColumns(...columns: readonly MacColumn[]): readonly MacColumn[] {
  return columns
}

function placeOf(table: SessionTable, id: string): Place {
  return { object: id, field: `${table}.sealed` }
}

function bucketOf(key: Buffer): number {
  return (key[0] ?? 0) % tableBuckets
}
