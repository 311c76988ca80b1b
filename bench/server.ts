/** Starts the node that is measured in a folder of its own, and ends it with its folder. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, closeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Target } from './target.ts'

export interface Server extends AsyncDisposable {
  readonly target: Target
  /** Mail that waits for its hour is due. */
  readonly passAnHour: () => void
  /** See `Stage`. */
  readonly packTexts: () => Promise<void>
  /** See `Stage`. */
  readonly restart: () => Promise<Target>
}

/** `options` are Node's own, before the script; `more` are for `bench-platform.ts`. */
export async function startServer(
  people: number,
  options: readonly string[] = [],
  more: readonly string[] = [],
): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), 'tamar-bench-'))
  mkdirSync(join(folder, 'data'))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  try {
    const launched = () => launch(folder, options, ['--people', String(people), ...more])
    let node = await launched()
    return {
      target: node.target,
      passAnHour: () => node.passAnHour(),
      packTexts: () => node.packTexts(),
      async restart() {
        await node.stop()
        node = await launched()
        return node.target
      },
      async [Symbol.asyncDispose]() {
        await node.stop()
        remove()
      },
    }
  } catch (error) {
    remove()
    throw error
  }
}

interface Launched {
  readonly target: Target
  readonly passAnHour: () => void
  packTexts(): Promise<void>
  stop(): Promise<void>
}

async function launch(
  folder: string,
  options: readonly string[],
  more: readonly string[],
): Promise<Launched> {
  const errors = join(folder, 'stderr')
  const log = openSync(errors, 'w')
  const script = fileURLToPath(new URL('bench-platform.ts', import.meta.url))
  const own = ['--data', join(folder, 'data'), '--target', join(folder, 'target.json')]
  const child = spawn(process.execPath, [...options, script, ...own, ...more], {
    stdio: ['ignore', 'pipe', log],
  })
  closeSync(log)
  const { stdout } = child
  assert(stdout, 'its standard output is a pipe')
  const exited = once(child, 'exit')
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
    await exited
  }
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]()
  const first = await lines.next()
  if (first.done !== true) {
    const packTexts = async () => {
      child.kill('SIGUSR2')
      await lines.next()
    }
    const passAnHour = () => void child.kill('SIGUSR1')
    // Our own program wrote it.
    return { target: JSON.parse(first.value) as Target, packTexts, passAnHour, stop }
  }
  const said = readFileSync(errors, 'utf8')
  await stop()
  throw new Error(`The node did not start: ${said}`)
}
