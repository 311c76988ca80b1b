/**
 * What the command line needs from the house: the words of the configuration, and the commands that
 * run before a platform is up. Everything else goes through the socket of a running node.
 */
import type { Readable, Writable } from 'node:stream'
import type { BackupFacts, RestoreWish } from '../app/recovery.ts'
import type { OnProgress } from '../recovery/types.ts'

/** Options that choose and shape a node. Values are checked with the configuration. */
export interface NodeOptions {
  readonly config?: string
  readonly data?: string
  readonly portOffset?: string
  readonly role?: string
  readonly workers?: string
  readonly logLevel?: string
  /** `https://host:port` of a node elsewhere. */
  readonly server?: string
  /** The file with the authority of its certificate. */
  readonly ca?: string
  /** Why, for the audit trail. */
  readonly reason?: string
  readonly ticket?: string
}

/** Whose command line it is. */
export interface User {
  /** Where his own files are. */
  readonly configFolder: string
  /** TAMAR_TOKEN and TAMAR_SERVER. */
  readonly token: string | undefined
  readonly server: string | undefined
}

export interface ConfigReport {
  readonly isGood: boolean
  readonly text: string
}

export interface KeyBackupOptions {
  readonly shares: number
  readonly threshold: number
}

export interface CommandLinePorts {
  /** Where a node with these options has its socket. Throws CommandFault. */
  dataFolder(options: NodeOptions): string
  checkConfig(options: NodeOptions): ConfigReport
  configReference(): string
  /** Runs until the node is told to stop. @returns the exit code. */
  run(command: 'start' | 'demo', options: NodeOptions, isJson: boolean): Promise<number>
  /** @returns what was applied. */
  migrate(options: NodeOptions): Promise<readonly string[]>
  /** @returns the shares as text, each for one keeper. */
  backUpKey(options: NodeOptions, backup: KeyBackupOptions): Promise<readonly string[]>
  /** Makes the master key's file from shares; never replaces one. @returns its path. */
  /** Never replaces a file that is there. */
  makeKey(path: string): Promise<void>
  restoreKey(options: NodeOptions, shares: readonly string[]): Promise<string>
  /** The platform may run. */
  backUp(options: NodeOptions, file: string, onProgress: OnProgress): Promise<BackupFacts>
  /** Into an empty database, the platform stopped. */
  restore(options: NodeOptions, wish: RestoreWish, onProgress: OnProgress): Promise<BackupFacts>
  /** Reads the file whole and touches nothing. */
  verifyBackup(options: NodeOptions, file: string, onProgress: OnProgress): Promise<BackupFacts>
  readonly streams: Streams
  readonly user: User
}

export interface Streams {
  readonly input: Readable
  readonly output: Writable
  readonly errors: Writable
  /** Whether a person watches `errors`, so that a bar may move. */
  readonly isWatched: boolean
}
