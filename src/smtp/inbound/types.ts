/**
 * What the files of the verbs see of a session. One verb, one file, one function: it reads its
 * argument, asks who decides, says one reply. RFC 5321 §4.1.
 */
import type { Access, Principal } from '../../access/types.ts'
import type { Clock } from '../../base/clock.ts'
import type { Delivery, Envelope, Peer, RecipientWish } from '../../delivery/types.ts'
import type { Connection } from '../../net/connection.ts'
import type { RateLimit } from '../../net/rate-limit.ts'
import type { Telemetry } from '../../telemetry/create-telemetry.ts'
import type { SmtpLimits } from '../limits.ts'
import type { MemoryBudget } from '../../net/memory-budget.ts'
import type { LineReader } from '../wire/line-reader.ts'
import type { Reply } from '../wire/reply.ts'
import type { Deadlines } from './deadlines.ts'

/** `relay`: port 25, from strangers to us. `submission`: ours, signed in (RFC 6409). */
export type Mode = 'relay' | 'submission'

/** What all sessions of a server share. */
export interface Services {
  readonly mode: Mode
  readonly hostname: string
  readonly delivery: Delivery
  readonly access: Access
  readonly clock: Clock
  readonly limits: SmtpLimits
  readonly budget: MemoryBudget
  readonly messageRate: RateLimit
  readonly globalMessageRate: RateLimit
  readonly telemetry: Pick<Telemetry, 'log' | 'metrics'> | undefined
}

/** From MAIL to the end of DATA. */
export interface Transaction {
  readonly envelope: Envelope
  readonly octetsDeclared: number | undefined
  readonly recipients: RecipientWish[]
}

export interface Session {
  /** Names the session in our log. */
  readonly id: string
  readonly services: Services
  readonly connection: Connection
  readonly input: LineReader
  /** Set by EHLO and HELO. */
  helo: { readonly name: string; readonly isExtended: boolean } | undefined
  principal: Principal | undefined
  transaction: Transaction | undefined
  /** Messages accepted, and those refused after DATA: MAILMAX counts both. */
  messages: number
  /** Refused commands since the last accepted message. */
  errors: number
  failedSignIns: number

  /** Adds to what is written when the batch is done. */
  say(reply: Reply): void
  sayLines(code: number, lines: readonly string[]): void
  /** Says a "no" and counts it. */
  refuse(reply: Reply): void
  /** Writes all replies at once. */
  flush(): void
  /** Says the last reply of this connection; no further command is read. */
  sayGoodbye(reply: Reply): void
  /** The next line of an exchange; undefined when the peer has gone or the line is no line. */
  askLine(octetsMax: number): Promise<string | undefined>
  /** True when octets have come, false when none will. Replies are written first. */
  more(): Promise<boolean>
  /** Which time-outs hold now. */
  readonly deadlines: Deadlines
  /** Back to the state after connecting, in TLS (RFC 3207 §4.2). */
  upgrade(reply: Reply): Promise<void>
  signedIn(principal: Principal): void
  /** A message was accepted: the counts of what led nowhere begin anew. */
  accepted(): void
}

export type Verb = (session: Session, argument: string) => void | Promise<void>

/** The peer as delivery wants it. `protocol`: RFC 3848 §2, RFC 6531 §4.3. */
export function peerOf({ connection, helo, principal }: Session, envelope: Envelope): Peer {
  const { remoteAddress, tls } = connection
  const security = `${tls === undefined ? '' : 'S'}${principal === undefined ? '' : 'A'}`
  const base = envelope.isSmtpUtf8 ? 'UTF8SMTP' : helo?.isExtended === true ? 'ESMTP' : 'SMTP'
  const protocol = base === 'SMTP' ? base : base + security
  const peer = { remoteAddress, heloName: helo?.name ?? '', protocol }
  return tls === undefined ? peer : { ...peer, tls }
}
