/** RCPT TO: accepts or refuses one forward-path. RFC 5321 §4.1.1.3, RFC 3461 §4. */
import type { RecipientWish } from '../../delivery/types.ts'
import { pathFaults, replies } from '../replies.ts'
import { type RcptArguments, parseRcptArguments } from '../wire/rcpt-arguments.ts'
import type { Session } from './types.ts'

export async function rcpt(session: Session, argument: string): Promise<void> {
  const { principal, services, transaction } = session
  if (transaction === undefined) {
    session.refuse(replies.mailFirst)
    return
  }
  const { envelope, octetsDeclared, recipients } = transaction
  const parsed = parseRcptArguments(argument, envelope.isSmtpUtf8)
  if (typeof parsed === 'string') {
    session.refuse(pathFaults[parsed])
    return
  }
  // RFC 5321 §4.5.3.1.10: no error of the client's, it sends the rest in another transaction.
  if (recipients.length >= services.limits.recipientsMax) {
    session.say(replies.tooManyRecipients)
    return
  }
  const wish = toWish(parsed)
  await (principal === undefined
    ? services.delivery.checkRecipient(envelope, wish, octetsDeclared)
    : services.delivery.checkSubmissionRecipient(principal, envelope, wish))
  recipients.push(wish)
  session.say(replies.recipientOk)
}

function toWish({ forwardPath, notify, originalRecipient }: RcptArguments): RecipientWish {
  return {
    forwardPath,
    ...(notify === undefined ? {} : { notify }),
    ...(originalRecipient === undefined ? {} : { originalRecipient }),
  }
}
