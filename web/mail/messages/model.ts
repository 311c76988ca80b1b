/** The middle pane: the rows of a place, which of them is active, and which are chosen. */
import type { AccountStore } from '../../kit/jmap/account-store.ts'
import type { WindowedQuery } from '../../kit/jmap/query.ts'
import type { Email, EmailAddress } from '../../kit/jmap/types.ts'
import { Signal, Value } from '../../kit/observable.ts'
import { filterOf } from '../search/model.ts'

const newestFirst = [{ property: 'receivedAt', isAscending: false }] as const

/** How a row is reached: alone, with what was chosen, or with all between. */
export type Reach = 'one' | 'toggle' | 'range'

export class MessageList {
  readonly store: AccountStore
  readonly mailboxId: string | undefined
  readonly search: string
  readonly query: WindowedQuery
  /** The row the keys speak to. */
  readonly active = new Value<string | undefined>(undefined)
  readonly chosen = new Value<ReadonlySet<string>>(new Set())
  /** Something asks that the active row be brought into sight. */
  readonly wantsSight = new Signal()
  #anchor: string | undefined

  constructor(store: AccountStore, mailboxId: string | undefined, search: string) {
    this.store = store
    this.mailboxId = mailboxId
    this.search = search
    const mailboxes = store.mailboxes.all()
    const filter =
      search === '' ? { inMailbox: mailboxId } : filterOf(search, { mailboxes, mailboxId })
    const asked = { accountId: store.accountId, filter, sort: newestFirst, collapseThreads: true }
    const expected =
      search === '' && mailboxId !== undefined
        ? store.mailboxes.get(mailboxId)?.totalThreads
        : undefined
    this.query = store.query(asked, expected)
  }

  isOf(store: AccountStore, mailboxId: string | undefined, search: string): boolean {
    return this.store === store && this.mailboxId === mailboxId && this.search === search
  }

  email(index: number): Email | undefined {
    const id = this.query.at(index)
    return id === undefined ? undefined : this.store.emails.get(id)
  }

  /** The row of a conversation. */
  rowOfThread(threadId: string): string | undefined {
    return this.query.known().find((id) => this.store.emails.get(id)?.threadId === threadId)
  }

  /** All of the conversation that stands in this place, oldest first; of a search the whole of it. */
  emailsOf(rowId: string): readonly string[] {
    const email = this.store.emails.get(rowId)
    const thread = email === undefined ? undefined : this.store.threads.get(email.threadId)
    if (thread === undefined) return [rowId]
    const { mailboxId } = this
    const here = thread.emailIds.filter((id) => {
      if (mailboxId === undefined || this.search !== '') return true
      const other = this.store.emails.get(id)
      return other === undefined ? id === rowId : other.mailboxIds[mailboxId] === true
    })
    return here.includes(rowId) ? here : [...here, rowId]
  }

  /** What an act is for: what is chosen, or else the active row. */
  targets(): readonly string[] {
    const { value } = this.chosen
    if (value.size > 0) return this.query.known().filter((id) => value.has(id))
    const active = this.active.value
    return active === undefined ? [] : [active]
  }

  reach(id: string, reach: Reach): void {
    if (reach === 'range') this.#chooseBetween(this.#anchor ?? this.active.value ?? id, id)
    else {
      this.#anchor = id
      if (reach === 'toggle') this.#toggle(id)
      else this.chosen.set(new Set())
    }
    this.active.set(id)
  }

  /** @returns the row that is active now, undefined while it is not known */
  move(by: number, reach: 'one' | 'range' = 'one'): string | undefined {
    const { value } = this.active
    const at = value === undefined ? -1 : this.query.indexOf(value)
    return this.moveTo(at === -1 ? (by > 0 ? 0 : at) : at + by, reach)
  }

  moveTo(index: number, reach: 'one' | 'range' = 'one'): string | undefined {
    const last = (this.query.length ?? 0) - 1
    const id = this.query.at(Math.max(0, Math.min(last, index)))
    if (id === undefined) return undefined
    this.reach(id, reach)
    this.wantsSight.notify()
    return id
  }

  toggleActive(): void {
    const { value } = this.active
    if (value !== undefined) this.reach(value, 'toggle')
  }

