/**
 * Follows one feed: reads it whole once, then what is above the last believed version. The version
 * of a row that does not verify never counts, or one forged high number would blind every node.
 */
import type { Database } from '../../db/types.ts'
import type { Keys } from '../../keys/types.ts'
import type { Alarm } from '../types.ts'
import {
  alarmOf,
  readChanges,
  readHead,
  readWhole,
  type Change,
  type Feed,
} from './read-changes.ts'

export interface FeedReaderOptions {
  readonly database: Database
  readonly keys: Pick<Keys, 'directory' | 'authority'>
  readonly feed: Feed
  /** Takes changes into memory; rows that do not verify come with `row` undefined. */
  readonly apply: (changes: readonly Change[]) => void
  readonly onAlarm: (alarm: Alarm) => void
}

export class FeedReader {
  readonly #options: FeedReaderOptions
  readonly #alarmed = new Set<string>()
  #seen = -1
  #isBelievable = true
  #running: Promise<void> | undefined
  #next: Promise<void> | undefined

  constructor(options: FeedReaderOptions) {
    this.#options = options
  }

  /**
   * False: at the first reading something had been put back or taken away that each row's own MAC does
   * not show. Who may what cannot be known from such a feed.
   */
  get isBelievable(): boolean {
    return this.#isBelievable
  }

  /** Resolves when everything committed before the call is in memory. */
  refresh(): Promise<void> {
    if (this.#running === undefined) return (this.#running = this.#run())
    // The one under way may have read before our caller's commit: one more covers all who wait.
    return (this.#next ??= this.#running.then(
      () => this.#again(),
      () => this.#again(),
    ))
  }

  #again(): Promise<void> {
    this.#next = undefined
    return (this.#running = this.#run())
  }

  async #run(): Promise<void> {
    try {
      await this.#read()
    } finally {
      if (this.#next === undefined) this.#running = undefined
    }
  }

  async #read(): Promise<void> {
    const { database, keys, feed } = this.#options
    if (this.#seen < 0) return this.#readWhole()
    const head = await readHead(database, feed)
    if (head <= this.#seen) return
    const changes = await readChanges(database, keys, feed, this.#seen)
    // The last version given is always some row's: without it, that row was put back.
    if (!changes.some((change) => change.version >= head)) this.#alarmSum(head)
    const fresh = changes.filter((change) => change.row !== undefined || this.#isNews(change))
    if (fresh.length > 0) this.#apply(fresh)
  }

  async #readWhole(): Promise<void> {
    const { database, keys, feed } = this.#options
    const { changes, addsUp, head } = await readWhole(database, keys, feed)
    for (const change of changes) if (change.row === undefined) this.#isNews(change)
    this.#isBelievable = addsUp
    if (!addsUp) this.#alarmSum(head)
    this.#seen = 0
    this.#apply(changes)
  }

  /** Something was put back or taken away; alarmed once for each head it shows at. */
  #alarmSum(head: number): void {
    const { feed, onAlarm } = this.#options
    const key = `head ${head}`
    if (this.#alarmed.has(key)) return
    this.#alarmed.add(key)
    onAlarm({ what: 'feed-does-not-add-up', table: 'reference_head', rowId: feed.name })
  }

  #apply(changes: readonly Change[]): void {
    for (const { row, version } of changes)
      if (row !== undefined) this.#seen = Math.max(this.#seen, version)
    this.#options.apply(changes)
  }

  /** A row that does not verify is alarmed once for each version it shows. */
  #isNews(change: Change): boolean {
    const key = `${change.table} ${change.id} ${change.version}`
    if (this.#alarmed.has(key)) return false
    this.#alarmed.add(key)
    this.#options.onAlarm(alarmOf(change))
    return true
  }
}
