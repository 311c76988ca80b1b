/** The founding in PostgreSQL: names sealed, every founder's row under a MAC of the authority. */
import { createHash } from 'node:crypto'
import { listHeads } from '../audit/outbox.ts'
import type { AuditEntry } from '../audit/types.ts'
import type { OwnedAccess } from '../access/owned-access.ts'
import { setPlatformState } from '../access/write/set-platform-state.ts'
import type { CredentialWriting } from '../access/write/credential-writing.ts'
import { endSeat } from '../access/write/end-seat.ts'
import { takeSeat } from '../access/write/take-seat.ts'
import { findPlatformState } from '../access/platform-state.ts'
import type { Millis } from '../base/clock.ts'
import type { Database, Db, Tx } from '../db/types.ts'
import { seats } from '../http/founding/port.ts'
import type { Keys } from '../keys/types.ts'
import { formatFounder, openFounder, type StoredFounder } from './founder-row.ts'
import { isJointlySigned } from './founding.ts'
import type { FoundingRecord, FoundingStore } from './founding-record.ts'

/** What of the platform it stands on. */
export interface FoundingGround {
  readonly ground: { readonly database: Database; readonly keys: Keys }
  readonly writing: CredentialWriting
  /** It must know at once which state the platform is in: who acts next may come in a millisecond. */
  readonly access: Pick<OwnedAccess, 'refresh'>
}

export function openFoundingStore({ ground, writing, access }: FoundingGround): FoundingStore {
  const { database, keys } = ground
  const change = async <T>(work: (tx: Tx) => Promise<T>): Promise<T> => {
    const result = await database.transaction(work)
    await access.refresh()
    return result
  }
  return {
    find: () => find(database, keys),
    begin: (tokenHash, at) =>
      change(async (tx) => {
        await saveToken(tx, tokenHash, at)
        const state = await findPlatformState(tx, keys, () => undefined)
        if (state === undefined)
          await setPlatformState(tx, writing, { state: 'founding', statement: 'begun' })
      }),
    addFounder: (founder) => change(async (tx) => (await insertFounder(tx, keys, founder)) === 1),
    addSignature: ({ seat, signature, at }, statement) =>
      change(async (tx) => {
        // One signature at a time: the fourth must know that it is the fourth.
        await tx.row({ text: 'SELECT id FROM founding WHERE id = 1 FOR UPDATE' })
        const before = await find(tx, keys)
        const founder = before?.founders.find((one) => one.seat === seat)
        if (founder === undefined || founder.signature !== undefined) return false
        await updateSignature(tx, keys, { ...founder, signature, signedAt: at })
        const now = await find(tx, keys)
        if (now !== undefined && isJointlySigned(now.founders, statement))
          await end(tx, { writing, keys, record: now, statement, at })
        return true
      }),
    takeSeat: (taken, { statement, publicKey, signature }) =>
      change(async (tx) => {
        await takeSeat(tx, writing, taken)
        const [key, signed] = [publicKey, signature].map((part) => part.toString('base64url'))
        const founders = [`${taken.seat} ${key} ${signed}`]
        await writing.audit.record(tx, { kind: 'founding', founders, statement })
      }),
    replaceFounder: (newcomer, { statement, signatures }) =>
      change(async (tx) => {
        await updateFounder(tx, keys, newcomer)
        await endSeat(tx, writing, newcomer.seat)
        const founders = signatures.map(({ seat, publicKey, signature }) =>
          [seat, publicKey.toString('base64url'), signature?.toString('base64url') ?? ''].join(' '),
        )
        await writing.audit.record(tx, { kind: 'founding', founders, statement })
      }),
    enterDemo: () =>
      change(async (tx) => {
        const state = await findPlatformState(tx, keys, () => undefined)
        if (state?.state === 'demo') return
        const statement = 'a demo with made-up people'
        await setPlatformState(tx, writing, { state: 'demo', statement })
      }),
  }
}

