/** Which flags a person may change: RFC 4314 §4, through `access`. */
import type { AccountGrant, Act } from '../access/types.ts'
import { flagBits } from '../store/types.ts'
import type { Session } from './session.ts'
import type { Flags } from './wire/flags.ts'

/** \Seen needs s, \Deleted t, all others w. */
export function actOfFlag(name: string): Act {
  if (name === '\\Seen') return 'mail.seen'
  return name === '\\Deleted' ? 'mail.delete-message' : 'mail.write'
}

/** System flags he may change, as bits. */
export function changeableBits(session: Session, grant: AccountGrant, mailboxId: string): number {
  let bits = 0
  for (const [name, bit] of Object.entries(flagBits)) {
    if (session.may(actOfFlag(name), grant, mailboxId)) bits |= bit
  }
  return bits
}

/** Those of the flags he may set; the rest is left out (RFC 4314 §4, APPEND and COPY). */
export function permitFlags(
  session: Session,
  flags: Flags,
  grant: AccountGrant,
  mailboxId: string,
): Flags {
  if (flags.bits === 0 && flags.keywords.length === 0) return flags
  const mayWrite = session.may('mail.write', grant, mailboxId)
  return {
    bits: flags.bits & changeableBits(session, grant, mailboxId),
    keywords: mayWrite ? flags.keywords : [],
  }
}
