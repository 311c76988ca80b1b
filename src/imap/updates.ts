/** Tells the client what happened in its mailbox: EXISTS, FETCH, EXPUNGE, VANISHED. RFC 9051 §7.4. */
import { isRefusal } from '../base/refusal.ts'
import { flagBits, type FlagsStored, type MailboxColumns } from '../store/types.ts'
import { forgetVanished } from './search/contexts.ts'
import type { Session } from './session.ts'
import { formatFlags } from './wire/flags.ts'
import { formatNumberSet } from './wire/sequence-set.ts'

/**
 * Brings the view up to date. `isForced`: also when nothing was announced (NOOP, CHECK, IDLE). EXISTS and FETCH are
 * written at once; expunges wait for `tellExpunges`.
 */
export async function syncMailbox(session: Session, isForced: boolean): Promise<void> {
  const { selected } = session
  if (selected === undefined || !(isForced || selected.isStale)) return
  const announced = selected.announcedModSeq
  const { grant } = selected.place.mount
  const { accountId } = grant
  session.permit('mail.read', grant, selected.id)
  const { store } = session.ports
  const viewer = session.principal.id
  // Asked for by the client: the latest. Otherwise what was announced is enough.
  const asOf = isForced ? undefined : announced
  const now = await ifThere(store.columns(accountId, selected.id, viewer, asOf))
  const { hasNew, changed } = selected.apply(now)
  // What was announced before the question is in the answer, or was another mailbox's change.
  selected.syncedModSeq = Math.max(selected.syncedModSeq, announced)
  tellNewKeywords(session)
  if (hasNew) tellExists(session)
  for (const index of changed) tellFlags(session, index)
}

/** Undefined: the mailbox is gone. */
async function ifThere(reading: Promise<MailboxColumns>): Promise<MailboxColumns | undefined> {
  try {
    return await reading
  } catch (error) {
    if (isRefusal(error, 'no-such-mailbox')) return undefined
    throw error
  }
}

/**
 * After this session changed flags itself: the view knows of it, and what others did meanwhile is told.
 * What became of its own change the command says.
 */
export function tellChanges(session: Session, { now, modSeq }: FlagsStored): void {
  const view = session.mailbox
  const { hasNew, changed } = view.apply(now)
  tellNewKeywords(session)
  if (hasNew) tellExists(session)
  for (const index of changed) if (view.modSeqAt(index) !== modSeq) tellFlags(session, index)
}

export function tellExists(session: Session): void {
  session.writer.untagged(`${session.mailbox.count} EXISTS`)
  // RFC 9051 has no \Recent; for IMAP4rev1 nothing is ever recent (RFC 3501 §2.3.2 allows it).
  if (!session.enabled.isRev2) session.writer.untagged('0 RECENT')
}

/** FETCH with flags; UID and MODSEQ go along once CONDSTORE is on (RFC 7162 §3.1.4, §3.2.4). */
export function tellFlags(session: Session, index: number, withUid = false): void {
  const view = session.mailbox
  if (view.isVanished(view.uidAt(index))) return
  const { isCondstore, isRev2, isUidOnly } = session.enabled
  const needsUid = (withUid || isCondstore || isRev2) && !isUidOnly
  const uid = needsUid ? `UID ${view.uidAt(index)} ` : ''
  const modSeq = isCondstore ? `MODSEQ (${view.modSeqAt(index)}) ` : ''
  const flags = formatFlags(view.flagsAt(index), view.keywordsAt(index))
  session.writer.untagged(`${fetchHead(session, index)} (${uid}${modSeq}FLAGS ${flags})`)
}

/** Which message a FETCH response is of: UIDFETCH where there are no numbers (RFC 9586 §3.1). */
export function fetchHead({ mailbox, enabled }: Session, index: number): string {
  return enabled.isUidOnly ? `${mailbox.uidAt(index)} UIDFETCH` : `${index + 1} FETCH`
}

/** FLAGS again when a keyword is new to the client (RFC 9051 §7.3.5). */
export function tellNewKeywords(session: Session): void {
  if (session.mailbox.takeHasNewKeywords()) tellKeywords(session)
}

export function tellKeywords(session: Session): void {
  const names = [...Object.keys(flagBits), ...session.mailbox.keywords]
  session.writer.untagged(`FLAGS (${names.join(' ')})`)
}

export function tellExpunges(session: Session): void {
  const { selected, writer } = session
  if (selected === undefined || !selected.hasVanished) return
  forgetVanished(session)
  const { uids, numbers } = selected.takeVanished()
  const { isQresync, isUidOnly } = session.enabled
  if (isQresync || isUidOnly) writer.untagged(`VANISHED ${formatNumberSet(uids)}`)
  else for (const number of numbers) writer.untagged(`${number} EXPUNGE`)
}
