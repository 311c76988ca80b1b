/** Sends mail on, and says so in the ledger of whose mail it is when somebody else did it for him. */
import type { Tx } from '../../db/types.ts'
import { setRedirect, type NewRedirect } from '../../directory/write/set-redirect.ts'
import type { ApprovedWriting, MailPorts } from '../opened-mail/open-mail.ts'
import { voicesOf } from '../opened-mail/open-mail.ts'

export async function sendOn(
  tx: Tx,
  { parts, ledger }: MailPorts,
  writing: ApprovedWriting,
  redirect: NewRedirect,
): Promise<void> {
  const { isByOwner, role, approvalId } = await setRedirect(tx, writing, redirect)
  const { principalId: byId } = writing.actor
  if (isByOwner || byId === undefined) return
  const approvedBy = await voicesOf(tx, parts, approvalId)
  const line = { byId, what: 'redirect', basis: 'role', role, until: redirect.to } as const
  await ledger.write(tx, redirect.accountId, { ...line, approvalId, approvedBy })
}
