/**
 * The embedded PostgreSQL: one cluster in the data folder, reached over a Unix socket in a folder
 * that nobody else may enter, no TCP port at all. fsync is on. It runs in a process group of its own,
 * so that Ctrl-C reaches the platform first and PostgreSQL ends last.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  closeSync,
  readFileSync,
  readdirSync,
  rmSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Client } from 'pg'
import type { DatabaseOptions } from '../database.ts'
import { findBinaries, type Binaries } from './binaries.ts'
import { asUser, unprivilegedUser, type User } from './unprivileged.ts'

export interface ClusterOptions {
  /** Where the cluster is or will be; its parent exists. */
  readonly folder: string
  /** Only for tests that throw their cluster away. */
  readonly isThrowaway?: boolean
  readonly onProgress?: (what: string) => void
  /** PostgreSQL ended by itself, which it must not. */
  readonly onExit?: (code: number | null) => void
}

export interface Cluster extends AsyncDisposable {
  readonly connection: Required<Pick<DatabaseOptions, 'host' | 'user' | 'database'>>
  readonly pid: number
}

export const superuser = 'tamar'
const startTimeoutMs = 60_000
const stopTimeoutMs = 30_000
const pollMs = 25
const socketsName = 'tamar-'
const leftoversTimeoutMs = 20_000
const leftoversPollMs = 250

/** The postmaster's first line is its pid; the file is there while it runs or after a crash. */
export const pidFile = 'postmaster.pid'

export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const binaries = findBinaries()
  const user = unprivilegedUser()
  if (!existsSync(join(options.folder, 'PG_VERSION'))) {
    options.onProgress?.('making the database')
    await initialise(binaries, user, options.folder)
  }
  await endOrphan(options.folder)
  options.onProgress?.('starting PostgreSQL')
  return startAfterCut(binaries, user, options)
}

/**
 * Sessions of a PostgreSQL that was killed hold its memory until they notice, and its process lasts
 * until it is reaped: PostgreSQL refuses to start for that long, rightly.
 */
async function startAfterCut(binaries: Binaries, user: User | undefined, options: ClusterOptions) {
  const wasCut = existsSync(join(options.folder, pidFile))
  const end = Date.now() + leftoversTimeoutMs
  for (;;) {
    try {
      return await start(binaries, user, options)
    } catch (error) {
      if (!wasCut || Date.now() > end) throw error
      await delay(leftoversPollMs)
    }
  }
}

async function initialise(binaries: Binaries, user: User | undefined, folder: string) {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  if (user !== undefined) chownSync(folder, user.uid, user.gid)
  const args = ['-D', folder, '-U', superuser, '-A', 'trust', '-E', 'UTF8', '--locale=C']
  const run = asUser(
    user,
    binaries.initdb,
    [...args, '--no-instructions'],
    [folder, binaries.initdb],
  )
  const child = spawn(run.command, run.args, {
    ...run.ids,
    cwd: '/',
    env: environment(binaries),
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let errors = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (errors += text))
  const [code] = (await once(child, 'close')) as [number | null]
  if (code === 0) return
  rmSync(folder, { recursive: true, force: true })
  throw new Error(`The database could not be made in ${folder}: ${errors.trim()}`)
}

/**
 * A node that was killed leaves its PostgreSQL running: end it cleanly before the next start. What is
 * left of its sockets goes too.
 */
export async function endOrphan(folder: string): Promise<void> {
  const file = join(folder, pidFile)
  if (!existsSync(file)) return
  // pid, data directory, start time, port, socket directory, …
  const [first = '', , , , sockets = ''] = readFileSync(file, 'utf8').split('\n')
  const pid = Number(first)
  if (Number.isInteger(pid) && isPostgres(pid)) await endProcess(pid)
  removeSockets(sockets)
}

/** Only a folder of sockets that `start` made: the file could say anything. */
function removeSockets(folder: string): void {
  if (dirname(folder) !== tmpdir() || !basename(folder).startsWith(socketsName)) return
  if (!existsSync(folder)) return
  const isOurs = readdirSync(folder).every((name) => name.startsWith('.s.PGSQL.'))
  if (isOurs) rmSync(folder, { recursive: true, force: true })
}

async function endProcess(pid: number): Promise<void> {
  process.kill(pid, 'SIGINT')
  const end = Date.now() + stopTimeoutMs
  while (isPostgres(pid)) {
    if (Date.now() > end) throw new Error(`PostgreSQL (process ${pid}) does not stop.`)
    await delay(pollMs)
  }
}

function isPostgres(pid: number): boolean {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0', 1)[0] ?? ''
    return command.endsWith('postgres')
  } catch {
    // No such process, or no /proc: then PostgreSQL itself refuses a folder that is in use.
    return false
  }
}

