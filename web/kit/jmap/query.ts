/**
 * A long list of which only what is looked at is known: the windowed query. Rows are ids at positions;
 * windows are asked for as they come into sight; changes are told by the server, exactly. RFC 8620 §5.5,
 * §5.6; RFC 8621 §4.4.3 (threads collapsed).
 */
import { Signal } from '../observable.ts'
import { MethodError } from './transport.ts'
import type { Comparator, Filter, QueryChangesResponse, QueryResponse } from './types.ts'

export interface QueryAsked {
  readonly accountId: string
  readonly filter: Filter
  readonly sort: readonly Comparator[]
  readonly collapseThreads: boolean
}

/** What a query needs of its surroundings. */
export interface QuerySource {
  /** Ids of a window, whose records are known when it resolves. */
  readonly window: (asked: object) => Promise<QueryResponse>
  readonly changes: (asked: object) => Promise<QueryChangesResponse>
  /** Records of these ids are known when it resolves. */
  readonly load: (ids: readonly string[]) => Promise<void>
}

/** Rows of one request. */
export const windowRows = 50

/** Told changes beyond this are more than a list that is read anew. */
const changesMax = 500

export class WindowedQuery {
  readonly changed = new Signal()
  readonly asked: QueryAsked
  /** A hole is a row that is not known yet. */
  #ids: (string | undefined)[] = []
  #total: number | undefined
  #state: string | undefined
  #error: unknown
  readonly #loading = new Map<number, Promise<void>>()
  readonly #source: QuerySource
  readonly #wantsTotal: boolean
  #updating: Promise<void> | undefined
  #isOutdated = false
  /** Taken out here, before the server said so. */
  readonly #takenOut = new Set<string>()

  /** @param expected how many rows there are, where that is known; otherwise the server counts */
  constructor(asked: QueryAsked, source: QuerySource, expected?: number) {
    this.asked = asked
    this.#source = source
    this.#total = expected
    this.#wantsTotal = expected === undefined
  }

  /** Undefined until something is known. */
  get length(): number | undefined {
    return this.#total
  }

  get error(): unknown {
    return this.#error
  }

  /** Whether the first answer has come. */
  get isKnown(): boolean {
    return this.#state !== undefined
  }

  at(index: number): string | undefined {
    return this.#ids[index]
  }

  indexOf(id: string): number {
    return this.#ids.indexOf(id)
  }

  /** The ids that are known, in their order. */
  known(): readonly string[] {
    return this.#ids.filter((id) => id !== undefined)
  }

