/**
 * One change feed: after a commit a node tells its own watchers at once and the other nodes in
 * batches, outside the transaction (a NOTIFY inside every delivery serialises commits). A lost
 * announcement costs latency, never truth: watchers read the numbered changes themselves, and the
 * modSeq of every watched account is read again on reconnect and every two seconds. Architecture D7.
 */
import type { AccountId } from '../base/id.ts'
import type { Database, Listener } from '../db/types.ts'

export type OnChange = (modSeq: number) => void

const channel = 'tamar_change'
/** Other nodes hear this much later at most; it makes one statement of many commits. */
const batchMs = 5
/** PostgreSQL refuses payloads of 8000 octets; an item is an id, a number and two signs. */
const batchItemsMax = 120
const rereadMs = 2_000
/** Accounts asked for in one statement of the re-read. */
const rereadAccountsMax = 1_000

export interface ChangeFeedOptions {
  readonly database: Database
  readonly nodeId: string
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
  #rereading: Promise<void> | undefined

  constructor(options: ChangeFeedOptions) {
    this.#options = options
    this.#listener = options.database.listen(
      channel,
      (payload) => this.#hear(payload),
      () => this.#readAnew(),
    )
    this.ready = this.#listener.ready
    this.#reread = setInterval(() => this.#readAnew(), rereadMs)
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
    if (this.#options.isAnnouncing === false) return
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
      const payload = `${this.#options.nodeId};${batch.join(',')}`
      // Lost with the connection: the other nodes read anew within two seconds.
      this.#options.database.notify(channel, payload).catch(() => undefined)
    }
  }

  #hear(payload: string): void {
    const [nodeId, items = ''] = payload.split(';')
    if (nodeId === this.#options.nodeId) return
    for (const item of items.split(',')) {
      const [account = '', modSeq] = item.split(':')
      this.#tell(account, Number(modSeq))
    }
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
