/** One thread with its bounds of time and memory. It is spent when it was ended, or has read enough. */
import { Worker } from 'node:worker_threads'
import { asWritten } from './ideographs.ts'
import {
  buffersOctetsMax,
  filesOfThreadMax,
  heapMibMax,
  idleMs,
  memoryLookMs,
  pagesMax,
  startMs,
} from './limits.ts'
import type { FromThread, ToThread } from './protocol.ts'
import type { Asked, ReadState, Words } from './types.ts'

export type ThreadEnd = 'time' | 'memory' | 'start' | 'fault'

export class PdfThread {
  readonly #worker: Worker
  readonly #started: Promise<boolean>
  readonly #onEnd: (why: ThreadEnd) => void
  #hear: (said: FromThread | { readonly kind: 'gone' }) => void = () => undefined
  #idle: NodeJS.Timeout | undefined
  #isGone = false
  #files = 0

  constructor(onEnd: (why: ThreadEnd) => void) {
    this.#onEnd = onEnd
    this.#worker = new Worker(new URL('thread.ts', import.meta.url), {
      // Nothing of what the platform was started with, no native code, and no word of a file into our log.
      env: {},
      argv: [],
      execArgv: ['--no-addons'],
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: heapMibMax },
    })
    this.#worker.stdout.resume()
    this.#worker.stderr.resume()
    this.#worker.on('message', (said: FromThread) => this.#hear(said))
    this.#worker.on('error', (error: NodeJS.ErrnoException) =>
      this.#end(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'memory' : 'fault'),
    )
    this.#worker.on('exit', () => this.#gone())
    this.#started = this.#start()
  }

  get isSpent(): boolean {
    return this.#isGone || this.#files >= filesOfThreadMax
  }

  async #start(): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>()
    this.#hear = ({ kind }) => resolve(kind === 'ready')
    const late = setTimeout(() => this.#end('start'), startMs)
    const isReady = await promise
    clearTimeout(late)
    return isReady
  }

  /** One file at a time. Undefined: it could not even begin. */
  async read(octets: Buffer, { workMs, charactersMax }: Asked): Promise<Words | undefined> {
    clearTimeout(this.#idle)
    this.#worker.ref()
    if (!(await this.#started) || this.#isGone) return undefined
    this.#files += 1
    const texts: string[] = []
    const { promise, resolve } = Promise.withResolvers<ReadState>()
    this.#hear = (said) => {
      if (said.kind === 'words') texts.push(said.text)
      else resolve(said.kind === 'end' ? said.state : 'part')
    }
    const own = new Uint8Array(octets)
    const asked: ToThread = { octets: own, charactersMax, pagesMax }
    this.#worker.postMessage(asked, [own.buffer])
    const began = performance.now()
    const late = setTimeout(() => this.#end('time'), workMs)
    const looking = setInterval(() => void this.#lookAtMemory(), memoryLookMs)
    const state = await promise
    clearTimeout(late)
    clearInterval(looking)
    this.#rest()
    const tookMs = performance.now() - began
    return { text: asWritten(texts.join('')), state, tookMs }
  }

  /** V8's limits know nothing of buffers, which is where a bomb unpacks. */
  async #lookAtMemory(): Promise<void> {
    try {
      const { external_memory: octets } = await this.#worker.getHeapStatistics()
      if (octets > buffersOctetsMax) this.#end('memory')
    } catch (error) {
      // Asked while it went away: there is nothing left to look at.
      if (!this.#isGone) throw error
    }
  }

  #rest(): void {
    if (this.#isGone) return
    this.#worker.unref()
    this.#idle = setTimeout(() => void this.close(), idleMs).unref()
  }

  #end(why: ThreadEnd): void {
    if (this.#isGone) return
    this.#gone()
    this.#onEnd(why)
    void this.#worker.terminate()
  }

  #gone(): void {
    this.#isGone = true
    this.#hear({ kind: 'gone' })
  }

  async close(): Promise<void> {
    clearTimeout(this.#idle)
    this.#gone()
    await this.#worker.terminate()
  }
}
