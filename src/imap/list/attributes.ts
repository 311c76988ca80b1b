/** Mailbox attributes of LIST, RFC 9051 §7.3.1, RFC 6154 §2. */
import type { MailboxRole } from '../../store/types.ts'

const uses: Readonly<Record<MailboxRole, string | undefined>> = {
  inbox: undefined,
  archive: '\\Archive',
  drafts: '\\Drafts',
  flagged: '\\Flagged',
  junk: '\\Junk',
  sent: '\\Sent',
  trash: '\\Trash',
  important: '\\Important',
  // No special use is registered for it: a program would not know what to do there.
  recoverable: undefined,
}

export function attributesOf(role: MailboxRole | undefined): readonly string[] {
  const use = role === undefined ? undefined : uses[role]
  return use === undefined ? [] : [use]
}

/** `\Sent` → `sent`; undefined: no such use. */
export function roleOf(attribute: string): MailboxRole | undefined {
  const wanted = attribute.toLowerCase()
  // The record is total over MailboxRole, so its keys are roles.
  const roles = Object.keys(uses) as MailboxRole[]
  return roles.find((role) => uses[role]?.toLowerCase() === wanted)
}