async function start(binaries: Binaries, user: User | undefined, options: ClusterOptions) {
  const { folder } = options
  // Socket paths are limited to 107 octets (sockaddr_un), so the socket cannot live in the folder.
  const sockets = mkdtempSync(join(tmpdir(), socketsName))
  if (user !== undefined) chownSync(sockets, user.uid, user.gid)
  const log = openSync(`${folder}.log`, 'a', 0o600)
  const args = ['-D', folder, ...settings(sockets, options.isThrowaway ?? false)]
  const run = asUser(user, binaries.postgres, args, [folder, binaries.postgres])
  const child = spawn(run.command, run.args, {
    ...run.ids,
    cwd: '/',
    env: environment(binaries),
    detached: true,
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  const cluster = new EmbeddedCluster(child, sockets, options)
  try {
    await cluster.untilReady(`${folder}.log`)
    return cluster
  } catch (error) {
    await cluster[Symbol.asyncDispose]()
    throw error
  }
}

class EmbeddedCluster implements Cluster {
  readonly connection: Cluster['connection']
  readonly #child: ChildProcess
  readonly #sockets: string
  /** From ready until told to stop: an end in between is nobody's wish. */
  #isServing = false

  constructor(child: ChildProcess, sockets: string, options: ClusterOptions) {
    this.#child = child
    this.#sockets = sockets
    this.connection = { host: sockets, user: superuser, database: 'postgres' }
    child.on('exit', (code) => {
      if (this.#isServing) options.onExit?.(code)
    })
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  async untilReady(logFile: string): Promise<void> {
    const end = Date.now() + startTimeoutMs
    for (;;) {
      if (this.#child.exitCode !== null || Date.now() > end)
        throw new Error(`PostgreSQL does not start; its reasons are in ${logFile}.`)
      const client = new Client({ ...this.connection, port: 5432 })
      client.on('error', () => undefined)
      try {
        await client.connect()
        this.#isServing = true
        return
      } catch {
        // Not ready yet (no socket, or recovery goes on): ask again until the time is up.
        await delay(pollMs)
      } finally {
        await client.end().catch(() => undefined)
      }
    }
  }

  /** Fast shutdown: sessions are cut, everything committed is flushed. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isServing = false
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const exited = once(this.#child, 'exit')
      this.#child.kill('SIGINT')
      await Promise.race([exited, delay(stopTimeoutMs, undefined, { ref: false })])
    }
    rmSync(this.#sockets, { recursive: true, force: true })
  }
}

function environment(binaries: Binaries): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], LC_ALL: 'C', LD_LIBRARY_PATH: join(binaries.root, 'lib') }
}

/** Sized for a machine of two cores and up; production tunes its own PostgreSQL. */
function settings(sockets: string, isThrowaway: boolean): readonly string[] {
  const values = {
    listen_addresses: '',
    unix_socket_directories: sockets,
    unix_socket_permissions: '0700',
    max_connections: '200',
    shared_buffers: '256MB',
    // One cluster without replicas: half the log, and `tamar backup` needs none of it.
    wal_level: 'minimal',
    max_wal_senders: '0',
    max_wal_size: '4GB',
    checkpoint_timeout: '15min',
    jit: 'off',
    io_method: 'sync',
    // Statements and their values stay out of the log: they may hold sealed octets or pseudonyms.
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_parameter_max_length_on_error: '0',
    ...(isThrowaway ? { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' } : {}),
  }
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}
