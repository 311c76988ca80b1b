/**
 * Backup and restore: a whole platform in one sealed file that no engine and no version of it is
 * needed to read. Architecture D12; the format is told in docs/adr/0009-backup-format.md.
 */
import type { Clock, Millis } from '../base/clock.ts'
import type { ObjectStore } from '../blob/types.ts'
import type { Database } from '../db/types.ts'
import type { MasterKey } from '../keys/types.ts'

/** Why there is no backup or no restoration; the message is one clear line for the operator. */
export class RecoveryFault extends Error {
  override readonly name = 'RecoveryFault'
}

/** A migration as the ledger of the database that was backed up has it. */
export interface AppliedMigration {
  readonly number: number
  readonly name: string
  readonly digest: string
}

/** What stands in clear at the head of a backup. Bound to every frame that follows. */
export interface BackupHeader {
  readonly backupId: string
  /** The same for every backup of one platform. */
  readonly platformId: string
  readonly takenAt: Millis
  /** The master key under which the backup's own key is wrapped. */
  readonly masterId: string
  /** Base64. */
  readonly wrappedKey: string
  readonly migrations: readonly AppliedMigration[]
}

export interface TableCount {
  readonly name: string
  readonly rows: number
  /** Over all rows as they are encoded, in hexadecimal. */
  readonly sha256: string
}

/** What must have been read when the end is reached. */
export interface Manifest {
  readonly tables: readonly TableCount[]
  readonly sequences: readonly { readonly name: string; readonly value: number }[]
  readonly objects: { readonly count: number; readonly octets: number; readonly sha256: string }
}

/** `total` undefined: nobody knows how much there is. */
export type OnProgress = (what: string, done: number, total: number | undefined) => void

export interface BackupOptions {
  readonly database: Database
  readonly objects: ObjectStore
  readonly master: MasterKey
  readonly clock: Clock
  /** The file to make. One that is there is never replaced. */
  readonly target: string
  readonly onProgress?: OnProgress
}

export interface BackupResult {
  readonly header: BackupHeader
  readonly manifest: Manifest
  readonly octets: number
  /** Rows that name an object the store does not have: mail that was lost before this backup. */
  readonly missingObjects: number
}

export interface RestoreOptions {
  /** The owner's, and empty. */
  readonly database: Database
  readonly objects: ObjectStore
  readonly master: MasterKey
  readonly clock: Clock
  readonly source: string
  /**
   * Nothing happened on the platform after the backup, so numbers go on where they stood. Otherwise
   * mail programs may have seen UIDs that the backup does not know, and every UIDVALIDITY is renewed.
   */
  readonly isContinued?: boolean
  readonly onProgress?: OnProgress
}

export interface VerifyBackupOptions {
  readonly master: MasterKey
  readonly source: string
  readonly onProgress?: OnProgress
}

/** What a backup holds, as it was found by reading all of it. */
export interface BackupContents {
  readonly header: BackupHeader
  readonly manifest: Manifest
}
