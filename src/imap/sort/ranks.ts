/**
 * The order of a mailbox's messages by what they can be sorted by, as numbers: made once for many SORTs. Messages
 * that are equal have the same number. What leaves the mailbox changes nothing, what arrives asks for it anew.
 */
import { setImmediate } from 'node:timers/promises'
import type { Clock, Millis } from '../../base/clock.ts'
import { minuteMs } from '../../base/clock.ts'
import { ranksOctetsMax } from '../limits.ts'
import type { CriterionKind } from '../wire/parse-sort.ts'

/** As long as anything read from messages is remembered. */
const keptMs = 10 * minuteMs

export interface Ranks {
  /** Ascending. */
  readonly uids: Uint32Array
  readonly ranks: Uint32Array
}

interface Kept extends Ranks {
  readonly until: Millis
}

/** One for each node, shared by its sessions. */
export class RankCache {
  readonly #clock: Clock
  /** By mailbox and criterion, the longest unused first. */
  readonly #kept = new Map<string, Kept>()
  #octets = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Undefined: there is none that has all of these. @param uids ascending. */
  find(mailbox: string, kind: CriterionKind, uids: readonly number[]): Ranks | undefined {
    const key = `${mailbox} ${kind}`
    const kept = this.#kept.get(key)
    if (kept === undefined) return undefined
    this.#drop(key, kept)
    if (kept.until <= this.#clock.now() || !hasAll(kept.uids, uids)) return undefined
    this.#add(key, kept)
    return kept
  }

  keep(mailbox: string, kind: CriterionKind, ranks: Ranks): void {
    const key = `${mailbox} ${kind}`
    const before = this.#kept.get(key)
    if (before !== undefined) this.#drop(key, before)
    this.#add(key, { ...ranks, until: this.#clock.now() + keptMs })
    for (const [oldest, kept] of this.#kept) {
      if (this.#octets <= ranksOctetsMax) break
      this.#drop(oldest, kept)
    }
  }

  #add(key: string, kept: Kept): void {
    this.#kept.set(key, kept)
    this.#octets += octetsOf(kept)
  }

  #drop(key: string, kept: Kept): void {
    this.#kept.delete(key)
    this.#octets -= octetsOf(kept)
  }
}

function octetsOf({ uids, ranks }: Ranks): number {
  return uids.byteLength + ranks.byteLength
}

function hasAll(known: Uint32Array, uids: readonly number[]): boolean {
  let at = 0
  for (const uid of uids) {
    while (at < known.length && (known[at] ?? 0) < uid) at += 1
    if (known[at] !== uid) return false
  }
  return true
}

/**
 * Others are let in while it sorts: half a million values take a second.
 * @param values of the messages of `uids`, by which they are compared.
 */
export async function ranksOf(
  uids: Uint32Array,
  values: readonly (string | number)[],
): Promise<Ranks> {
  const order = await sortInRuns(values.length, (a, b) => {
    const [x = '', y = ''] = [values[a], values[b]]
    return x < y ? -1 : x > y ? 1 : 0
  })
  const ranks = new Uint32Array(values.length)
  let rank = 0
  for (let at = 0; at < order.length; at += 1) {
    const [place = 0, before = 0] = [order[at], order[at - 1]]
    if (at > 0 && values[place] !== values[before]) rank += 1
    ranks[place] = rank
  }
  return { uids, ranks }
}

/** Sorted at once: some milliseconds. */
const runLength = 8_192

/** Places 0 to `count` in order: sorted by runs, then two runs and two made one. */
async function sortInRuns(
  count: number,
  compare: (a: number, b: number) => number,
): Promise<Uint32Array> {
  let from = Uint32Array.from({ length: count }, (_, at) => at)
  for (let start = 0; start < count; start += runLength) {
    from.subarray(start, start + runLength).sort(compare)
    await setImmediate()
  }
  let to = new Uint32Array(count)
  for (let length = runLength; length < count; length *= 2) {
    for (let start = 0; start < count; start += 2 * length)
      await mergeRuns(from, to, { start, length }, compare)
    ;[from, to] = [to, from]
  }
  return from
}

async function mergeRuns(
  from: Uint32Array,
  to: Uint32Array,
  { start, length }: { readonly start: number; readonly length: number },
  compare: (a: number, b: number) => number,
): Promise<void> {
  const middle = Math.min(start + length, from.length)
  const end = Math.min(start + 2 * length, from.length)
  let [left, right] = [start, middle]
  for (let at = start; at < end; at += 1) {
    const isLeft =
      right >= end || (left < middle && compare(from[left] ?? 0, from[right] ?? 0) <= 0)
    to[at] = from[isLeft ? left++ : right++] ?? 0
    if ((at - start) % runLength === runLength - 1) await setImmediate()
  }
}

export interface RankedBy {
  readonly ranks: Ranks
  readonly isReverse: boolean
}

/** RFC 5256 §3: what is equal stands in the order of the mailbox. @param uids ascending. */
export function sortByRanks(uids: readonly number[], by: readonly RankedBy[]): readonly number[] {
  const columns = by.map(({ ranks, isReverse }) => rankColumn(uids, ranks, isReverse))
  const [only] = columns
  if (only !== undefined && columns.length === 1) return sortByOne(uids, only)
  const order = Uint32Array.from(uids, (_, at) => at).sort((a, b) => {
    for (const column of columns) {
      const difference = (column[a] ?? 0) - (column[b] ?? 0)
      if (difference !== 0) return difference
    }
    return a - b
  })
  return Array.from(order, (at) => uids[at] ?? 0)
}

function rankColumn(uids: readonly number[], { uids: known, ranks }: Ranks, isReverse: boolean) {
  const column = new Float64Array(uids.length)
  let place = 0
  for (const [at, uid] of uids.entries()) {
    while ((known[place] ?? Infinity) < uid) place += 1
    const rank = ranks[place] ?? 0
    column[at] = isReverse ? -rank : rank
  }
  return column
}

/** Rank and place in one number: numbers sort without a comparison of ours. */
function sortByOne(uids: readonly number[], column: Float64Array): readonly number[] {
  const places = uids.length
  const keys = column.map((rank, at) => rank * places + at).sort()
  return Array.from(keys, (key) => {
    const place = key % places
    return uids[place < 0 ? place + places : place] ?? 0
  })
}
