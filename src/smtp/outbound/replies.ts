/** What is said where no other server spoke: replies of our own, RFC 3463. */
import type { Outcome, QueueReply } from '../../queue/types.ts'
import { replyCharsMax } from './limits.ts'

export const ourReplies = {
  noSuchDomain: { code: 550, enhanced: '5.1.2', text: 'There is no such domain' },
  /** RFC 7505 §4.2. */
  nullMx: { code: 556, enhanced: '5.1.10', text: 'This domain takes no mail' },
  loop: { code: 554, enhanced: '5.4.6', text: 'The mail servers of this domain are ourselves' },
  noAddress: {
    code: 451,
    enhanced: '4.4.4',
    text: 'The mail servers of this domain have no address',
  },
  dns: { code: 451, enhanced: '4.4.3', text: 'The name servers of this domain do not answer' },
  noAnswer: { code: 421, enhanced: '4.4.1', text: 'No mail server of this domain answers' },
  /** RFC 2852 §4: it is to come back. */
  tooLate: { code: 550, enhanced: '5.4.7', text: 'It cannot be there by the time it was to be' },
  noDeliverBy: {
    code: 550,
    enhanced: '5.4.7',
    text: 'That server keeps no time, and this mail is to come back when it is late',
  },
  broken: { code: 421, enhanced: '4.4.2', text: 'The connection broke' },
  tooLarge: { code: 552, enhanced: '5.3.4', text: 'The message is too large for that server' },
  /** RFC 6531 §3.2. */
  noUtf8: { code: 550, enhanced: '5.6.7', text: 'That server takes no international addresses' },
  /** RFC 3463 §3.8: what the mail must have, the other side has not. */
  noStartTls: {
    code: 451,
    enhanced: '4.7.4',
    text: 'That server offers no encryption, and this mail goes only encrypted; it waits',
  },
  badCertificate: {
    code: 451,
    enhanced: '4.7.5',
    text: 'That server does not prove who it is as it must; the mail waits',
  },
  notNamed: {
    code: 451,
    enhanced: '4.7.5',
    text: 'That server is not one that may have this mail; it waits',
  },
  notValidated: {
    code: 451,
    enhanced: '4.7.5',
    text: 'Nobody vouches for the name of that server, and this mail needs it; it waits',
  },
  dnssec: {
    code: 451,
    enhanced: '4.7.5',
    text: 'What the DNS says of that server cannot be validated now; the mail waits',
  },
  /** RFC 8689 §4.2.1. */
  noRequireTls: { code: 550, enhanced: '5.7.30', text: 'That server does not support REQUIRETLS' },
} as const satisfies Readonly<Record<string, QueueReply>>

/** By its code: 4xx waits, 5xx ends. */
export function outcomeOf(reply: QueueReply): Outcome {
  return { result: reply.code < 500 ? 'deferred' : 'failed', reply }
}

/** RFC 3463 §2: class, subject, detail. */
const replyPattern = /^(\d{3})[ -](?:(\d\.\d{1,3}\.\d{1,3}) )?/

/** What another server said, in one line of clean text. */
export function replyOf(code: number, response: string): QueueReply {
  const line = response.split('\n').at(-1) ?? ''
  const found = replyPattern.exec(line)
  const status = found?.[2]
  const own = code < 500 ? '4.0.0' : '5.0.0'
  const text = line.slice(found?.[0].length ?? 0).replaceAll(/[^\x20-\x7e]/g, '?')
  const enhanced = status !== undefined && status[0] === own[0] ? status : own
  return { code, enhanced, text: text.slice(0, replyCharsMax) }
}
