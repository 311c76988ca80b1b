/** The messages of the selected mailbox that a key finds, and what SAVE keeps of them. */
import type { Session } from '../session.ts'
import type { SearchReturn } from '../wire/parse-return.ts'
import { withinWindow } from '../wire/parse-return.ts'
import type { SearchKey } from '../wire/parse-search.ts'
import { recordSearch } from './record-search.ts'
import { scanMailbox } from './scan.ts'

/** A search that fails leaves nothing saved (RFC 9051 §6.4.4.1). */
export async function findMessages(
  session: Session,
  key: SearchKey,
  tag: string,
  returns?: SearchReturn,
): Promise<readonly number[]> {
  const view = session.mailbox
  if (hasModSeq(key)) session.enabled.isCondstore = true
  try {
    const uids = await scanMailbox(session, { view, key, tag })
    await recordSearch(session, view, key, uids)
    return uids
  } catch (error) {
    if (returns?.isSave === true) view.savedUids = []
    throw error
  }
}

/**
 * With MIN, MAX or PARTIAL and no ALL or COUNT, only what was told is saved (RFC 9051 §6.4.4.1,
 * RFC 9394 §3.2). @param uids in the order of the answer.
 */
export function savedOf(uids: readonly number[], returns: SearchReturn): readonly number[] {
  const { isMin, isMax, isAll, isCount, window } = returns
  if (isAll || isCount || !(isMin || isMax || window !== undefined)) return ascending(uids)
  const told = new Set(window === undefined ? [] : withinWindow(uids, window))
  const first = uids.at(0)
  const last = uids.at(-1)
  if (isMin && first !== undefined) told.add(first)
  if (isMax && last !== undefined) told.add(last)
  return ascending([...told])
}

function ascending(uids: readonly number[]): readonly number[] {
  return uids.toSorted((a, b) => a - b)
}

export function hasModSeq(key: SearchKey): boolean {
  if (key.kind === 'fuzzy') return hasModSeq(key.near)
  if (key.kind === 'not') return hasModSeq(key.key)
  if (key.kind === 'and' || key.kind === 'or') return key.keys.some(hasModSeq)
  return key.kind === 'modseq'
}
