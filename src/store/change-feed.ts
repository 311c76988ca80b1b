/**
 * One change feed: after a commit a node tells its own watchers at once and the other nodes in
 * batches, outside the transaction (a NOTIFY inside every delivery serialises commits). A lost
 * announcement costs latency, never truth: watchers read the numbered changes themselves, and the
 * modSeq of every watched account is read again on reconnect and every two seconds. Architecture D7.
 *
 * A node that has heard nobody else for a while keeps its announcements to itself: two hundred statements a
 * second that nobody listens to. So each node says now and then that it is there.
 */
import type { Clock, Millis } from '../base/clock.ts'
import type { AccountId } from '../base/id.ts'
import type { Database, Listener } from '../db/types.ts'

export type OnChange = (modSeq: number) => void

const channel = 'tamar_change'
/** Other nodes hear this much later at most; it makes one statement of many commits. */
const batchMs = 5
/** PostgreSQL refuses payloads of 8000 octets; an item is an id, a number and two signs. */
const batchItemsMax = 120
const rereadMs = 2_000
/** Who was silent for longer is gone: three times it could have said that it is there. */
const presentMs = 3 * rereadMs + 1_000
/** Accounts asked for in one statement of the re-read. */
const rereadAccountsMax = 1_000

export interface ChangeFeedOptions {
  readonly database: Database
  readonly nodeId: string
  readonly clock: Clock
  /** Tests drop every announcement with `false`. */
  readonly isAnnouncing?: boolean
}

export class ChangeFeed implements AsyncDisposable {
  readonly ready: Promise<void>
  readonly #options: ChangeFeedOptions
  readonly #listener: Listener
  readonly #watchers = new Map<AccountId, Set<OnChange>>()
  readonly #latest = new Map<AccountId, number>()
  readonly #pending = new Map<AccountId, number>()
  readonly #reread: NodeJS.Timeout
  #flushTimer: NodeJS.Timeout | undefined
  /** Until then others are taken to listen. */
  #othersUntil: Millis
  #rereading: Promise<void> | undefined

  constructor(options: ChangeFeedOptions) {
    this.#options = options
    // Whoever begins knows of nobody yet.
    this.#othersUntil = options.clock.now() + presentMs
    this.#listener = options.database.listen(
      channel,
      (payload) => this.#hear(payload),
      () => this.#resume(),
    )
    this.ready = this.#listener.ready.then(() => this.#sayHere())
    this.#reread = setInterval(() => {
      this.#sayHere()
      this.#readAnew()
    }, rereadMs)
    this.#reread.unref()
  }

  watch(account: AccountId, onChange: OnChange): Disposable {
    const watchers = this.#watchers.get(account) ?? new Set()
    this.#watchers.set(account, watchers.add(onChange))
    return {
      [Symbol.dispose]: () => {
        watchers.delete(onChange)
        if (watchers.size > 0) return
        this.#watchers.delete(account)
        this.#latest.delete(account)
      },
    }
  }

  /** Called after COMMIT was acknowledged. */
  announce(account: AccountId, modSeq: number): void {
    this.#tell(account, modSeq)
    const { clock, isAnnouncing } = this.#options
    if (isAnnouncing === false || clock.now() > this.#othersUntil) return
    this.#pending.set(account, Math.max(modSeq, this.#pending.get(account) ?? 0))
    this.#flushTimer ??= setTimeout(() => this.#flush(), batchMs)
  }

  #tell(account: AccountId, modSeq: number): void {
    const watchers = this.#watchers.get(account)
    if (watchers === undefined || modSeq <= (this.#latest.get(account) ?? 0)) return
    this.#latest.set(account, modSeq)
    for (const onChange of watchers) onChange(modSeq)
  }

  #flush(): void {
    this.#flushTimer = undefined
    const items = [...this.#pending]
    this.#pending.clear()
    for (let at = 0; at < items.length; at += batchItemsMax) {
      const batch = items.slice(at, at + batchItemsMax).map(([id, modSeq]) => `${id}:${modSeq}`)
      this.#say(batch.join(','))
    }
  }

  /** Nothing changed: only that this node listens. */
  #sayHere(): void {
    if (this.#options.isAnnouncing !== false) this.#say('')
  }

  #say(items: string): void {
    const { database, nodeId } = this.#options
    // Lost with the connection: the other nodes read anew within two seconds.
    database.notify(channel, `${nodeId};${items}`).catch(() => undefined)
  }

  #hear(payload: string): void {
    const [nodeId, items = ''] = payload.split(';')
    const { clock, nodeId: own } = this.#options
    if (nodeId === own) return
    const now = clock.now()
    // A newcomer hears at once that somebody listens to it.
    if (now > this.#othersUntil) this.#sayHere()
    this.#othersUntil = now + presentMs
    if (items === '') return
    for (const item of items.split(',')) {
      const [account = '', modSeq] = item.split(':')
      this.#tell(account, Number(modSeq))
    }
  }

  /** Who came while nothing could be heard is not known. */
  #resume(): void {
    this.#othersUntil = this.#options.clock.now() + presentMs
    this.#sayHere()
    this.#readAnew()
  }

  #readAnew(): void {
    if (this.#watchers.size === 0) return
    this.#rereading ??= this.#readModSeqs()
      // The database is away: the next turn asks again.
      .catch(() => undefined)
      .finally(() => (this.#rereading = undefined))
  }

  async #readModSeqs(): Promise<void> {
    const accounts = [...this.#watchers.keys()]
    for (let at = 0; at < accounts.length; at += rereadAccountsMax) {
      const rows = await this.#options.database.rows<{ account_id: string; modseq: number }>({
        name: 'store.modseqs',
        text: 'SELECT account_id, modseq FROM account WHERE account_id = ANY($1)',
        values: [accounts.slice(at, at + rereadAccountsMax)],
      })
      for (const row of rows) this.#tell(row.account_id, row.modseq)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#reread)
    clearTimeout(this.#flushTimer)
    await this.#rereading
    await this.#listener[Symbol.asyncDispose]()
  }
}
