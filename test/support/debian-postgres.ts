/**
 * Debian's PostgreSQL as an operator's own database: a private cluster in a temporary folder, with a
 * password and TCP on loopback. The system's own service is never touched.
 */
import {
  chmodSync,
  chownSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { unprivilegedUser } from '../../src/db/embedded/unprivileged.ts'
import { Child, run } from './child.ts'
import { freePort } from './free-ports.ts'
import { until } from './until.ts'

const commandTimeoutMs = 60_000
const password = 'a-password-of-tests-only'

export class DebianPostgres implements AsyncDisposable {
  readonly folder: string
  readonly url: string
  readonly #bin: string
  readonly #port: number
  #server: Child | undefined

  private constructor(folder: string, bin: string, port: number) {
    this.folder = folder
    this.#bin = bin
    this.#port = port
    this.url = `postgres://tamar:${password}@127.0.0.1:${port}/tamar`
  }

  static async start(): Promise<DebianPostgres> {
    const bin = globSync('/usr/lib/postgresql/*/bin').toSorted().at(-1)
    if (bin === undefined) throw new Error('Debian’s postgresql is not installed')
    const folder = mkdtempSync(join(tmpdir(), 'tamar-debian-'))
    const cluster = new DebianPostgres(folder, bin, await freePort())
    try {
      await cluster.#initialise()
      await cluster.start()
      await cluster.query('CREATE DATABASE tamar', 'postgres')
      return cluster
    } catch (error) {
      await cluster[Symbol.asyncDispose]()
      throw error
    }
  }

  async start(): Promise<void> {
    const args = ['-D', join(this.folder, 'pg'), '-p', String(this.#port)]
    const settings = ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=']
    this.#server = new Child(join(this.#bin, 'postgres'), [...args, ...settings], this.#asUser())
    await until('PostgreSQL to answer', commandTimeoutMs, () => this.#answers())
  }

  /** Fast: sessions are cut. Immediate: as if it had crashed. */
  async stop(how: 'fast' | 'immediate' = 'fast'): Promise<void> {
    if (this.#server === undefined || this.#server.hasEnded) return
    this.#server.kill(how === 'fast' ? 'SIGINT' : 'SIGQUIT')
    await this.#server.end(commandTimeoutMs)
  }

  /** Everything in the database as a backup has it. */
  async dump(): Promise<string> {
    const { code, stdout, stderr } = await run(join(this.#bin, 'pg_dump'), [this.url], {
      withinMs: commandTimeoutMs,
    })
    if (code !== 0) throw new Error(`pg_dump: ${stderr}`)
    return stdout
  }

  async query(text: string, database = 'tamar'): Promise<readonly Record<string, unknown>[]> {
    const url = new URL(this.url)
    url.pathname = `/${database}`
    const client = new Client({ connectionString: url.href })
    client.on('error', () => undefined)
    await client.connect()
    try {
      const { rows } = await client.query<Record<string, unknown>>(text)
      return rows
    } finally {
      await client.end()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop('immediate')
    rmSync(this.folder, { recursive: true, force: true })
  }

  async #initialise(): Promise<void> {
    const user = unprivilegedUser()
    const data = join(this.folder, 'pg')
    const file = join(this.folder, 'password')
    mkdirSync(data, { mode: 0o700 })
    writeFileSync(file, password)
    chmodSync(this.folder, 0o755)
    if (user !== undefined) chownSync(data, user.uid, user.gid)
    const { code, stderr } = await run(
      join(this.#bin, 'initdb'),
      ['-D', data, '-U', 'tamar', '-A', 'scram-sha-256', '--pwfile', file, '-E', 'UTF8'],
      { ...this.#asUser(), withinMs: commandTimeoutMs },
    )
    if (code !== 0) throw new Error(`initdb: ${stderr}`)
  }

  async #answers(): Promise<boolean> {
    try {
      await this.query('SELECT 1', 'postgres')
      return true
    } catch (error) {
      if (this.#server?.hasEnded === true) throw error
      return false
    }
  }

  #asUser(): { uid?: number; gid?: number; cwd: string } {
    const user = unprivilegedUser()
    return user === undefined ? { cwd: '/' } : { uid: user.uid, gid: user.gid, cwd: '/' }
  }
}