  /** All rows that are known: what is acted on is what could be seen. */
  chooseAll(): void {
    this.chosen.set(new Set(this.query.known()))
  }

  chooseNone(): void {
    this.chosen.set(new Set())
  }

  /** Which row is active once these are gone: the next one, or at the end the one before. */
  activeWithout(gone: ReadonlySet<string>): string | undefined {
    const { value } = this.active
    if (value === undefined || !gone.has(value)) return value
    const known = this.query.known()
    const at = known.indexOf(value)
    return (
      known.slice(at + 1).find((id) => !gone.has(id)) ??
      known.slice(0, at).findLast((id) => !gone.has(id))
    )
  }

  #toggle(id: string): void {
    const chosen = new Set(this.chosen.value)
    if (!chosen.delete(id)) chosen.add(id)
    this.chosen.set(chosen)
  }

  #chooseBetween(from: string, to: string): void {
    const [a, b] = [this.query.indexOf(from), this.query.indexOf(to)]
    const chosen = new Set<string>()
    for (let at = Math.min(a, b); at <= Math.max(a, b); at++) {
      const id = this.query.at(at)
      if (id !== undefined) chosen.add(id)
    }
    this.chosen.set(chosen)
  }
}

/** What a row says of a conversation. */
export interface RowFacts {
  readonly isUnread: boolean
  readonly isFlagged: boolean
  readonly isAnswered: boolean
  readonly isDraft: boolean
  /** Messages of the conversation. */
  readonly count: number
  readonly people: readonly EmailAddress[]
}

const peopleMax = 3

/** @param showsRecipients where what was sent is listed, it is said to whom */
export function rowFacts(store: AccountStore, email: Email, showsRecipients: boolean): RowFacts {
  const ids = store.threads.get(email.threadId)?.emailIds ?? [email.id]
  const all = ids.flatMap((id) => store.emails.get(id) ?? [])
  const members = all.length === 0 ? [email] : all
  const people = showsRecipients
    ? (email.to ?? [])
    : [...members].reverse().flatMap(({ from }) => from ?? [])
  const seen = new Map(people.map((each) => [each.email.toLowerCase(), each] as const))
  return {
    isUnread: members.some(({ keywords }) => keywords['$seen'] !== true && !isDraft(keywords)),
    isFlagged: members.some(({ keywords }) => keywords['$flagged'] === true),
    isAnswered: email.keywords['$answered'] === true,
    isDraft: members.some(({ keywords }) => isDraft(keywords)),
    count: members.length,
    people: [...seen.values()].slice(0, peopleMax),
  }
}

function isDraft(keywords: Email['keywords']): boolean {
  return keywords['$draft'] === true
}

export function nameOf({ name, email }: EmailAddress): string {
  return name === null || name.trim() === '' ? email : name
}

/** The time of today, the day of this year, or the whole date. */
export function formatWhen(iso: string, now: Date, locale: string): string {
  const date = new Date(iso)
  const isToday = date.toDateString() === now.toDateString()
  if (isToday) return formatterOf(locale, 'time').format(date)
  const isThisYear = date.getFullYear() === now.getFullYear()
  return formatterOf(locale, isThisYear ? 'day' : 'date').format(date)
}

export function formatFullDate(iso: string, locale: string): string {
  return formatterOf(locale, 'full').format(new Date(iso))
}

const forms: Readonly<Record<string, Intl.DateTimeFormatOptions>> = {
  time: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  day: { month: 'short', day: 'numeric' },
  date: { year: 'numeric', month: '2-digit', day: '2-digit' },
  full: { dateStyle: 'full', timeStyle: 'short', hourCycle: 'h23' },
}
const formatters = new Map<string, Intl.DateTimeFormat>()

function formatterOf(locale: string, form: 'time' | 'day' | 'date' | 'full'): Intl.DateTimeFormat {
  const key = `${locale} ${form}`
  let formatter = formatters.get(key)
  if (formatter === undefined) {
    // English here is Hong Kong's: the day comes first.
    formatter = new Intl.DateTimeFormat(locale === 'en' ? 'en-HK' : locale, forms[form])
    formatters.set(key, formatter)
  }
  return formatter
}
