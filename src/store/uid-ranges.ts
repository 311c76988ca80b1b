/** Ascending UIDs as ranges: a whole mailbox is one of them. */

export interface UidRanges {
  readonly lows: readonly number[]
  readonly highs: readonly number[]
}

/** @param uids ascending. */
export function rangesOf(uids: readonly number[]): UidRanges {
  const lows: number[] = []
  const highs: number[] = []
  for (const uid of uids) {
    const last = highs.length - 1
    if (highs[last] === uid - 1) highs[last] = uid
    else {
      lows.push(uid)
      highs.push(uid)
    }
  }
  return { lows, highs }
}
