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
  /** How much longer a sealed value is than its plaintext; always the same for one key. */
  readonly overheadOctets: number
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
  /**
   * The same content key under the current epoch; undefined when it is there already. What an old
   * epoch still holds is moved with this before the epoch is destroyed.
   */
  rewrapContentKey(object: string, wrapped: Uint8Array): Buffer | undefined
  refresh(): Promise<void>
}

/** A sealed value is not what was sealed at its place. Says nothing of what was wrong with it. */
export class SealError extends Error {
  override readonly name: string = 'SealError'
}
/** The value names a key that is not here: `refresh()` and try once more; then it is a SealError. */
export class UnknownEpoch extends SealError {
  override readonly name: string = 'UnknownEpoch'
}
/** The master key is not there, not ours or not usable: one clear line for the operator. */
export class MissingKey extends Error {
  override readonly name = 'MissingKey'
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
  /** The same without a promise: undefined when it is not in the cache or no longer fresh. */
  opened(id: AccountId): AccountKeys | undefined
  /** Everything sealed under the account's keys is gone with them, but for backups. */
  destroyAccount(tx: Tx, id: AccountId): Promise<void>
  /** Learns of platform keys made since; by itself once an hour when accounts are opened. */
  refresh(): Promise<void>
  readonly rotation: KeyRotation
}

/** Asked before an epoch's key is destroyed: does anything of the account still need it? */
export interface EpochUses {
  /** True while a content key wrapped under this key is kept: its octets 1 to 8 are `keyId`. */
  isInUse(tx: Tx, id: AccountId, keyId: Buffer): Promise<boolean>
}

/** The key of one month of an account. */
export interface EpochRow {
  readonly accountId: AccountId
  readonly epoch: number
  readonly keyId: Buffer
}

/** How far a rotation is; a total of 0: nobody knows. What it throws ends it, and the next goes on. */
export type Told = (done: number, total: number) => void

/** Keys change under load; readers on other nodes never notice. Architecture D3. */
export interface KeyRotation {
  /** Everything wrapped under a former master comes under the present one. @returns how many. */
  rotateMaster(told?: Told): Promise<number>
  /** A new department key; its account keys are rewrapped, then the old one is destroyed. */
  rotateDepartment(id: DepartmentId, told?: Told): Promise<number>
  /** A new account key; its epochs are rewrapped in the same transaction. */
  rotateAccount(id: AccountId): Promise<number>
  /** A new key that every node knows before the first value is sealed or signed under it. */
  rotatePlatform(purpose: 'directory' | 'platform' | 'authority'): Promise<void>
  /** Keys of months that were over before `at`, oldest first. */
  epochsBefore(at: Millis, limit: number): Promise<readonly EpochRow[]>
  /** Destroys the key of a past month. Refusal('invalid') when it is too young or in use. */
  retireEpoch(id: AccountId, epoch: number, uses: EpochUses): Promise<void>
}

/** Epochs are months of UTC: `202601`. */
export function epochOf(at: Millis): number {
  const date = new Date(at)
  return date.getUTCFullYear() * 100 + date.getUTCMonth() + 1
}

export type { Db }
