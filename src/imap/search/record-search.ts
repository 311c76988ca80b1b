/** Who learns which messages hold a text has searched in them: in somebody else's mail it is recorded. */
import { isRecoverable } from '../recoverable.ts'
import type { SelectedMailbox } from '../selected-mailbox.ts'
import { isOthers, type Session } from '../session.ts'
import { formatSearch } from '../wire/format-search.ts'
import type { SearchKey } from '../wire/parse-search.ts'
import { levelOf } from './compile.ts'

/** Before the result is told. Flags, numbers, sizes and arrival are what a listing shows as well. */
export async function recordSearch(
  session: Session,
  view: SelectedMailbox,
  key: SearchKey,
  uids: readonly number[],
): Promise<void> {
  if (!looksInside(key) || !isOthers(view.place.mount.grant)) return
  const where = isRecoverable(view) ? 'recoverable' : 'mail'
  await session.recordSearch(view, { where, query: formatSearch(key), uids })
}

export function looksInside(key: SearchKey): boolean {
  const level = levelOf(key)
  return level === 'summary' || level === 'content'
}