  /** The rows from `first` to `last` will be known. */
  async ensure(first: number, last: number): Promise<void> {
    // What was expected is a guess until something was read.
    const isCounted = this.#total !== undefined && this.isKnown
    const end = isCounted ? Math.min(last, (this.#total ?? 0) - 1) : last
    const asked: Promise<void>[] = []
    for (let at = Math.floor(Math.max(0, first) / windowRows); at * windowRows <= end; at++) {
      if (this.#isWindowKnown(at)) continue
      let loading = this.#loading.get(at)
      if (loading === undefined) {
        loading = this.#load(at).finally(() => this.#loading.delete(at))
        this.#loading.set(at, loading)
      }
      asked.push(loading)
    }
    await Promise.all(asked)
  }

  /** Hears what changed since it was read. */
  async update(): Promise<void> {
    if (this.#updating !== undefined) {
      this.#isOutdated = true
      return this.#updating
    }
    this.#updating = this.#update().finally(() => {
      this.#updating = undefined
    })
    await this.#updating
    if (!this.#isOutdated) return
    this.#isOutdated = false
    await this.update()
  }

  /** Takes rows out before the server says so; the returned act puts them back. */
  takeOut(ids: ReadonlySet<string>): () => void {
    const taken: (readonly [number, string])[] = []
    for (const [index, id] of this.#ids.entries())
      if (id !== undefined && ids.has(id)) taken.push([index, id])
    this.#remove(ids)
    for (const [, id] of taken) this.#takenOut.add(id)
    this.changed.notify()
    return () => {
      for (const [index, id] of taken) {
        this.#takenOut.delete(id)
        this.#insert(id, index)
      }
      this.changed.notify()
    }
  }

  #isWindowKnown(at: number): boolean {
    const from = at * windowRows
    const to = Math.min(from + windowRows, this.#total ?? Number.POSITIVE_INFINITY)
    if (to <= from) return this.isKnown
    if (!Number.isFinite(to)) return false
    for (let index = from; index < to; index++) if (this.#ids[index] === undefined) return false
    return true
  }

  async #load(at: number): Promise<void> {
    const position = at * windowRows
    let answer: QueryResponse
    try {
      answer = await this.#source.window({
        ...this.asked,
        position,
        limit: windowRows,
        ...(this.#wantsTotal ? { calculateTotal: true } : {}),
      })
    } catch (error) {
      this.#fail(error)
      return
    }
    if (this.#state !== undefined && answer.queryState !== this.#state) {
      // The list moved on: what is known is brought there first, so that positions mean the same.
      await this.update()
      if (answer.queryState !== this.#state) return this.#load(at)
    }
    this.#state = answer.queryState
    this.#error = undefined
    for (const [index, id] of answer.ids.entries()) this.#ids[answer.position + index] = id
    this.#count(answer)
    this.changed.notify()
  }

  #count({ total, position, ids }: QueryResponse): void {
    const seen = position + ids.length
    if (total !== undefined) this.#total = total
    else if (ids.length === windowRows)
      // A full window where the list was thought to end: there may be more, and the next row will tell.
      this.#total = Math.max(this.#total ?? 0, seen + 1)
    else if (ids.length > 0 || position === 0) this.#total = seen
    else this.#total = Math.min(this.#total ?? 0, position)
    if (this.#ids.length > this.#total) this.#ids.length = this.#total
  }

  async #update(): Promise<void> {
    if (this.#state === undefined) return
    const { accountId, filter, sort, collapseThreads } = this.asked
    try {
      const answer = await this.#source.changes({
        accountId,
        filter,
        sort,
        collapseThreads,
        sinceQueryState: this.#state,
        maxChanges: changesMax,
        ...(this.#wantsTotal ? { calculateTotal: true } : {}),
      })
      const fresh = answer.added.map(({ id }) => id)
      if (fresh.length > 0) await this.#source.load(fresh)
      this.#apply(answer)
    } catch (error) {
      if (!(error instanceof MethodError)) return this.#fail(error)
      await this.#readAnew()
    }
  }

  #apply({ newQueryState, removed, added, total }: QueryChangesResponse): void {
    this.#state = newQueryState
    if (removed.length === 0 && added.length === 0) {
      if (total !== undefined) this.#total = total
      return
    }
    const known = new Set(this.#ids)
    // Where every row is known, what is not among them was not there.
    const isWhole = this.#firstHole() === this.#ids.length && this.#ids.length === this.#total
    const again = new Set(added.map(({ id }) => id))
    // What changed and stays where it stood, in a hole, is no news. What left a hole has moved the
    // rows behind it by nobody knows how much: they are read when they are looked at.
    const isLost = removed.some(
      (id) => !known.has(id) && !again.has(id) && !this.#takenOut.delete(id),
    )
    if (isLost) this.#cutAtHole()
    const isElsewhere = new Set(
      isWhole ? [] : removed.filter((id) => !known.has(id) && again.has(id)),
    )
    this.#remove(new Set(removed))
    for (const { id, index } of added.toSorted((a, b) => a.index - b.index))
      if (!isElsewhere.has(id) || index < this.#firstHole()) this.#insert(id, index)
    if (total !== undefined) this.#total = total
    this.changed.notify()
  }

  /** Too much has changed to be told: the first window is read, the rest when it is looked at. */
  async #readAnew(): Promise<void> {
    this.#ids = []
    this.#state = undefined
    await this.#load(0)
  }

  #remove(ids: ReadonlySet<string>): void {
    if (ids.size === 0) return
    // `filter` would close the holes up.
    let to = 0
    for (let from = 0; from < this.#ids.length; from++) {
      const id = this.#ids[from]
      if (id !== undefined && ids.has(id)) {
        if (this.#total !== undefined) this.#total--
        continue
      }
      this.#ids[to++] = id
    }
    this.#ids.length = to
  }

  #firstHole(): number {
    const hole = this.#ids.findIndex((id) => id === undefined)
    return hole === -1 ? this.#ids.length : hole
  }

  #cutAtHole(): void {
    this.#ids.length = this.#firstHole()
  }

  #insert(id: string, index: number): void {
    if (this.#ids.includes(id)) return
    // Beyond what is known nothing is known either: the row is read when it is looked at.
    if (index <= this.#ids.length) this.#ids.splice(index, 0, id)
    if (this.#total !== undefined) this.#total++
  }

  #fail(error: unknown): void {
    this.#error = error
    this.changed.notify()
  }
}
