/**
 * What is kept is kept true while somebody is connected: what was moved, marked or deleted since it was
 * read, here or elsewhere, is so on the device too. RFC 8621 §4.1.
 */
import type { AccountStore } from '../jmap/account-store.ts'
import type { JmapClient } from '../jmap/client.ts'
import type { Email } from '../jmap/types.ts'
import type { Unsubscribe } from '../observable.ts'
import { keyOf, partsOf } from './kept-mail.ts'

/** Several changes come at once. */
const pauseMs = 400
/** RFC 8620 §2 (maxObjectsInGet): what every server takes. */
const idsInGetMax = 500

export interface KeptRowsActs {
  readonly change: (accountId: string, email: Email) => void
  readonly remove: (key: string) => void
}

export class KeptRows implements Disposable {
  readonly #acts: KeptRowsActs
  readonly #accounts = new Map<AccountStore, Map<string, Email | undefined>>()
  readonly #unsubscribes: Unsubscribe[] = []
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(acts: KeptRowsActs) {
    this.#acts = acts
  }

  /** What earlier windows have kept: asked for anew, for what is sealed no window can read. */
  async readAnew(client: JmapClient, keys: readonly string[]): Promise<void> {
    const byAccount = Map.groupBy(keys.map(partsOf), ({ accountId }) => accountId)
    for (const [accountId, parts] of byAccount) {
      // A mailbox one may read no more is not read here either.
      if (!client.accountIds().includes(accountId)) {
        for (const { id } of parts) this.#acts.remove(keyOf(accountId, id))
        continue
      }
      const store = client.account(accountId)
      for (let at = 0; at < parts.length; at += idsInGetMax) {
        const ids = parts.slice(at, at + idsInGetMax).map(({ id }) => id)
        await store.readEmails(ids, false, true)
        for (const id of ids) this.#rowsOf(store).set(id, undefined)
      }
      this.#follow()
    }
  }

  /** Was just kept as it is. */
  add(store: AccountStore, email: Email): void {
    this.#rowsOf(store).set(email.id, email)
  }

  #rowsOf(store: AccountStore): Map<string, Email | undefined> {
    let rows = this.#accounts.get(store)
    if (rows !== undefined) return rows
    rows = new Map()
    this.#accounts.set(store, rows)
    this.#unsubscribes.push(
      store.emails.changed.subscribe(() => {
        this.#timer ??= setTimeout(() => this.#follow(), pauseMs)
      }),
    )
    return rows
  }

  #follow(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    for (const [store, rows] of this.#accounts)
      for (const [id, was] of rows) {
        const email = store.emails.get(id)
        if (email === was && email !== undefined) continue
        if (email === undefined) {
          rows.delete(id)
          this.#acts.remove(keyOf(store.accountId, id))
        } else {
          rows.set(id, email)
          this.#acts.change(store.accountId, email)
        }
      }
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer)
    for (const unsubscribe of this.#unsubscribes) unsubscribe()
    this.#accounts.clear()
  }
}
