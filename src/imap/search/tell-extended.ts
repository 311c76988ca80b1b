/** ESEARCH, RFC 9051 §7.3.4, with RFC 7162 §3.1.5, RFC 9394 §3.1, RFC 7377 §2.1, RFC 6203 §4. */
import type { Session } from '../session.ts'
import type { SearchReturn } from '../wire/parse-return.ts'
import { withinWindow } from '../wire/parse-return.ts'
import { formatNumberSet } from '../wire/sequence-set.ts'

export interface Extended {
  readonly tag: string
  readonly isUid: boolean
  /** Undefined: plain SEARCH of a client that has IMAP4rev2. */
  readonly returns: SearchReturn | undefined
  readonly modSeq: number | undefined
  /** Of each number, in the same order, where they are asked for. */
  readonly scores?: readonly number[] | undefined
  /** Which mailbox the numbers are of, where several are searched. */
  readonly where?: string
}

/** @param numbers in the order of the answer: as found, or sorted. */
export function tellExtended(
  session: Session,
  numbers: readonly number[],
  extended: Extended,
): void {
  const { returns, modSeq, tag, isUid, where = '', scores } = extended
  let text = `ESEARCH (TAG "${tag}"${where})${isUid ? ' UID' : ''}`
  const isAll = returns === undefined || returns.isAll
  if (numbers.length > 0) {
    if (returns?.isMin === true) text += ` MIN ${numbers.at(0)}`
    if (returns?.isMax === true) text += ` MAX ${numbers.at(-1)}`
    if (isAll) text += ` ALL ${formatNumberSet(numbers)}`
  }
  const window = returns?.window
  if (window !== undefined) {
    const shown = withinWindow(numbers, window)
    text += ` PARTIAL (${window.written} ${shown.length === 0 ? 'NIL' : formatNumberSet(shown)})`
  }
  if (returns !== undefined && scores !== undefined && numbers.length > 0) {
    text += ` RELEVANCY (${scoresTold(scores, returns).join(' ')})`
  }
  if (returns?.isCount === true) text += ` COUNT ${numbers.length}`
  if (modSeq !== undefined) text += ` MODSEQ ${modSeq}`
  if (!isSaveOnly(returns)) session.writer.untagged(text)
}

/** In the order of the numbers beside them. */
function scoresTold(scores: readonly number[], returns: SearchReturn): readonly number[] {
  const { isMin, isMax, isAll, window } = returns
  if (window !== undefined) return withinWindow(scores, window)
  if (isAll || !(isMin || isMax)) return scores
  return [...(isMin ? scores.slice(0, 1) : []), ...(isMax ? scores.slice(-1) : [])]
}

/** With SAVE alone nothing is told (RFC 9051 §6.4.4.1). */
function isSaveOnly(returns: SearchReturn | undefined): boolean {
  if (returns?.isSave !== true) return false
  const { isMin, isMax, isAll, isCount, isRelevancy, window } = returns
  return !(isMin || isMax || isAll || isCount || isRelevancy || window !== undefined)
}
