/**
 * A message that SMTP was told to hold (RFC 4865) waits as one that JMAP was: filed in its sender's own
 * account, where he sees it and can take it back. docs/adr/0055-when-mail-leaves-and-arrives.md
 */
import type { Millis } from '../base/clock.ts'
import type { MailboxId } from '../base/id.ts'
import { Refusal } from '../base/refusal.ts'
import { flagBits } from '../store/types.ts'
import { findNamed } from './arrive.ts'
import type { Arriving } from './deliver.ts'
import { scheduledMailbox } from './limits.ts'
import type { DeliveryParts, StorePort } from './ports.ts'
import type { Delivered, Sending } from './types.ts'
import type { Principal } from '../access/types.ts'

/** @throws Refusal('over-quota' | 'too-many') */
export async function holdUntil(
  { store, clock }: DeliveryParts,
  { principal, peer, envelope, recipients, message }: Arriving & { readonly principal: Principal },
  dueAt: Millis,
): Promise<Delivered> {
  const account = principal.id
  const mailboxId = await scheduledIn(store, account)
  const copy = { octets: message, flags: flagBits['\\Seen'], keywords: [], receivedAt: clock.now() }
  const [filed] = await store.append(account, mailboxId, [copy], account)
  if (filed === undefined) throw new TypeError('one message was filed')
  const { messageId, uid } = filed
  const { holdUntil: _told, ...rest } = envelope
  const named = { mailFrom: envelope.reversePath, recipients: recipients.map(forwardPathOf) }
  const sending: Sending = {
    principal,
    peer,
    envelope: rest,
    recipients,
    filed: { mailboxId, uid },
  }
  const threadId = (await store.emails(account, account)).find(messageId)?.threadId ?? messageId
  // Who sends by SMTP has chosen no identity of JMAP's: this one is nobody's.
  const facts = { identityId: 'smtp', emailId: messageId, threadId, ...named }
  const { id } = await store.addSubmission(account, facts, { dueAt, messageId, sending })
  return { messageId: id, accepted: recipients.length }
}

const forwardPathOf = ({ forwardPath }: { readonly forwardPath: string }) => forwardPath

async function scheduledIn(store: StorePort, account: string): Promise<MailboxId> {
  const id = await findNamed(store, account, scheduledMailbox)
  if (id === undefined) throw new Refusal('no-such-mailbox', { account, what: scheduledMailbox })
  return id
}
