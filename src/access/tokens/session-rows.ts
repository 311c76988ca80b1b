/** The rows behind tokens: believed only with their MAC (architecture D3). */
import { hourMs, type Millis } from '../../base/clock.ts'
import type { Database, Tx } from '../../db/types.ts'
import type { Keys, MacColumn } from '../../keys/types.ts'
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
}

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
  readonly database: Database
  readonly keys: RowKeys
  /** A row that does not verify. */
  readonly onAlarm: (rowId: string) => void
}

export async function insertToken({ database, keys }: TokenShelf, row: TokenRow): Promise<void> {
  const stored = sealToken(keys, row)
  await database.single({
    name: 'access.insert-token',
    text: `INSERT INTO admin_session (bucket, key, id, person_id, sealed, used_at, expires_at, mac)
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
    name: 'access.find-token',
    text: `SELECT key, id, person_id, sealed, used_at, expires_at, mac FROM admin_session
      WHERE bucket = $1 AND key = $2`,
    values: [bucketOf(key), key],
  })
  return stored && openToken(shelf, stored)
}

/** All of a person, the oldest first. */
export async function tokensOf(shelf: TokenShelf, personId: string): Promise<readonly TokenRow[]> {
  const rows = await shelf.database.rows<StoredToken>({
    name: 'access.list-tokens',
    text: `SELECT t.key, t.id, t.person_id, t.sealed, t.used_at, t.expires_at, t.mac
      FROM generate_series(0, $1::integer - 1) AS b (bucket) CROSS JOIN LATERAL (
        SELECT key, id, person_id, sealed, used_at, expires_at, mac FROM admin_session
        WHERE admin_session.bucket = b.bucket AND person_id = $2) AS t
      ORDER BY t.id`,
    values: [tableBuckets, personId],
  })
  return rows.flatMap((row) => openToken(shelf, row) ?? [])
}

/** Says that it was used; who was quicker has said it too. */
export async function touchToken(
  { database, keys }: TokenShelf,
  row: TokenRow,
  usedAt: Millis,
): Promise<void> {
  const { sealed, mac } = sealToken(keys, { ...row, usedAt })
  await database.single({
    name: 'access.touch-token',
    text: `UPDATE admin_session SET used_at = $3, sealed = $4, mac = $5
      WHERE bucket = $1 AND key = $2 AND used_at = $6`,
    values: [bucketOf(row.key), row.key, usedAt, sealed, mac, row.usedAt],
  })
}

/** @returns whether it was there. */
export async function deleteToken(tx: Tx, key: Buffer): Promise<boolean> {
  const gone = await tx.row<{ id: string }>({
    name: 'access.delete-token',
    text: 'DELETE FROM admin_session WHERE bucket = $1 AND key = $2 RETURNING id',
    values: [bucketOf(key), key],
  })
  return gone !== undefined
}

/** All there are: some for each administrator at work. */
export async function everyToken(shelf: TokenShelf): Promise<readonly TokenRow[]> {
  const rows = await shelf.database.rows<StoredToken>({
    name: 'access.every-token',
    text: `SELECT key, id, person_id, sealed, used_at, expires_at, mac FROM admin_session
      ORDER BY bucket, key`,
  })
  return rows.flatMap((row) => openToken(shelf, row) ?? [])
}

/** Rows that nobody ended with an entry though their time is over: they do not verify. */
export async function expireTokens(database: Database, now: Millis, idleMs: number): Promise<void> {
  for (let bucket = 0; bucket < tableBuckets; bucket++)
    await database.single({
      name: 'access.expire-tokens',
      text: `DELETE FROM admin_session WHERE bucket = $1 AND (expires_at <= $2 OR used_at <= $3)`,
      values: [bucket, now - graceMs, now - graceMs - idleMs],
    })
}

/** What does verify is ended by then, with an entry. */
const graceMs = hourMs

function sealToken(keys: RowKeys, row: TokenRow): { sealed: Buffer; mac: Buffer } {
  const sealed = keys.platform.seal(placeOf(row.id), Buffer.from(JSON.stringify(row.content)))
  const { key, id, personId, usedAt, expiresAt } = row
  const mac = keys.authority.mac(table, macColumns(key, id, personId, sealed, usedAt, expiresAt))
  return { sealed, mac }
}

function openToken({ keys, onAlarm }: TokenShelf, stored: StoredToken): TokenRow | undefined {
  const { key, id, person_id: personId, sealed, used_at: usedAt, expires_at: expiresAt } = stored
  const columns = macColumns(key, id, personId, sealed, usedAt, expiresAt)
  if (!keys.authority.verify(table, columns, stored.mac)) {
    onAlarm(id)
    return undefined
  }
  const octets = keys.platform.open(placeOf(id), sealed)
  // Sealed and under our MAC: it is what `sealToken` was given.
  const content = JSON.parse(octets.toString()) as TokenContent
  return { key, id, personId, usedAt, expiresAt, content }
}

const table = 'admin_session'

function macColumns(...columns: readonly MacColumn[]): readonly MacColumn[] {
  return columns
}

function placeOf(id: string): { readonly object: string; readonly field: string } {
  return { object: id, field: 'admin_session.sealed' }
}

function bucketOf(key: Buffer): number {
  return (key[0] ?? 0) % tableBuckets
}
