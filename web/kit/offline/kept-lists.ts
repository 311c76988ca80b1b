/**
 * The first rows of every mailbox that was looked at, as its list showed them: a list is there without a
 * network, though not all of its messages were opened. RFC 8621 §4.4.
 */
import type { AccountStore } from '../jmap/account-store.ts'
import type { Email } from '../jmap/types.ts'
import type { Unsubscribe } from '../observable.ts'
import { keyOf } from './kept-mail.ts'

/** More than a screen; what stands further down is rarely looked for in the lift. */
export const rowsOfListMax = 200
const pauseMs = 400

export type KeepList = (key: string, rows: readonly Email[]) => void

export class KeptLists implements Disposable {
  readonly #keep: KeepList
  readonly #stores = new Set<AccountStore>()
  readonly #unsubscribes: Unsubscribe[] = []
  readonly #kept = new Map<string, readonly Email[]>()
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(keep: KeepList) {
    this.#keep = keep
  }

  follow(store: AccountStore): void {
    if (this.#stores.has(store)) return
    this.#stores.add(store)
    this.#unsubscribes.push(store.emails.changed.subscribe(() => this.#wait()))
    this.#wait()
  }

  #wait(): void {
    this.#timer ??= setTimeout(() => this.#look(), pauseMs)
  }

  #look(): void {
    this.#timer = undefined
    for (const store of this.#stores)
      for (const { asked, isKnown, known } of listsOf(store)) {
        const { inMailbox, ...others } = asked
        // What was found by a search is no place.
        if (!isKnown || typeof inMailbox !== 'string' || Object.keys(others).length > 0) continue
        const rows = known.slice(0, rowsOfListMax).flatMap((id) => store.emails.get(id) ?? [])
        const key = keyOf(store.accountId, inMailbox)
        if (isSame(rows, this.#kept.get(key))) continue
        this.#kept.set(key, rows)
        this.#keep(key, rows)
      }
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer)
    for (const unsubscribe of this.#unsubscribes) unsubscribe()
    this.#stores.clear()
  }
}

function listsOf(store: AccountStore) {
  return store.queries().map((query) => ({
    asked: { ...query.asked.filter } as Readonly<Record<string, unknown>>,
    isKnown: query.isKnown,
    known: query.known(),
  }))
}

/** Records are never changed, only replaced. */
function isSame(rows: readonly Email[], before: readonly Email[] | undefined): boolean {
  return rows.length === before?.length && rows.every((row, at) => row === before[at])
}
