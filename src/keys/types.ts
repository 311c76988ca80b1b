/**
 * What other rooms know of keys: places, sealers and the hierarchy master → department → account →
 * monthly epoch → content key. Everything is AES-256-GCM; every sealed value carries its algorithm
 * and key id and is bound to its place, so that nothing can be moved between rows.
 */
import type { AccountId, DepartmentId } from '../base/id.ts'
import type { Millis } from '../base/clock.ts'
import type { Db, Tx } from '../db/types.ts'

/** Where a sealed value belongs: it opens nowhere else. Bound as associated data. */
export interface Place {
  /** The row or object, e.g. a message id. */
  readonly object: string
  /** The column or part, e.g. `message.summary`. */
  readonly field: string
}

export interface Sealer {
  seal(place: Place, plaintext: Uint8Array): Buffer
  /** @throws SealError when the value is not what was sealed at this place under this key. */
  open(place: Place, sealed: Uint8Array): Buffer
}

/** A sealer that can also make look-up values: HMAC-SHA-256 under a key of its own per purpose. */
export interface HashingSealer extends Sealer {
  /** 32 octets; equal input gives equal output within one scope and purpose only. */
  hash(purpose: string, value: string | Uint8Array): Buffer
}

/** The key of one message, segment or object. */
export interface ContentKey extends Sealer {
  /** The key wrapped under the account's epoch, bound to its object: the row keeps this. */
  readonly wrapped: Buffer
}

/** The opened keys of one account. Held in memory; every call but `refresh` is synchronous. */
export interface AccountKeys extends HashingSealer {
  readonly accountId: AccountId
  /** A fresh content key for `object`, wrapped under the current month's epoch key. */
  newContentKey(object: string): ContentKey
  /** The same secret wrapped for another object or account, for content that is stored once. */
  wrapContentKey(object: string, secret: Buffer): ContentKey
  /** @throws UnknownEpoch when another node made the epoch since: await `refresh()`, try again. */
  openContentKey(object: string, wrapped: Uint8Array): ContentKey
  /** The raw secret of a content key, to wrap it for another recipient of the same object. */
  secretOf(key: ContentKey): Buffer
  refresh(): Promise<void>
}

export class SealError extends Error {
  override readonly name = 'SealError'
}
export class UnknownEpoch extends Error {
  override readonly name = 'UnknownEpoch'
}

/** The holder of the master key: a 0600 file, a PKCS#11 token, a keyholder process. */
export interface MasterKey extends AsyncDisposable {
  readonly id: string
  wrap(place: Place, secret: Uint8Array): Promise<Buffer>
  unwrap(place: Place, wrapped: Uint8Array): Promise<Buffer>
}

/** Authority: a row that grants something is believed only with its MAC. Architecture D3. */
export interface Authority {
  /** 32 octets over the table's name and every column, in the order given. */
  mac(table: string, columns: readonly MacColumn[]): Buffer
  verify(table: string, columns: readonly MacColumn[], mac: Uint8Array): boolean
}
export type MacColumn = string | number | boolean | null | Uint8Array

export interface Keys extends AsyncDisposable {
  /** Names, addresses, list members: what every node opens into memory. */
  readonly directory: HashingSealer
  /** Queue, session and audit material that belongs to the platform, not to one account. */
  readonly platform: HashingSealer
  readonly authority: Authority
  /** Pepper for fast verifiers of app passwords; 32 octets. */
  readonly pepper: Buffer
  department(id: DepartmentId): Promise<HashingSealer>
  createDepartment(tx: Tx, id: DepartmentId): Promise<void>
  createAccount(tx: Tx, id: AccountId, department: DepartmentId): Promise<void>
  /** Moving rewraps; nothing is encrypted again. */
  moveAccount(tx: Tx, id: AccountId, to: DepartmentId): Promise<void>
  /** Opens the account's keys, making the current month's epoch if it is missing. Cached. */
  account(id: AccountId): Promise<AccountKeys>
}

/** Epochs are months of UTC: `202601`. */
export function epochOf(at: Millis): number {
  const date = new Date(at)
  return date.getUTCFullYear() * 100 + date.getUTCMonth() + 1
}

export type { Db }