/** A founder whose row does not verify is none: the founding cannot go on over it. */
async function find(db: Db, keys: Keys): Promise<FoundingRecord | undefined> {
  const row = await db.row<{ token_hash: Buffer; begun_at: Millis; ended_at: Millis | null }>({
    name: 'app.findFounding',
    text: 'SELECT token_hash, begun_at, ended_at FROM founding WHERE id = 1',
  })
  if (row === undefined) return undefined
  const founders = await db.rows<StoredFounder>({
    name: 'app.findFounders',
    text: `SELECT seat, sign_in_lookup, name_lookup, sealed, public_key, sealed_private_key,
      enrolled_at, signature, signed_at, mac FROM founder`,
  })
  return {
    tokenHash: row.token_hash,
    begunAt: row.begun_at,
    endedAt: row.ended_at ?? undefined,
    founders: founders.flatMap((founder) => openFounder(keys, founder) ?? []),
  }
}

async function saveToken(tx: Tx, tokenHash: Buffer, at: Millis): Promise<void> {
  await tx.execute({
    name: 'app.saveFoundingToken',
    text: `INSERT INTO founding (id, token_hash, begun_at) VALUES (1, $1, $2)
      ON CONFLICT (id) DO UPDATE SET token_hash = excluded.token_hash
      WHERE founding.ended_at IS NULL`,
    values: [tokenHash, at],
  })
}

function insertFounder(
  tx: Tx,
  keys: Keys,
  founder: Parameters<FoundingStore['addFounder']>[0],
): Promise<number> {
  const row = formatFounder(keys, founder)
  return tx.execute({
    name: 'app.insertFounder',
    text: `INSERT INTO founder (seat, sign_in_lookup, name_lookup, sealed, public_key,
      sealed_private_key, enrolled_at, mac) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
      ON CONFLICT DO NOTHING`,
    values: [
      row.seat,
      row.sign_in_lookup,
      row.name_lookup,
      row.sealed,
      row.public_key,
      row.sealed_private_key,
      row.enrolled_at,
      row.mac,
    ],
  })
}

async function updateFounder(
  tx: Tx,
  keys: Keys,
  founder: Parameters<FoundingStore['addFounder']>[0],
): Promise<void> {
  const row = formatFounder(keys, founder)
  await tx.execute({
    name: 'app.replaceFounder',
    text: `UPDATE founder SET sign_in_lookup = $2, name_lookup = $3, sealed = $4, public_key = $5,
      sealed_private_key = $6, enrolled_at = $7, signature = $8, signed_at = $9, mac = $10
      WHERE seat = $1`,
    values: [
      row.seat,
      row.sign_in_lookup,
      row.name_lookup,
      row.sealed,
      row.public_key,
      row.sealed_private_key,
      row.enrolled_at,
      row.signature,
      row.signed_at,
      row.mac,
    ],
  })
}

async function updateSignature(
  tx: Tx,
  keys: Keys,
  founder: Parameters<FoundingStore['addFounder']>[0],
): Promise<void> {
  const row = formatFounder(keys, founder)
  await tx.execute({
    name: 'app.updateFounderSignature',
    text: `UPDATE founder SET sealed = $2, signature = $3, signed_at = $4, mac = $5
      WHERE seat = $1`,
    values: [row.seat, row.sealed, row.signature, row.signed_at, row.mac],
  })
}

interface Ending {
  readonly writing: FoundingGround['writing']
  readonly keys: Keys
  readonly record: FoundingRecord
  readonly statement: string
  readonly at: Millis
}

async function end(tx: Tx, { writing, keys, record, statement, at }: Ending): Promise<void> {
  await tx.execute({
    name: 'app.endFounding',
    text: 'UPDATE founding SET ended_at = $1 WHERE id = 1',
    values: [at],
  })
  const heads = await listHeads(tx)
  await writing.audit.record(tx, { ...entryOf(record, statement), heads })
  const state = await findPlatformState(tx, keys, () => undefined)
  if (state?.state === 'demo') return
  // The state's row is in clear: it names the statement by its hash, the people are in the entry.
  const hash = createHash('sha256').update(statement).digest('hex')
  await setPlatformState(tx, writing, { state: 'founded', statement: `sha256:${hash}` })
}

/** Seat, public key and signature of each: with the statement, all that a verifier needs. */
function entryOf({ founders }: FoundingRecord, statement: string) {
  const signed = seats.map((seat) => {
    const founder = founders.find((one) => one.seat === seat)
    const publicKey = founder?.publicKey.toString('base64url') ?? ''
    return `${seat} ${publicKey} ${founder?.signature?.toString('base64url') ?? ''}`
  })
  return { kind: 'founding', founders: signed, statement } as const satisfies AuditEntry
}
