/** UIDBATCHES: ranges of UIDs that hold equally many messages, the newest first. RFC 10022. */
import { command, no, ok, selectedState } from '../command.ts'
import { uidBatchMessagesMax, uidBatchMin } from '../limits.ts'
import type { SelectedMailbox } from '../selected-mailbox.ts'
import { BadSyntax } from '../wire/bad-syntax.ts'
import type { Cursor } from '../wire/cursor.ts'
import { quote } from '../../mime/format-string.ts'

interface Request {
  readonly size: number
  /** Which batches, from 1. */
  readonly first: number
  readonly last: number
}

export const uidBatches = command({
  states: selectedState,
  parse(cursor: Cursor): Request {
    cursor.space()
    const size = cursor.nonZero()
    if (!cursor.trySkip(' ')) return { size, first: 1, last: Infinity }
    const first = cursor.nonZero()
    cursor.skip(':')
    const last = cursor.nonZero()
    if (last < first) throw new BadSyntax('The batches are counted upwards', 'CLIENTBUG')
    return { size, first, last }
  },
  run({ mailbox, writer }, { size, first, last }, tag) {
    if (size < uidBatchMin) return no('The batches are too small', 'TOOFEW')
    const asked = last === Infinity ? mailbox.count : (last - first + 1) * size
    if (asked > uidBatchMessagesMax) return no('Too many messages at once', 'TOOMANY')
    const ranges = batchesOf(mailbox, { size, first, last })
    writer.untagged(`UIDBATCHES (TAG ${quote(tag)})${ranges === '' ? '' : ` ${ranges}`}`)
    return ok('Those are the batches')
  },
})

/** Without gaps: the last batch reaches down to UID 1. */
function batchesOf(view: SelectedMailbox, { size, first, last }: Request): string {
  const ranges: string[] = []
  for (let batch = first; batch <= last; batch += 1) {
    const end = view.count - (batch - 1) * size
    if (end <= 0) break
    const below = end - size
    const low = below > 0 ? view.uidAt(below - 1) + 1 : 1
    ranges.push(`${view.uidAt(end - 1)}:${low}`)
  }
  return ranges.join(',')
}
