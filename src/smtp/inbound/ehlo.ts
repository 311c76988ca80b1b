/** EHLO and HELO. RFC 5321 §4.1.1.1, §4.1.4. */
import { dayMs, type Millis, secondMs } from '../../base/clock.ts'
import { delayedSendMs } from '../../delivery/limits.ts'
import { replies } from '../replies.ts'
import { isHeloName } from '../wire/command.ts'
import { attemptOf, maySignIn } from './sign-in.ts'
import type { Session } from './types.ts'

export function ehlo(session: Session, argument: string): void {
  if (!begin(session, argument, true)) return
  session.sayLines(250, [session.services.hostname, ...keywordsOf(session)])
}

export function helo(session: Session, argument: string): void {
  if (!begin(session, argument, false)) return
  session.say({ code: 250, text: session.services.hostname })
}

/** RFC 5321 §4.1.4: EHLO in a transaction is RSET too. */
function begin(session: Session, argument: string, isExtended: boolean): boolean {
  if (!isHeloName(argument)) {
    session.refuse(replies.badArguments)
    return false
  }
  session.helo = { name: argument, isExtended }
  session.transaction = undefined
  return true
}

/** RFC 4865 §4: how far ahead, in seconds and as a date that moves on with each day. */
function futureRelease(now: Millis): string {
  const until = new Date(Math.floor(now / dayMs) * dayMs + delayedSendMs)
  return `FUTURERELEASE ${delayedSendMs / secondMs} ${until.toISOString().replace('.000Z', 'Z')}`
}

function keywordsOf(session: Session): readonly string[] {
  const { connection, services } = session
  const { limits, access } = services
  const keywords = [
    'PIPELINING',
    `SIZE ${limits.messageOctetsMax}`,
    '8BITMIME',
    'SMTPUTF8',
    'DSN',
    'ENHANCEDSTATUSCODES',
    // RFC 2852 §3: any time is worth a try.
    'DELIVERBY',
    // RFC 9422 §4
    `LIMITS RCPTMAX=${limits.recipientsMax} MAILMAX=${limits.messagesMax}`,
  ]
  if (services.mode === 'submission')
    keywords.push(futureRelease(services.clock.now()), 'MT-PRIORITY')
  if (connection.canUpgrade) keywords.push('STARTTLS')
  // RFC 8689 §2: never in clear.
  if (connection.tls !== undefined) keywords.push('REQUIRETLS')
  if (maySignIn(session)) {
    const mechanisms = access.mechanisms(attemptOf(session))
    if (mechanisms.length > 0) keywords.push(`AUTH ${mechanisms.join(' ')}`)
  }
  return keywords
}
