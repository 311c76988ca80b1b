/**
 * Works on the queue: claims what is due, bucket by bucket and lane by lane, has it carried, settles.
 * It claims on while attempts are under way, so that a slow destination keeps nobody waiting. Any
 * number of nodes may have one. An attempt is repeated after a crash; local arrival drops what is the
 * same.
 */
import { isRefusal } from '../base/refusal.ts'
import { attemptMessage } from './attempt.ts'
import type { AttemptParts } from './attempt.ts'
import { beforeAll, claim, findDueBuckets, giveBack, readMessages } from './claim.ts'
import type { ClaimedRow, Lane, MessageRow } from './claim.ts'
import type { OwnedQueue } from './create-queue.ts'
import { Flow } from './flow.ts'
import { beginWithinMs, claimMax, pollIntervalMs } from './limits.ts'
import type { Reporter, Transport } from './types.ts'

export interface WorkerOptions {
  readonly queue: OwnedQueue
  readonly transport: Transport
  readonly reporter: Reporter
  /** Told of what should not be: a row that does not open, a transport that threw. */
  readonly onAlarm?: (what: string, facts: Readonly<Record<string, unknown>>) => void
}

export interface QueueWorker extends AsyncDisposable {
  /** Attempts everything that is due now and may be tried. @returns how many recipients were tried. */
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
  readonly #flow: Flow
  /** The lane of each bucket that was served last: the next claim goes on behind it. */
  readonly #after = new Map<number, Lane>()
  /** The bucket that has its turn first: room at a destination goes round. */
  #first = 0
  #isStopping = false
  #running: Promise<void> | undefined
  /** Ends the wait between two rounds. */
  #wake = (): void => undefined
  #isWoken = false

  constructor(queue: OwnedQueue, parts: AttemptParts) {
    this.#parts = parts
    this.#flow = new Flow(() => parts.context.clock.now())
    queue.onWake((isRetry) => {
      if (isRetry) {
        this.#flow.wakeResting()
        parts.transport.forgetSilence?.()
      }
      this.#isWoken = true
      this.#wake()
    })
  }

  async runOnce(): Promise<number> {
    let tried = 0
    for (;;) {
      const { endings } = this.#flow
      const claimed = await this.#claimRound()
      tried += claimed
      if (claimed > 0 || this.#flow.endings > endings) continue
      if (this.#flow.isEmpty) return tried
      await this.#flow.oneEnded()
    }
  }

  /** A claim of each bucket where something is due. @returns how many recipients were claimed. */
  async #claimRound(): Promise<number> {
    const { context } = this.#parts
    let claimed = 0
    const due = await findDueBuckets(context.database, context.clock.now())
    const first = due.findIndex((bucket) => bucket >= this.#first)
    for (const bucket of first < 0 ? due : [...due.slice(first), ...due.slice(0, first)]) {
      while (this.#flow.isFull && !this.#isStopping) await this.#flow.oneEnded()
      if (this.#isStopping) break
      const count = await this.#claimBucket(bucket)
      if (count > 0) this.#first = bucket + 1
      claimed += count
    }
    return claimed
  }

  async #claimBucket(bucket: number): Promise<number> {
    const { context } = this.#parts
    const after = this.#after.get(bucket) ?? beforeAll
    const rows = await claim(context, { bucket, after, excluded: this.#flow.excluded() })
    const last = rows.length < claimMax ? undefined : lastLane(rows)
    if (last === undefined) this.#after.delete(bucket)
    else this.#after.set(bucket, last)
    // The walk came to the end of the bucket: what stands before its beginning is next.
    if (rows.length === 0) return after === beforeAll ? 0 : this.#claimBucket(bucket)
    await this.#startAll(bucket, rows)
    return rows.length
  }

  async #startAll(bucket: number, rows: readonly ClaimedRow[]): Promise<void> {
    const { database, clock } = this.#parts.context
    const ids = [...new Set(rows.map((row) => row.message_id))]
    const messages = await readMessages(database, bucket, ids)
    const beginBy = clock.now() + beginWithinMs
    const byMessage = Map.groupBy(rows, (row) => row.message_id)
    for (const message of messages) {
      const mine = byMessage.get(message.message_id) ?? []
      for (const [destination, group] of Map.groupBy(mine, (row) => row.destination))
        this.#flow.start({
          destination,
          recipients: group.length,
          run: () => this.#attempt(bucket, message, group, beginBy),
        })
    }
  }

  async #attempt(
    bucket: number,
    message: MessageRow,
    group: readonly ClaimedRow[],
    beginBy: number,
  ): Promise<boolean> {
    const { context } = this.#parts
    if (!this.#isStopping && context.clock.now() < beginBy)
      return attemptMessage(this.#parts, message, group)
    try {
      await giveBack(context, bucket, group)
    } catch (error) {
      // The claim runs out by itself.
      if (!isRefusal(error, 'try-again')) this.#parts.onAlarm('queue round failed', { error })
    }
    return false
  }

  start(): void {
    this.#running ??= this.#run()
  }

  async #run(): Promise<void> {
    while (!this.#isStopping) {
      this.#isWoken = false
      const { endings } = this.#flow
      try {
        if ((await this.#claimRound()) > 0 || this.#flow.endings > endings) continue
      } catch (error) {
        // A database that is away comes back; the claims of this round run out by themselves.
        if (!isRefusal(error, 'try-again')) this.#parts.onAlarm('queue round failed', { error })
      }
      await this.#rest()
    }
    while (!this.#flow.isEmpty) await this.#flow.oneEnded()
  }

  async #rest(): Promise<void> {
    if (this.#isWoken || this.#isStopping) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, pollIntervalMs)
    this.#wake = resolve
    // A destination that had enough under way may have room again.
    await Promise.race([promise, ...(this.#flow.isEmpty ? [] : [this.#flow.oneEnded()])])
    clearTimeout(timer)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopping = true
    this.#wake()
    await this.#running
  }
}

function lastLane(rows: readonly ClaimedRow[]): Lane | undefined {
  let last: ClaimedRow | undefined
  for (const row of rows) if (last === undefined || keyOf(row) > keyOf(last)) last = row
  return last && { destination: last.destination, departmentId: last.department_id }
}

/** Lower-case hexadecimal sorts as the octets do. */
function keyOf(row: ClaimedRow): string {
  return row.destination + row.department_id
}
