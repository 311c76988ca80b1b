/** What is known of those one is about to write to: inside or outside, nobody, a double of somebody. */
import type { AccountStore } from '../../kit/jmap/account-store.ts'
import { directory, type EmailAddress, type QueryResponse } from '../../kit/jmap/types.ts'
import { Value } from '../../kit/observable.ts'
import type { DirectoryEntry } from './directory.ts'

export interface Judgement {
  readonly email: string
  readonly place: 'inside' | 'outside' | 'nobody'
  readonly entry?: DirectoryEntry
  /** A domain of ours that this one could be taken for. */
  readonly looksLike?: string
  /** The address of a colleague who has this name. */
  readonly namesake?: string
  /** Nothing went to him or came from him before. */
  readonly isFirst?: boolean
}

export type Judgements = ReadonlyMap<string, Judgement>

/** Whoever sends at once waits for no slow answer. */
const waitMsMax = 2_000
const askedTogetherMax = 100

export class Judging {
  readonly known = new Value<Judgements>(new Map())
  readonly #store: AccountStore
  readonly #asked = new Set<string>()
  #asking: Promise<unknown> = Promise.resolve()

  constructor(store: AccountStore) {
    this.#store = store
  }

  /** Asks about those that were not asked about; what cannot be answered now is asked the next time. */
  look(addresses: readonly EmailAddress[]): void {
    if (!this.#store.can(directory)) return
    const news = addresses
      .filter(({ email }) => !this.#asked.has(keyOf(email)))
      .slice(0, askedTogetherMax)
    if (news.length === 0) return
    for (const { email } of news) this.#asked.add(keyOf(email))
    this.#asking = Promise.all([
      this.#asking,
      this.#ask(news).catch(() => {
        for (const { email } of news) this.#asked.delete(keyOf(email))
      }),
    ])
  }

  /** When all is known, or nobody should wait any longer. */
  async settled(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, waitMsMax)
    await Promise.race([this.#asking, promise])
    clearTimeout(timer)
  }

  async #ask(addresses: readonly EmailAddress[]): Promise<void> {
    const { list } = await this.#store.call<{ list: readonly Judgement[] }>('Directory/judge', {
      addresses: addresses.map(({ name, email }) => ({ name, email })),
    })
    this.#keep(list)
    await Promise.all(
      list.map(async (one) => {
        if (one.place === 'outside')
          this.#keep([{ ...one, isFirst: await this.#isFirst(one.email) }])
      }),
    )
  }

  async #isFirst(email: string): Promise<boolean> {
    const conditions = [{ to: email }, { cc: email }, { from: email }]
    const { ids } = await this.#store.call<QueryResponse>('Email/query', {
      filter: {
        operator: 'AND',
        // What is being written to him is no acquaintance.
        conditions: [{ notKeyword: '$draft' }, { operator: 'OR', conditions }],
      },
      limit: 1,
    })
    return ids.length === 0
  }

  #keep(list: readonly Judgement[]): void {
    this.known.update((before) => {
      const known = new Map(before)
      for (const one of list) known.set(keyOf(one.email), one)
      return known
    })
  }
}

export function judgementOf(known: Judgements, email: string): Judgement | undefined {
  return known.get(keyOf(email))
}

function keyOf(email: string): string {
  return email.toLowerCase()
}

export function isAnyOutside(known: Judgements, recipients: readonly EmailAddress[]): boolean {
  return recipients.some(({ email }) => judgementOf(known, email)?.place === 'outside')
}

/** What is said of recipients: `isGrave` is asked once more before it is sent. */
export interface Warning {
  readonly word: 'nobody' | 'looksLike' | 'namesake' | 'firstTime' | 'goesOutside'
  readonly params: Readonly<Record<string, string>>
  readonly isGrave: boolean
}

export function warningsOf(
  known: Judgements,
  recipients: readonly EmailAddress[],
): readonly Warning[] {
  const judged = recipients.flatMap(({ email }) => judgementOf(known, email) ?? [])
  const outside = judged.filter(({ place }) => place === 'outside')
  const each = judged.flatMap((one): readonly Warning[] => {
    const name = one.email
    const grave = (word: Warning['word'], params = {}) => [
      { word, params: { name, ...params }, isGrave: true },
    ]
    if (one.place === 'nobody') return grave('nobody')
    if (one.looksLike !== undefined) return grave('looksLike', { like: one.looksLike })
    if (one.namesake !== undefined) return grave('namesake', { other: one.namesake })
    return one.isFirst === true ? [{ word: 'firstTime', params: { name }, isGrave: false }] : []
  })
  if (outside.length === 0) return each
  const domains = new Set(outside.map(({ email }) => email.slice(email.lastIndexOf('@') + 1)))
  const goesOutside = { word: 'goesOutside', isGrave: false } as const
  return [{ ...goesOutside, params: { names: [...domains].join(', ') } }, ...each]
}
