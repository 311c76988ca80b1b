/** Sequence and UID sets, RFC 9051 §9 `sequence-set`, with `$` of SEARCHRES (RFC 9051 §6.4.4.1). */
import { BadSyntax } from './bad-syntax.ts'
import type { Cursor } from './cursor.ts'

/** `*`: the largest number in use. Zero is no message number, so it is free. */
export const star = 0

export interface NumberSet {
  /** Flat pairs low, high, as written; `star` may stand in either place. */
  readonly ranges: readonly number[]
  /** `$`: the saved result. */
  readonly isSaved: boolean
}

export function parseNumberSet(cursor: Cursor): NumberSet {
  if (cursor.trySkip('$')) return { ranges: [], isSaved: true }
  const ranges: number[] = []
  do {
    const first = parseNumber(cursor)
    const last = cursor.trySkip(':') ? parseNumber(cursor) : first
    ranges.push(first, last)
  } while (cursor.trySkip(','))
  return { ranges, isSaved: false }
}

function parseNumber(cursor: Cursor): number {
  return cursor.trySkip('*') ? star : cursor.nonZero()
}

/** Numbers without `*`, for known UIDs (RFC 7162 §3.2.5.2). */
export function parsePlainSet(cursor: Cursor): NumberSet {
  const set = parseNumberSet(cursor)
  if (set.isSaved || set.ranges.includes(star)) throw new BadSyntax('Only numbers are allowed here')
  return set
}

/** Ascending, disjoint pairs with `*` replaced by `largest`. */
export function resolveRanges(set: NumberSet, largest: number): readonly number[] {
  const { ranges } = set
  if (ranges.length === 2) return ordered(ranges[0] ?? 0, ranges[1] ?? 0, largest)
  const pairs: (readonly number[])[] = []
  for (let i = 0; i < ranges.length; i += 2) {
    pairs.push(ordered(ranges[i] ?? 0, ranges[i + 1] ?? 0, largest))
  }
  pairs.sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0))
  const merged: number[] = []
  for (const [low = 0, high = 0] of pairs) {
    const end = merged.length - 1
    const lastHigh = merged[end]
    if (lastHigh !== undefined && low <= lastHigh + 1) merged[end] = Math.max(lastHigh, high)
    else merged.push(low, high)
  }
  return merged
}

function ordered(first: number, last: number, largest: number): readonly number[] {
  const a = first === star ? largest : first
  const b = last === star ? largest : last
  return a <= b ? [a, b] : [b, a]
}

/** Whether resolved ranges hold a number. */
export function rangesHold(ranges: readonly number[], number: number): boolean {
  let low = 0
  let high = ranges.length / 2 - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    if (number < (ranges[middle * 2] ?? 0)) high = middle - 1
    else if (number > (ranges[middle * 2 + 1] ?? 0)) low = middle + 1
    else return true
  }
  return false
}

/** `1:3,7`: the order of the numbers is kept (RFC 4315 §3 pairs two sets by position). */
export function formatNumberSet(numbers: ArrayLike<number>): string {
  let text = ''
  for (let i = 0; i < numbers.length;) {
    const first = numbers[i] ?? 0
    let last = first
    i += 1
    while (i < numbers.length && numbers[i] === last + 1) {
      last += 1
      i += 1
    }
    text += `${text === '' ? '' : ','}${first === last ? first : `${first}:${last}`}`
  }
  return text
}
