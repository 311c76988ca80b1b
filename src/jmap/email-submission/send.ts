/** One EmailSubmission is made: the message leaves now, or waits for its time. RFC 8621 §7.5. */
import { isRefusal } from '../../base/refusal.ts'
import type { Envelope, Sending } from '../../delivery/types.ts'
import type { CopyFate } from '../../store/submissions/submissions.ts'
import type { Account } from '../core/account.ts'
import { formatUtcDate } from '../core/arguments.ts'
import type { MethodCall } from '../core/call.ts'
import type { JsonObject } from '../core/json.ts'
import { invalidProperties, SetRefusal } from '../core/method-error.ts'
import { readContent } from '../email/get.ts'
import { identitiesOf } from '../identity/identity.ts'
import { envelopeOf, type SubmissionEnvelope } from './envelope.ts'

const settable = ['identityId', 'emailId', 'envelope']

export async function send(call: MethodCall, account: Account, object: JsonObject) {
  const wrong = Object.keys(object).filter((name) => !settable.includes(name))
  if (wrong.length > 0) throw invalidProperties(...wrong)
  const { identityId, emailId } = object
  const identity = (await identitiesOf(account)).find(({ id }) => id === identityId)
  if (identity === undefined) throw invalidProperties('identityId')
  const reading = await account.read()
  const email = typeof emailId === 'string' ? reading.find(call.args.resolveId(emailId)) : undefined
  if (email === undefined) throw invalidProperties('emailId')
  await account.recordRead([email], reading)
  const message = await readContent(account, reading, email)
  if (message === undefined) throw invalidProperties('emailId')
  const now = call.parts.clock.now()
  const envelope = envelopeOf(object['envelope'] ?? null, { email: identity.email, message, now })
  const sending = await sendingOf(call, envelope)
  const { dueAt, mailFrom, recipients, parameters } = envelope
  const copies = await acceptableOr(() => submit(call, sending, message, dueAt === undefined))
  const { threadId } = email
  const asked = parameters === undefined ? {} : { parameters }
  const of = { identityId: identity.id, emailId: email.id, threadId }
  // Whom a list or a redirect led to is not the sender's to know.
  const named = copies?.filter(({ forwardPath }) => recipients.includes(forwardPath))
  const known = named === undefined ? {} : { copies: named }
  const facts = { ...of, mailFrom, recipients, ...asked, ...known }
  const held = dueAt === undefined ? undefined : { dueAt, messageId: email.id, sending }
  const { id, sentAt } = await account.parts.store.addSubmission(account.id, facts, held)
  const undoStatus = held === undefined ? 'final' : 'pending'
  return { id, emailId: email.id, threadId, sendAt: formatUtcDate(sentAt), undoStatus }
}

/** What is to leave later is asked about as if it left now. */
async function submit(
  { parts: { delivery } }: MethodCall,
  sending: Sending,
  message: Buffer,
  isNow: boolean,
): Promise<readonly CopyFate[] | undefined> {
  const { principal, peer, envelope, recipients } = sending
  if (isNow) return (await delivery.submit(principal, peer, envelope, recipients, message)).copies
  await delivery.checkSubmission(sending, message)
  return undefined
}

async function acceptableOr<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (isRefusal(error, 'invalid')) throw new SetRefusal({ type: 'invalidEmail', properties: [] })
    throw error
  }
}

/** All that is asked before a message is taken, now or for later. */
export async function sendingOf(
  { parts, principal, remoteAddress }: MethodCall,
  { mailFrom, recipients }: SubmissionEnvelope,
): Promise<Sending> {
  if (recipients.length === 0) throw new SetRefusal({ type: 'noRecipients' })
  const { delivery, recipientsMax } = parts
  if (recipients.length > recipientsMax)
    throw new SetRefusal({ type: 'tooManyRecipients', maxRecipients: recipientsMax })
  try {
    delivery.checkSender(principal, mailFrom)
  } catch (error) {
    if (isRefusal(error)) throw new SetRefusal({ type: 'forbiddenMailFrom' })
    throw error
  }
  // oxlint-disable-next-line no-control-regex -- whether all is ASCII is the question
  const isSmtpUtf8 = ![mailFrom, ...recipients].every((each) => /^[\x00-\x7f]*$/.test(each))
  const envelope: Envelope = { reversePath: mailFrom, isSmtpUtf8, requiresTls: false }
  const wishes = recipients.map((forwardPath) => ({ forwardPath }))
  const invalid: string[] = []
  for (const wish of wishes) {
    try {
      await delivery.checkSubmissionRecipient(principal, envelope, wish)
    } catch (error) {
      if (!isRefusal(error, 'no-such-address') && !isRefusal(error, 'invalid')) throw error
      invalid.push(wish.forwardPath)
    }
  }
  if (invalid.length > 0)
    throw new SetRefusal({ type: 'invalidRecipients', invalidRecipients: invalid })
  const peer = { remoteAddress, heloName: '', protocol: 'JMAP' }
  return { principal, peer, envelope, recipients: wishes }
}
