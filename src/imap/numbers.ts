/** From the client's sequence and UID sets to places in the view, RFC 9051 §2.3.1, §6.4.4.1. */
import type { SelectedMailbox } from './selected-mailbox.ts'
import { BadSyntax } from './wire/bad-syntax.ts'
import { resolveRanges, star, type NumberSet } from './wire/sequence-set.ts'

/**
 * Ascending indexes, each once. UIDs that do not exist are passed over (RFC 9051 §6.4.9); a message
 * number that does not exist is an error of the client.
 */
export function indexesOf(
  view: SelectedMailbox,
  set: NumberSet,
  isUid: boolean,
): readonly number[] {
  if (set.isSaved) return savedIndexes(view)
  return isUid ? indexesOfUids(view, set) : indexesOfNumbers(view, set)
}

function savedIndexes(view: SelectedMailbox): readonly number[] {
  const indexes = view.savedUids.map((uid) => view.indexOfUid(uid))
  return indexes.filter((index) => index >= 0)
}

function indexesOfNumbers(view: SelectedMailbox, set: NumberSet): readonly number[] {
  const indexes: number[] = []
  checkNumbers(view, set)
  const ranges = resolveRanges(set, view.count)
  for (let i = 0; i < ranges.length; i += 2) {
    const last = Math.min(ranges[i + 1] ?? 0, view.count)
    for (let number = Math.max(1, ranges[i] ?? 0); number <= last; number += 1) {
      indexes.push(number - 1)
    }
  }
  return indexes
}

/** A range that reaches into the mailbox is cut; one that lies outside is an error. */
function checkNumbers(view: SelectedMailbox, { ranges }: NumberSet): void {
  for (let i = 0; i < ranges.length; i += 2) {
    const first = ranges[i] ?? 0
    const last = ranges[i + 1] ?? 0
    if (first !== star && last !== star && Math.min(first, last) > view.count) {
      throw new BadSyntax('There is no message of that number')
    }
  }
}

function indexesOfUids(view: SelectedMailbox, set: NumberSet): readonly number[] {
  const indexes: number[] = []
  if (view.count === 0) return indexes
  const ranges = resolveRanges(set, view.lastUid)
  for (let i = 0; i < ranges.length; i += 2) {
    const high = ranges[i + 1] ?? 0
    for (let index = view.firstIndexFrom(ranges[i] ?? 0); index < view.count; index += 1) {
      if (view.uidAt(index) > high) break
      indexes.push(index)
    }
  }
  return indexes
}

export function uidsAt(view: SelectedMailbox, indexes: readonly number[]): readonly number[] {
  return indexes.map((index) => view.uidAt(index))
}
