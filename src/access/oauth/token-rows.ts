/**
 * Tokens of mail programs: opaque, 256 random bits. A row is believed with its MAC, and what it opens
 * is sealed under the key of its owner's department: a key of one department makes no tokens of another.
 */
import { randomBytes } from 'node:crypto'
import type { Millis } from '../../base/clock.ts'
import type { Database } from '../../db/types.ts'
import { SealError, type Keys, type Place } from '../../keys/types.ts'
import type { Program } from '../credentials/memory.ts'
import { tableBuckets } from '../limits.ts'

export type TokenKind = 'access' | 'refresh'

export interface OauthShelf {
  readonly database: Database
  readonly keys: Pick<Keys, 'platform' | 'authority' | 'department'>
  readonly onOauthAlarm: (what: string, rowId: string) => void
}

export interface OauthRow {
  readonly key: Buffer
  readonly programId: string
  readonly kind: TokenKind
  readonly sealed: Buffer
  readonly expiresAt: Millis
  readonly spentAt: Millis | null
}

interface Stored {
  readonly key: Buffer
  readonly program_id: string
  readonly kind: TokenKind
  readonly sealed: Buffer
  readonly expires_at: Millis
  readonly spent_at: Millis | null
  readonly mac: Buffer
}

const prefixes = { access: 'tamarat_', refresh: 'tamarrt_' } as const

/** @returns the token; it is kept nowhere. */
export async function insertOauthToken(
  { database, keys }: OauthShelf,
  kind: TokenKind,
  { program, expiresAt }: { readonly program: Program; readonly expiresAt: Millis },
): Promise<string> {
  const token = prefixes[kind] + randomBytes(32).toString('base64url')
  const key = keyOf(keys, token)
  const department = await keys.department(program.departmentId)
  const { id: programId, personId } = program
  const sealed = department.seal(placeOf(key), Buffer.from(JSON.stringify({ personId })))
  const row = { key, programId, kind, sealed, expiresAt, spentAt: null }
  await database.single({
    name: 'access.insert-oauth-token',
    text: `INSERT INTO oauth_token (bucket, key, program_id, kind, sealed, expires_at, mac)
      VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    values: [bucketOf(key), key, programId, kind, sealed, expiresAt, macOf(keys, row)],
  })
  return token
}

/** Undefined: there is none, or it is not believed. It may be over, or spent. */
export async function findOauthToken(
  shelf: OauthShelf,
  kind: TokenKind,
  token: string,
): Promise<OauthRow | undefined> {
  const { database, keys, onOauthAlarm } = shelf
  if (!isShaped(kind, token)) return undefined
  const key = keyOf(keys, token)
  const stored = await database.row<Stored>({
    name: 'access.find-oauth-token',
    text: `SELECT key, program_id, kind, sealed, expires_at, spent_at, mac FROM oauth_token
      WHERE bucket = $1 AND key = $2`,
    values: [bucketOf(key), key],
  })
  if (stored === undefined || stored.kind !== kind) return undefined
  const row = rowOf(stored)
  if (keys.authority.verify(table, columnsOf(row), stored.mac)) return row
  onOauthAlarm('row-does-not-verify', row.programId)
  return undefined
}

/** Was it made by the department that its program is of, for the program's owner? */
export async function isOfProgram(
  { keys, onOauthAlarm }: OauthShelf,
  row: OauthRow,
  program: Program,
): Promise<boolean> {
  try {
    const department = await keys.department(program.departmentId)
    const opened = department.open(placeOf(row.key), row.sealed).toString()
    return opened === JSON.stringify({ personId: program.personId })
  } catch (error) {
    if (!(error instanceof SealError)) throw error
    // It was made by somebody who has not got the department's key.
    onOauthAlarm('token-of-another-key', row.programId)
    return false
  }
}

/** A refresh token is changed for others once. @returns false: somebody was quicker. */
export async function spendOauthToken(
  { database, keys }: OauthShelf,
  row: OauthRow,
  at: Millis,
): Promise<boolean> {
  const spent = await database.single({
    name: 'access.spend-oauth-token',
    text: `UPDATE oauth_token SET spent_at = $3, mac = $4
      WHERE bucket = $1 AND key = $2 AND spent_at IS NULL RETURNING bucket`,
    values: [bucketOf(row.key), row.key, at, macOf(keys, { ...row, spentAt: at })],
  })
  return spent.length > 0
}

export async function expireOauthTokens(database: Database, now: Millis): Promise<void> {
  for (let bucket = 0; bucket < tableBuckets; bucket++)
    await database.single({
      name: 'access.expire-oauth-tokens',
      text: 'DELETE FROM oauth_token WHERE bucket = $1 AND expires_at <= $2',
      values: [bucket, now],
    })
}

const table = 'oauth_token'

function rowOf(stored: Stored): OauthRow {
  const { key, program_id: programId, kind, sealed } = stored
  return { key, programId, kind, sealed, expiresAt: stored.expires_at, spentAt: stored.spent_at }
}

function columnsOf({ key, programId, kind, sealed, expiresAt, spentAt }: OauthRow) {
  return [key, programId, kind, sealed, expiresAt, spentAt]
}

function macOf({ authority }: Pick<Keys, 'authority'>, row: OauthRow): Buffer {
  return authority.mac(table, columnsOf(row))
}

function isShaped(kind: TokenKind, token: string): boolean {
  const prefix = prefixes[kind]
  return token.startsWith(prefix) && /^[\w-]{43}$/.test(token.slice(prefix.length))
}

function keyOf({ platform }: Pick<Keys, 'platform'>, token: string): Buffer {
  return platform.hash('oauth-token', token)
}

function placeOf(key: Buffer): Place {
  return { object: key.toString('hex'), field: `${table}.sealed` }
}

function bucketOf(key: Buffer): number {
  return (key[0] ?? 0) % tableBuckets
}
