/** A program run by a test: its output is kept, its lines and its end are waited for with a bound. */
import { spawn, type ChildProcess } from 'node:child_process'

export interface ChildOptions {
  readonly cwd?: string
  readonly environment?: Readonly<Record<string, string>>
  readonly uid?: number
  readonly gid?: number
  /** What is typed; nothing, when undefined. */
  readonly input?: string
}

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** Whatever a test leaves running ends with the test's process. */
const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

export class Child {
  readonly ended: Promise<Ended>
  stdout = ''
  stderr = ''
  readonly #name: string
  readonly #process: ChildProcess
  #outcome: Ended | undefined
  #wake = Promise.withResolvers<void>()

  constructor(command: string, args: readonly string[], options: ChildOptions = {}) {
    this.#name = [command, ...args].join(' ')
    const { uid, gid, cwd } = options
    const child = spawn(command, args, {
      stdio: 'pipe',
      env: { ...cleanEnvironment(), ...options.environment },
      ...(cwd === undefined ? {} : { cwd }),
      ...(uid === undefined ? {} : { uid }),
      ...(gid === undefined ? {} : { gid }),
    })
    // A program that ends without reading what was typed is no fault.
    child.stdin.on('error', () => undefined).end(options.input ?? '')
    this.#process = child
    running.add(child)
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text
      this.#changed()
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text
      this.#changed()
    })
    this.ended = new Promise((resolve, reject) => {
      child.once('error', reject)
      // 'exit' and not 'close': an orphan that still holds the pipes must not keep a test waiting.
      child.once('exit', (code, signal) => {
        running.delete(child)
        this.#outcome = { code, signal }
        this.#changed()
        resolve(this.#outcome)
      })
    })
    // Whoever waits hears of it; nobody else is told twice.
    this.ended.catch(() => undefined)
  }

  get pid(): number {
    return this.#process.pid ?? 0
  }

  get hasEnded(): boolean {
    return this.#outcome !== undefined
  }

  kill(signal: NodeJS.Signals): void {
    this.#process.kill(signal)
  }

  /** What `find` makes of the output, looked at whenever there is more. */
  async output<T>(withinMs: number, find: (child: Child) => T | undefined): Promise<T> {
    const end = performance.now() + withinMs
    for (;;) {
      const { promise } = this.#wake
      const found = find(this)
      if (found !== undefined) return found
      const left = end - performance.now()
      if (this.#outcome !== undefined) throw this.#fault('ended before it said what was awaited')
      if (left <= 0) throw this.#fault(`did not say what was awaited within ${withinMs} ms`)
      await settled(promise, left)
    }
  }

  async end(withinMs: number): Promise<Ended> {
    await settled(
      this.ended.then(() => undefined),
      withinMs,
    )
    if (this.#outcome === undefined) throw this.#fault(`still runs after ${withinMs} ms`)
    return this.#outcome
  }

  #changed(): void {
    this.#wake.resolve()
    this.#wake = Promise.withResolvers()
  }

  #fault(what: string): Error {
    const { code, signal } = this.#outcome ?? { code: null, signal: null }
    const tail = (text: string) => text.slice(-4_000)
    return new Error(
      `${this.#name} ${what} (code ${code}, signal ${signal})\n` +
        `stdout: ${tail(this.stdout)}\nstderr: ${tail(this.stderr)}`,
    )
  }
}

/** Runs a program to its end. */
export async function run(
  command: string,
  args: readonly string[],
  options: ChildOptions & { readonly withinMs: number },
): Promise<Child & Ended> {
  const child = new Child(command, args, options)
  try {
    return Object.assign(child, await child.end(options.withinMs))
  } finally {
    if (!child.hasEnded) child.kill('SIGKILL')
  }
}

/** Without what would change the platform under test: its own variables, the test runner's. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(?:TAMAR_|NODE_TEST|NODE_OPTIONS|PG)/.test(name),
  )
  return Object.fromEntries(kept)
}

async function settled(promise: Promise<void>, withinMs: number): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, withinMs)
  try {
    await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
