/**
 * Ships this node's entries as they come: together after a short while, or at once when somebody waits
 * to show another's data. Knows what is sealed, how much is not, and since when nobody answers.
 */
import type { Clock, Millis } from '../../base/clock.ts'
import { isRefusal, Refusal } from '../../base/refusal.ts'
import type { Database } from '../../db/types.ts'
import type { Sealing } from '../types.ts'
import { ChainShipper } from './chain-shipper.ts'
import type { ChainShipperParts } from './chain-shipper.ts'
import {
  acknowledgeWithinMs,
  alarmRepeatMs,
  closeWithinMs,
  heartbeatEveryMs,
  lookEveryMs,
  noteShippedEveryMs,
  retryAfterMs,
  shipWindowMs,
} from './limits.ts'
import { noteShipped } from './shipped-rows.ts'

export interface ShipperOptions extends Omit<ChainShipperParts, 'db'> {
  readonly database: Database
  readonly clock: Clock
  readonly nodeId: string
}

interface Waiter {
  readonly seq: number
  readonly done: PromiseWithResolvers<void>
}

export class Shipper implements Sealing, AsyncDisposable {
  readonly #options: ShipperOptions
  readonly #chain: ChainShipper
  readonly #waiters = new Set<Waiter>()
  readonly #look: NodeJS.Timeout
  #soon: NodeJS.Timeout | undefined
  #running: Promise<void> | undefined
  #isAskedAgain = false
  #isClosed = false
  #awaySince: Millis | undefined
  #alarmedAt: Millis = -Infinity
  #notedSeq = 0
  #notedAt: Millis = -Infinity
  #beatAt: Millis = -Infinity

  constructor(options: ShipperOptions) {
    this.#options = options
    const onAlarm = options.onAlarm
    this.#chain = new ChainShipper(options.nodeId, { ...options, onAlarm, db: options.database })
    this.#look = setInterval(() => this.#ship(), lookEveryMs).unref()
  }

  get sealedSeq(): number | undefined {
    return this.#chain.sealed?.seq
  }

  /** Since when the audit process did not answer; undefined while it does. */
  get awaySince(): Millis | undefined {
    return this.#awaySince
  }

  wake(): void {
    const delay = this.#awaySince === undefined ? shipWindowMs : retryAfterMs
    this.#soon ??= setTimeout(() => this.#ship(), delay).unref()
  }

  acknowledged(seq: number): Promise<void> {
    if (seq <= (this.sealedSeq ?? 0)) return Promise.resolve()
    const waiter = { seq, done: Promise.withResolvers<void>() }
    this.#waiters.add(waiter)
    const late = setTimeout(() => this.#fail(waiter, 'late'), acknowledgeWithinMs)
    this.#ship()
    return waiter.done.promise.finally(() => {
      clearTimeout(late)
      this.#waiters.delete(waiter)
    })
  }

  /** At once; while a round is under way, another follows it. */
  #ship(): void {
    clearTimeout(this.#soon)
    this.#soon = undefined
    if (this.#isClosed) return
    this.#isAskedAgain = true
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined
    })
  }

  async #run(): Promise<void> {
    while (this.#isAskedAgain) {
      this.#isAskedAgain = false
      try {
        await this.#drain()
      } catch (error) {
        this.#failed(error)
      }
    }
  }

  async #drain(): Promise<void> {
    for (let round = await this.#chain.ship(); ; round = await this.#chain.ship()) {
      this.#awaySince = undefined
      this.#settle()
      // Refused: the alarm was raised, and nothing more of this chain is taken.
      if (this.#chain.sealed === undefined) return this.#failAll('refused')
      await this.#note(false)
      // A number under way is looked for again as soon as its act has ended.
      if (round === 'hole') return this.#waiters.size > 0 ? this.#again() : this.wake()
      if (round === 'done') return this.#beat()
    }
  }

  /** Who is silent may be dead: the audit process raises an alert, unless it hears that we are there. */
  async #beat(): Promise<void> {
    const { clock, client, nodeId } = this.#options
    if (clock.now() < this.#beatAt + heartbeatEveryMs) return
    await client.get(`v1/heartbeat/${encodeURIComponent(nodeId)}`)
    this.#beatAt = clock.now()
  }

  /** Somebody waits behind an act that is about to commit. */
  #again(): void {
    this.#soon ??= setTimeout(() => this.#ship(), 2).unref()
  }

  #settle(): void {
    const sealed = this.sealedSeq ?? 0
    for (const waiter of this.#waiters) if (waiter.seq <= sealed) waiter.done.resolve()
  }

  #failed(error: unknown): void {
    const { clock, onAlarm } = this.#options
    const now = clock.now()
    const isAway = isRefusal(error, 'audit-unavailable')
    if (isAway) this.#awaySince ??= now
    this.#failAll(isAway ? 'away' : 'failed')
    this.wake()
    if (now < this.#alarmedAt + alarmRepeatMs) return
    this.#alarmedAt = now
    onAlarm(isAway ? 'the audit process does not answer' : 'shipping failed', { error })
  }

  #failAll(why: string): void {
    for (const waiter of this.#waiters) this.#fail(waiter, why)
  }

  #fail(waiter: Waiter, why: string): void {
    waiter.done.reject(new Refusal('audit-unavailable', { why, seq: waiter.seq }))
  }

  /** Where a chain goes on when its rows are dropped. */
  async #note(isLast: boolean): Promise<void> {
    const { clock, database, nodeId } = this.#options
    const sealed = this.#chain.sealed
    const now = clock.now()
    if (sealed === undefined || sealed.seq <= this.#notedSeq) return
    if (!isLast && !sealed.isStop && now < this.#notedAt + noteShippedEveryMs) return
    await noteShipped(database, nodeId, { ...sealed, at: now })
    this.#notedSeq = sealed.seq
    this.#notedAt = now
  }

  /** Ships what is left, the stop of the node too, if somebody answers. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#look)
    this.#ship()
    this.#isClosed = true
    await this.#lastRound()
    clearTimeout(this.#soon)
    try {
      await this.#note(true)
    } catch (error) {
      // The database went first: the audit process knows the place too.
      if (!isRefusal(error, 'try-again')) throw error
    }
  }

  /** The node stops in time, whoever does not answer; the next start ships what is left. */
  async #lastRound(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const late = setTimeout(resolve, closeWithinMs)
    await Promise.race([this.#running, promise])
    clearTimeout(late)
  }
}
