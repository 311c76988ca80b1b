/** What the verbs of backups stand on. */
import type { Millis } from '../../base/clock.ts'
import type { DrillReport } from '../drill/rows.ts'
import type { OnProgress } from '../progress.ts'

/** A file in the folder of backups; without a head it is none that this release can read. */
export interface BackupListed {
  readonly name: string
  readonly octets: number
  readonly head: { readonly backupId: string; readonly takenAt: Millis } | undefined
}

export interface BackupFound {
  readonly name: string
  readonly backupId: string
  readonly takenAt: Millis
  readonly rows: number
  readonly objects: number
  readonly missingObjects: number
}

/** Backups in the folder of this node. Whether somebody may was asked before. */
export interface Backups {
  /** The newest first. */
  list(): Promise<readonly BackupListed[]>
  make(told: OnProgress): Promise<BackupFound>
  /** Refusal('not-found' | 'invalid'): what is wrong with it is the message. */
  verify(name: string, told: OnProgress): Promise<BackupFound>
  /** Of the newest where none is named. Refusal('too-busy'): one runs already. */
  drill(name: string | undefined, told: OnProgress): Promise<DrillReport>
}
