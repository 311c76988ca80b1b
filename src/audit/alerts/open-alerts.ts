/**
 * Follows the log on its own disk, from where it was when all alerts had arrived: what happened while
 * nobody watched is told after all.
 */
import { readFileSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import { z } from 'zod'
import type { Clock } from '../../base/clock.ts'
import { parseLeaf } from '../../tlog/leaf.ts'
import type { LogStore } from '../../tlog/types.ts'
import { AlertDispatcher } from './dispatcher.ts'
import { followEveryMs, lookBackEntries, noteEveryMs } from './limits.ts'
import { openOfficeHours } from './office-hours.ts'
import type { AlertSender, OfficeHours } from './types.ts'
import { AlertWatch } from './watch.ts'

export interface AlertsOptions {
  readonly log: Pick<LogStore, 'size' | 'entries'>
  readonly clock: Clock
  readonly hours: OfficeHours
  /** The chain of the process itself: it is not silent, it has nothing to say. */
  readonly ownNode: string
  readonly senders: readonly AlertSender[]
  /** Where it stands how far alerts have arrived. */
  readonly statePath: string
  readonly onAlarm: (what: string, facts: Readonly<Record<string, unknown>>) => void
}

export interface Alerts extends AsyncDisposable {
  /** A node has asked for something. */
  heard(node: string): void
  chainBroke(node: string, seq: number, what: string): void
}

const stateSchema = z.object({ arrived: z.int().nonnegative() })

/** Resolves when it follows. */
export async function openAlerts(options: AlertsOptions): Promise<Alerts> {
  const follower = new Follower(options)
  await follower.warm()
  return follower
}

class Follower implements Alerts {
  readonly #options: AlertsOptions
  readonly #dispatcher: AlertDispatcher
  readonly #watch: AlertWatch
  readonly #timer: NodeJS.Timeout
  /** Entries that were looked at. */
  #seen: number
  #arrived: number
  #notedAt = -Infinity
  #running: Promise<void> | undefined

  constructor(options: AlertsOptions) {
    const { clock, hours, log, ownNode } = options
    this.#options = options
    this.#dispatcher = new AlertDispatcher(options)
    this.#watch = new AlertWatch({
      clock,
      ownNode,
      isOfficeHour: openOfficeHours(hours),
      onAlert: (alert) => this.#dispatcher.send(alert),
    })
    // A log that is watched for the first time is not told from its beginning.
    this.#arrived = Math.min(readState(options.statePath) ?? log.size, log.size)
    this.#seen = this.#arrived
    this.#timer = setInterval(() => this.#follow(), followEveryMs).unref()
  }

  async warm(): Promise<void> {
    const from = Math.max(0, this.#arrived - lookBackEntries)
    for await (const octets of this.#options.log.entries(from, this.#arrived))
      this.#watch.see(parseLeaf(octets), true)
    // Where it began must be known when the first alert does not arrive.
    await this.#note()
  }

  heard(node: string): void {
    this.#watch.heard(node)
  }

  chainBroke(node: string, seq: number, what: string): void {
    this.#watch.chainBroke(node, seq, what)
  }

  #follow(): void {
    this.#running ??= this.#look()
      .catch((error: unknown) => this.#options.onAlarm('alerts cannot follow the log', { error }))
      .finally(() => {
        this.#running = undefined
      })
  }

  async #look(): Promise<void> {
    const { log, clock } = this.#options
    const end = log.size
    if (end > this.#seen)
      for await (const octets of log.entries(this.#seen, end)) {
        this.#watch.see(parseLeaf(octets))
        this.#seen++
      }
    this.#watch.tick()
    if (!this.#dispatcher.isIdle || this.#seen === this.#arrived) return
    if (clock.now() < this.#notedAt + noteEveryMs) return
    await this.#note()
  }

  async #note(): Promise<void> {
    const { statePath, clock } = this.#options
    const arrived = this.#seen
    this.#notedAt = clock.now()
    await writeFile(`${statePath}.new`, JSON.stringify({ arrived }), { mode: 0o600 })
    await rename(`${statePath}.new`, statePath)
    this.#arrived = arrived
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer)
    await this.#running
    const isIdle = this.#dispatcher.isIdle
    await this.#dispatcher[Symbol.asyncDispose]()
    if (isIdle && this.#seen > this.#arrived) await this.#note()
  }
}

function readState(path: string): number | undefined {
  try {
    return stateSchema.parse(JSON.parse(readFileSync(path, 'utf8'))).arrived
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
