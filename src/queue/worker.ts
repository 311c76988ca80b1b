/**
 * Works on the queue: claims what is due, bucket by bucket, has it carried, settles. Any number of
 * nodes may have one. An attempt is repeated after a crash; local arrival drops what is the same.
 */
import { isRefusal } from '../base/refusal.ts'
import { attemptMessage } from './attempt.ts'
import type { AttemptParts } from './attempt.ts'
import { claim, findDueBuckets, readMessages } from './claim.ts'
import type { OwnedQueue } from './create-queue.ts'
import { claimMax, messagesAtOnceMax, pollIntervalMs } from './limits.ts'
import type { Reporter, Transport } from './types.ts'

export interface WorkerOptions {
  readonly queue: OwnedQueue
  readonly transport: Transport
  readonly reporter: Reporter
  /** Told of what should not be: a row that does not open, a transport that threw. */
  readonly onAlarm?: (what: string, facts: Readonly<Record<string, unknown>>) => void
}

export interface QueueWorker extends AsyncDisposable {
  /** Attempts everything that is due now. @returns how many recipients were tried. */
  runOnce(): Promise<number>
  /** Works until disposed. */
  start(): void
}

export function createQueueWorker(options: WorkerOptions): QueueWorker {
  const { queue, transport, reporter, onAlarm = () => undefined } = options
  return new Worker(queue, { context: queue.context, transport, reporter, onAlarm })
}

class Worker implements QueueWorker {
  readonly #parts: AttemptParts
  #isStopping = false
  #running: Promise<void> | undefined
  /** Ends the wait between two rounds. */
  #wake = (): void => undefined
  #isWoken = false

  constructor(queue: OwnedQueue, parts: AttemptParts) {
    this.#parts = parts
    queue.onWake(() => {
      this.#isWoken = true
      this.#wake()
    })
  }

  async runOnce(): Promise<number> {
    const { context } = this.#parts
    let tried = 0
    for (const bucket of await findDueBuckets(context.database, context.clock.now())) {
      let claimed = claimMax
      while (claimed === claimMax && !this.#isStopping) {
        claimed = await this.#runBucket(bucket)
        tried += claimed
      }
    }
    return tried
  }

  /** @returns how many recipients were claimed. */
  async #runBucket(bucket: number): Promise<number> {
    const { context } = this.#parts
    const rows = await claim(context, bucket)
    if (rows.length === 0) return 0
    const groups = Map.groupBy(rows, (row) => row.message_id)
    const messages = await readMessages(context.database, bucket, [...groups.keys()])
    const waiting = messages.values()
    const work = async (): Promise<void> => {
      for (const message of waiting)
        await attemptMessage(this.#parts, message, groups.get(message.message_id) ?? [])
    }
    await Promise.all(Array.from({ length: messagesAtOnceMax }, work))
    return rows.length
  }

  start(): void {
    this.#running ??= this.#run()
  }

  async #run(): Promise<void> {
    while (!this.#isStopping) {
      this.#isWoken = false
      try {
        await this.runOnce()
      } catch (error) {
        // A database that is away comes back; the claims of this round run out by themselves.
        if (!isRefusal(error, 'try-again')) this.#parts.onAlarm('queue round failed', { error })
      }
      await this.#rest()
    }
  }

  async #rest(): Promise<void> {
    if (this.#isWoken || this.#isStopping) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, pollIntervalMs)
    this.#wake = resolve
    await promise
    clearTimeout(timer)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopping = true
    this.#wake()
    await this.#running
  }
}
