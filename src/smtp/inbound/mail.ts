/** MAIL FROM: begins a transaction. RFC 5321 §4.1.1.2; parameters: `wire/mail-arguments.ts`. */
import type { Envelope } from '../../delivery/types.ts'
import { isLoopback, peerKey } from '../../net/peer-address.ts'
import { pathFaults, replies } from '../replies.ts'
import { type MailArguments, parseMailArguments } from '../wire/mail-arguments.ts'
import type { Reply } from '../wire/reply.ts'
import type { Session } from './types.ts'

export function mail(session: Session, argument: string): void {
  const { delivery, limits } = session.services
  const { principal } = session
  if (session.messages >= limits.messagesMax) {
    session.sayGoodbye(replies.tooManyMessages)
    return
  }
  const fault = findFault(session)
  if (fault !== undefined) {
    session.refuse(fault)
    return
  }
  const parsed = parseMailArguments(argument, {
    hasRequireTls: session.connection.tls !== undefined,
  })
  if (typeof parsed === 'string') {
    session.refuse(pathFaults[parsed])
    return
  }
  // RFC 1870 §6.1
  if ((parsed.octetsDeclared ?? 0) > limits.messageOctetsMax) {
    session.refuse(replies.tooLarge)
    return
  }
  if (!mayPass(session)) {
    session.refuse(replies.tooFast)
    return
  }
  if (principal !== undefined) delivery.checkSender(principal, parsed.reversePath)
  const { octetsDeclared } = parsed
  session.transaction = { envelope: toEnvelope(parsed), octetsDeclared, recipients: [] }
  session.say(replies.senderOk)
}

function findFault({ helo, principal, services, transaction }: Session): Reply | undefined {
  if (helo === undefined) return replies.heloFirst
  if (transaction !== undefined) return replies.mailTwice
  // RFC 6409 §4.3
  if (services.mode === 'submission' && principal === undefined) return replies.signInNeeded
  return undefined
}

function mayPass({ connection, services }: Session): boolean {
  const { limits, messageRate, globalMessageRate } = services
  if (limits.isLoopbackExempt && isLoopback(connection.remoteAddress)) return true
  return messageRate.take(peerKey(connection.remoteAddress)) && globalMessageRate.take('')
}

function toEnvelope(parsed: MailArguments): Envelope {
  const { reversePath, envelopeId, ret, isSmtpUtf8, requiresTls } = parsed
  return {
    reversePath,
    isSmtpUtf8,
    requiresTls,
    ...(envelopeId === undefined ? {} : { envelopeId }),
    ...(ret === undefined ? {} : { ret }),
  }
}
