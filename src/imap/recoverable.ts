/**
 * The mailbox of what was deleted, as this door shows it: listed, read and searched like any other,
 * open for reading only; COPY and MOVE out of it bring messages back. RFC 9051 §6.3.2.
 */
import type { AccountGrant } from '../access/types.ts'
import type { Mailbox } from '../store/types.ts'
import type { Session } from './session.ts'

/** RFC 4314 §2.1, as MYRIGHTS tells them there. */
const recoverableRights = 'lr'

export function rightsIn(mailbox: Mailbox, grant: AccountGrant): string {
  if (isRecoverable(mailbox)) return recoverableRights
  return grant.rights + (grant.mailboxes?.get(mailbox.id) ?? '')
}

export function isRecoverable({ role }: Pick<Mailbox, 'role'>): boolean {
  return role === 'recoverable'
}

/** @throws Refusal('not-permitted') */
export function permitRead(session: Session, mailbox: Mailbox, grant: AccountGrant): void {
  session.permit('mail.read', grant, mailbox.id)
  if (isRecoverable(mailbox)) session.permit('mail.recover', grant, mailbox.id)
}

export function mayRead(session: Session, mailbox: Mailbox, grant: AccountGrant): boolean {
  return session.may('mail.read', grant, mailbox.id) && mayLookUp(session, mailbox, grant)
}

/** Whether he sees that it is there, given that he may look into the account. */
export function mayLookUp(session: Session, mailbox: Mailbox, grant: AccountGrant): boolean {
  // Somebody may have been let into some mailboxes only.
  if (grant.mailboxes !== undefined && !session.may('mail.lookup', grant, mailbox.id)) return false
  return !isRecoverable(mailbox) || session.may('mail.recover', grant, mailbox.id)
}
