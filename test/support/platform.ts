/**
 * The whole platform as a child process in a folder of its own, as a person would start it. Tests
 * meet it only through its protocols. It ends by its pid and takes its folder with it.
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Child, type Ended } from './child.ts'
import { freePortOffset } from './free-ports.ts'
import { removePostmaster } from './postmaster.ts'
import { makeThrowaway, ownerFile } from './throwaway.ts'
import { until } from './until.ts'

export const root = fileURLToPath(new URL('../../', import.meta.url))

export interface Person {
  readonly address: string
  readonly password: string
  readonly appPassword: string
  readonly department: string
}

type Place = 'smtp' | 'submission' | 'submissions' | 'imaps' | 'sieve' | 'https'

/** The line a platform says to programs when it is ready. */
export interface Ready {
  readonly ready: true
  /** `127.0.0.1:2525`; of https a URL. */
  readonly listeners: Readonly<Record<Place, string>>
  /** The path of the CA's certificate. */
  readonly ca: string
  /** The folders of the audit process and the witness beside the node. */
  readonly audit: { readonly audit: string; readonly witness: string }
  readonly people: readonly Person[]
  /** Where founders enrol, while it is not founded. */
  readonly founding?: string
}

export interface BootOptions {
  readonly command?: 'demo' | 'start'
  readonly environment?: Readonly<Record<string, string>>
  /** Below the platform's own folder, which is removed at the end. */
  readonly data?: string
  /** Made from nothing, whatever a test run keeps ready. */
  readonly isNew?: boolean
}

/** Names the folder of a demo that was made and stopped, for all tests of a run to begin with. */
export const readyDemo = 'TAMAR_TEST_DEMO'

/** The first start makes a database cluster and loads the demo, on a busy machine too. */
const readyTimeoutMs = 90_000
const stopTimeoutMs = 5_000
const killTimeoutMs = 10_000

/** @throws with the child's output when it does not become ready. */
export async function bootPlatform(options: BootOptions = {}): Promise<Platform> {
  const platform = new Platform(options, await freePortOffset())
  try {
    const ready = process.env[readyDemo]
    if (ready !== undefined && mayBeginWith(options)) copyFolder(ready, platform.folder)
    await platform.start()
    return platform
  } catch (error) {
    await platform[Symbol.asyncDispose]()
    throw error
  }
}

/** With owners and modes: PostgreSQL's files are another user's where root runs the tests. */
function copyFolder(from: string, to: string): void {
  execFileSync('cp', ['-a', `${from}/.`, to])
}

/** What is made at the first start alone must not be asked for otherwise. */
function mayBeginWith({ command = 'demo', data, isNew = false, environment = {} }: BootOptions) {
  const isMadeOtherwise = ['TAMAR_DATABASE_URL', 'TAMAR_MASTER_KEY_FILE'].some(
    (name) => name in environment,
  )
  return command === 'demo' && data === undefined && !isNew && !isMadeOtherwise
}

/** Makes a demo, stops it, and leaves it in `folder` for `readyDemo`. */
export async function makeReadyDemo(folder: string): Promise<void> {
  await using platform = await bootPlatform({ isNew: true })
  await platform.stop()
  mkdirSync(folder)
  copyFolder(platform.folder, folder)
  rmSync(join(folder, ownerFile))
}

export class Platform implements AsyncDisposable {
  readonly folder = makeThrowaway('tamar-journey-')
  readonly data: string
  readonly portOffset: number
  /** How long the last start took, from the command to the ready line. */
  readyMs = 0
  /** Everything all its processes said, in order. */
  readonly said = { stdout: '', stderr: '' }
  readonly #options: BootOptions
  #child: Child | undefined
  #ready: Ready | undefined

  constructor(options: BootOptions, portOffset: number) {
    this.#options = options
    this.portOffset = portOffset
    this.data = join(this.folder, options.data ?? 'data')
  }

  get ready(): Ready {
    assert.ok(this.#ready, 'the platform was never ready')
    return this.#ready
  }

  get child(): Child {
    assert.ok(this.#child, 'the platform was never started')
    return this.#child
  }

  get ca(): string {
    return readFileSync(this.ready.ca, 'utf8')
  }

  port(place: Place): number {
    const text = this.ready.listeners[place]
    return Number(text.slice(text.lastIndexOf(':') + 1))
  }

  /** By the part of the address before the @. */
  person(name: string): Person {
    const found = this.ready.people.find(({ address }) => address.startsWith(`${name}@`))
    assert.ok(found, `the demo has nobody called ${name}`)
    return found
  }

  async start(): Promise<void> {
    const { command = 'demo', environment = {} } = this.#options
    const from = performance.now()
    this.#child = runTamar(
      [command, '--data', this.data, '--port-offset', String(this.portOffset), '--json'],
      environment,
    )
    this.#ready = await this.#child.output(readyTimeoutMs, readyLine)
    this.readyMs = performance.now() - from
  }

  /** As Ctrl-C does. Ends with exit code 0 in less than five seconds, or the test fails. */
  async stop(): Promise<number> {
    const from = performance.now()
    this.child.kill('SIGINT')
    const { code, signal } = await this.child.end(stopTimeoutMs)
    this.#keepOutput()
    assert.deepEqual({ code, signal }, { code: 0, signal: null }, this.child.stderr)
    return performance.now() - from
  }

  /** As a power failure does to the node. Its PostgreSQL goes on until the next start ends it. */
  async kill(): Promise<void> {
    if (this.child.hasEnded) return
    this.child.kill('SIGKILL')
    await this.ended()
  }

  async ended(): Promise<Ended> {
    const ended = await this.child.end(killTimeoutMs)
    this.#keepOutput()
    return ended
  }

  async restart(): Promise<void> {
    if (!this.child.hasEnded) await this.stop()
    await this.start()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      if (this.#child !== undefined && !this.#child.hasEnded) {
        this.#child.kill('SIGINT')
        // A test has failed already or does not care how it ends: it must only be gone.
        await this.#child.end(stopTimeoutMs).catch(() => this.kill())
      }
      await removePostmaster(this.data)
    } finally {
      await removeFolder(this.folder)
    }
  }

  #keepOutput(): void {
    this.said.stdout += this.child.stdout
    this.said.stderr += this.child.stderr
    this.child.stdout = ''
    this.child.stderr = ''
  }
}

/** `./tamar …`, as the scripts of package.json run it. The launcher becomes the node: one pid. */
export function runTamar(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Child {
  return new Child(join(root, 'tamar'), args, { cwd: root, environment })
}

function readyLine({ stdout }: Child): Ready | undefined {
  const line = stdout.split('\n').find((each) => each.startsWith('{"ready":true'))
  if (line === undefined || !stdout.includes(`${line}\n`)) return undefined
  // What the platform promises to programs; the journeys hold it to it.
  return JSON.parse(line) as Ready
}

/** A process that ended a moment ago may still write its last file. */
async function removeFolder(folder: string): Promise<void> {
  await until(`${folder} to be removed`, killTimeoutMs, () => {
    try {
      rmSync(folder, { recursive: true, force: true })
      return true
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOTEMPTY') return false
      throw error
    }
  })
}
