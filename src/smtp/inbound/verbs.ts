/** The verbs we know, each with its file. RFC 5321 §4.1.1, RFC 3207, RFC 4954. */
import { replies } from '../replies.ts'
import { auth } from './auth.ts'
import { bdat } from './bdat.ts'
import { data } from './data.ts'
import { ehlo, helo } from './ehlo.ts'
import { expn } from './expn.ts'
import { foreign } from './foreign.ts'
import { help } from './help.ts'
import { mail } from './mail.ts'
import { noop } from './noop.ts'
import { quit } from './quit.ts'
import { rcpt } from './rcpt.ts'
import { rset } from './rset.ts'
import { starttls } from './starttls.ts'
import type { Session, Verb } from './types.ts'
import { vrfy } from './vrfy.ts'

const verbs: ReadonlyMap<string, Verb> = new Map<string, Verb>([
  ['MAIL', mail],
  ['RCPT', rcpt],
  ['DATA', data],
  ['EHLO', ehlo],
  ['HELO', helo],
  ['STARTTLS', starttls],
  ['AUTH', auth],
  ['RSET', rset],
  ['NOOP', noop],
  ['QUIT', quit],
  ['VRFY', vrfy],
  ['EXPN', expn],
  ['HELP', help],
  ['BDAT', bdat],
  ['GET', foreign],
  ['POST', foreign],
  ['PUT', foreign],
  ['HEAD', foreign],
  ['OPTIONS', foreign],
  ['CONNECT', foreign],
])

export function findVerb(verb: string): Verb {
  return verbs.get(verb) ?? unknown
}

/** True for verbs that may be repeated for ever without a message coming of it. */
export function leadsNowhere(verb: string): boolean {
  return verb !== 'MAIL' && verb !== 'RCPT' && verb !== 'DATA'
}

function unknown(session: Session): void {
  session.refuse(replies.unknownCommand)
}
