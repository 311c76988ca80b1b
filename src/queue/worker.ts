/**
 * Works on the queue: claims what is due, bucket by bucket and lane by lane, has it carried, settles.
 * It claims on while attempts are under way, so that a slow destination keeps nobody waiting. Any
 * number of nodes may have one. An attempt is repeated after a crash; local arrival drops what is the
 * same.
 */
import { isRefusal } from '../base/refusal.ts'
import type { Millis } from '../base/clock.ts'
import { attemptMessage } from './attempt.ts'
import type { AttemptParts } from './attempt.ts'
import { beforeAll, claim, findDueBuckets, giveBack, readMessages } from './claim.ts'
import type { ClaimedRow, Lane, MessageRow } from './claim.ts'
import type { OwnedQueue } from './create-queue.ts'
import { Flow } from './flow.ts'
import { beginWithinMs, claimMax, lookEveryMs, pollIntervalMs } from './limits.ts'
import { ripen } from './ripen.ts'
import { SettleDone } from './settle-done.ts'
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
  const { context } = queue
  const done = new SettleDone(context.database)
  return new Worker(queue, { context, transport, reporter, done, onAlarm })
}

class Worker implements QueueWorker {
  readonly #parts: AttemptParts
  readonly #flow: Flow
  /** The lane of each bucket that was served last: the next claim goes on behind it. */
  readonly #after = new Map<number, Lane>()
  /** Buckets where a claim may find something. What nothing was found in is not asked again for nothing. */
  readonly #awake = new Set<number>()
  /** The bucket that has its turn first: room at a destination goes round. */
  #first = 0
  #lookedAt: Millis = Number.NEGATIVE_INFINITY
  #freed = 0
  #isStopping = false
  #running: Promise<void> | undefined
  /** Ends the wait between two rounds. */
  #wake = (): void => undefined
  #isWoken = false

  constructor(queue: OwnedQueue, parts: AttemptParts) {
    this.#parts = parts
    this.#flow = new Flow(() => parts.context.clock.now())
    queue.onWake((woken) => {
      if (typeof woken === 'string') this.#lookedAt = Number.NEGATIVE_INFINITY
      else for (const bucket of woken) this.#awake.add(bucket)
      if (woken === 'retry') {
        this.#flow.wakeResting()
        parts.transport.forgetSilence?.()
      }
      this.#isWoken = true
      this.#wake()
    })
  }

  async runOnce(): Promise<number> {
    let tried = 0
    for (let hasLooked = false; ;) {
      const { endings, isEmpty } = this.#flow
      if (isEmpty && !hasLooked) this.#lookedAt = Number.NEGATIVE_INFINITY
      hasLooked = isEmpty
      const claimed = await this.#claimRound()
      tried += claimed
      if (claimed > 0 || this.#flow.endings > endings) hasLooked = false
      else if (!this.#flow.isEmpty) await this.#flow.oneEnded()
      else if (hasLooked) return tried
    }
  }

  /** A claim of each bucket where there may be something. @returns how many recipients were claimed. */
  async #claimRound(): Promise<number> {
    await this.#look()
    let claimed = 0
    const awake = [...this.#awake].toSorted((a, b) => a - b)
    const first = awake.findIndex((bucket) => bucket >= this.#first)
    for (const bucket of first < 0 ? awake : [...awake.slice(first), ...awake.slice(0, first)]) {
      while (this.#flow.isFull && !this.#isStopping) await this.#flow.oneEnded()
      if (this.#isStopping) break
      // Before it is asked: what is put in meanwhile wakes it again.
      this.#awake.delete(bucket)
      const count = await this.#claimBucket(bucket)
      if (count === 0) continue
      this.#awake.add(bucket)
      this.#first = bucket + 1
      claimed += count
    }
    return claimed
  }

  /** Wakes the buckets where something became due, was put in by others, or may be claimed again. */
  async #look(): Promise<void> {
    const { database, clock } = this.#parts.context
    const now = clock.now()
    this.#flow.wakeRested()
    const isTime = now - this.#lookedAt >= lookEveryMs
    if (!isTime && this.#flow.freed === this.#freed) return
    const { freed } = this.#flow
    if (isTime) {
      this.#lookedAt = now
      await ripen(database, now)
    }
    for (const bucket of await findDueBuckets(database)) this.#awake.add(bucket)
    this.#freed = freed
  }

  async #claimBucket(bucket: number): Promise<number> {
    const after = this.#after.get(bucket) ?? beforeAll
    const resting = this.#flow.excluded(true)
    const excluded = this.#flow.excluded(false)
    // A walk that is under way has passed the urgent by, and it leaves out who is busy.
    const isEnough = after === beforeAll && excluded.length === resting.length
    const urgent = isEnough ? 0 : await this.#claimUrgent(bucket, resting)
    const rows = await claim(this.#parts.context, { bucket, after, rankMax: 9, excluded })
    const last = rows.length < claimMax ? undefined : lastLane(rows)
    if (last === undefined) this.#after.delete(bucket)
    else this.#after.set(bucket, last)
    await this.#startAll(bucket, rows)
    // The walk came to the end of the bucket: what stands before its beginning is next.
    if (urgent + rows.length === 0 && after !== beforeAll) return this.#claimBucket(bucket)
    return urgent + rows.length
  }

  async #claimUrgent(bucket: number, excluded: readonly string[]): Promise<number> {
    const wish = { bucket, after: beforeAll, rankMax: -1, excluded }
    const rows = await claim(this.#parts.context, wish)
    await this.#startAll(bucket, rows)
    return rows.length
  }

  async #startAll(bucket: number, rows: readonly ClaimedRow[]): Promise<void> {
    if (rows.length === 0) return
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
          rank: group[0]?.rank ?? 0,
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
    const timer = setTimeout(() => {
      this.#lookedAt = Number.NEGATIVE_INFINITY
      resolve()
    }, pollIntervalMs)
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
  return (
    last && { rank: last.rank, destination: last.destination, departmentId: last.department_id }
  )
}

/** Lower-case hexadecimal sorts as the octets do, and ranks as digits once none is negative. */
function keyOf(row: ClaimedRow): string {
  return String(row.rank + 10).padStart(2, '0') + row.destination + row.department_id
}
