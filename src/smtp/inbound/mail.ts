/** MAIL FROM: begins a transaction. RFC 5321 §4.1.1.2; parameters: `wire/mail-arguments.ts`. */
import { type Millis, secondMs } from '../../base/clock.ts'
import { delayedSendMs } from '../../delivery/limits.ts'
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
    isSubmission: principal !== undefined,
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
  const now = session.services.clock.now()
  const times = timesOf(parsed, now)
  // RFC 4865 §4: no further ahead than we said, and not after it is to be there.
  const { holdUntil = now, deliverBy } = times
  if (
    holdUntil > now + delayedSendMs ||
    (deliverBy && holdUntil > now && deliverBy.at <= holdUntil)
  ) {
    session.refuse(pathFaults['bad-parameter'])
    return
  }
  if (!mayPass(session)) {
    session.refuse(replies.tooFast)
    return
  }
  if (principal !== undefined) delivery.checkSender(principal, parsed.reversePath)
  const { octetsDeclared } = parsed
  const priority = principal && delivery.priorityFor(principal, parsed.priority)
  const envelope = {
    ...toEnvelope(parsed),
    ...times,
    ...(priority === undefined ? {} : { priority }),
  }
  session.transaction = { envelope, octetsDeclared, recipients: [] }
  session.say(priority === parsed.priority ? replies.senderOk : changedPriority(priority ?? 0))
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

/** RFC 6710 §4.1: it is taken, and the sender hears as what. */
function changedPriority(priority: number): Reply {
  const text = `${priority} is the new priority assigned to the message`
  return { code: 250, enhanced: '2.3.6', text }
}

/** On our clock, so that it does not matter how long anything takes from here. */
function timesOf(
  { hold, deliverBy }: MailArguments,
  now: Millis,
): Pick<Envelope, 'holdUntil' | 'deliverBy'> {
  const until = hold && ('until' in hold ? hold.until : now + hold.seconds * secondMs)
  return {
    // A time that is over is now.
    ...(until === undefined || until <= now ? {} : { holdUntil: until }),
    ...(deliverBy && {
      deliverBy: {
        at: now + deliverBy.seconds * secondMs,
        mode: deliverBy.mode,
        isTraced: deliverBy.isTraced,
      },
    }),
  }
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
