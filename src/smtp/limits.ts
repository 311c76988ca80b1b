/** Every number of the SMTP door, with its reason. */
import { hourMs, minuteMs, secondMs } from '../base/clock.ts'
import type { Rate } from '../net/rate-limit.ts'

const kib = 1024
const mib = 1024 * kib

export interface SmtpLimits {
  /** SIZE (RFC 1870): 25 MiB of attachments grow by a third in base64. */
  readonly messageOctetsMax: number
  /** RFC 5321 §4.5.3.1.8 asks for at least 100; a circular to a department fits in one message. */
  readonly recipientsMax: number
  /** LIMITS MAILMAX (RFC 9422): a busy peer reconnects now and then, so that nodes share its load. */
  readonly messagesMax: number
  /** Commands of one connection altogether: many messages to many recipients, but not for ever. */
  readonly commandsMax: number
  /** Commands that lead nowhere (NOOP, RSET, VRFY, EHLO) between two accepted messages. */
  readonly idleCommandsMax: number
  /** Refused commands between two accepted messages: a list with some stale members fits, a harvest does not. */
  readonly errorsMax: number
  /** Sign-ins that fail before the connection ends. */
  readonly signInsMax: number
  /** RFC 5321 §4.5.3.2.7: a server waits at least five minutes for a command. */
  readonly commandTimeoutMs: number
  /** RFC 5321 §4.5.3.2.5: three minutes for each block of content. */
  readonly blockTimeoutMs: number
  /** The content of one message altogether: 36 MiB at 20 KiB/s. */
  readonly dataTimeoutMs: number
  /** Slow on purpose: less than a modem's rate, once the first minute is over. */
  readonly dataOctetsPerSecondMin: number
  readonly dataRateGraceMs: number
  /** A connection altogether. */
  readonly sessionTimeoutMs: number
  /** Wait so long before the greeting and count who talks first; 0 greets at once. */
  readonly greetingDelayMs: number
  /** Content held in memory by all connections together, received but not yet delivered. */
  readonly heldOctetsMax: number
  readonly connectionsMax: number
  /** From one address: an office behind one translated address fits, a flood does not. */
  readonly connectionsPerPeerMax: number
  readonly connectionRate: Rate
  /** Messages from one address. */
  readonly messageRate: Rate
  /** Messages from all addresses. */
  readonly globalMessageRate: Rate
  /** Programs on this machine are not strangers: rates are not for them. */
  readonly isLoopbackExempt: boolean
}

export const defaultLimits: SmtpLimits = {
  messageOctetsMax: 36 * mib,
  recipientsMax: 1_000,
  messagesMax: 10_000,
  commandsMax: 1_000_000,
  idleCommandsMax: 200,
  errorsMax: 50,
  signInsMax: 3,
  commandTimeoutMs: 5 * minuteMs,
  blockTimeoutMs: 3 * minuteMs,
  dataTimeoutMs: 30 * minuteMs,
  dataOctetsPerSecondMin: 256,
  dataRateGraceMs: minuteMs,
  sessionTimeoutMs: 12 * hourMs,
  greetingDelayMs: 0,
  heldOctetsMax: 512 * mib,
  connectionsMax: 5_000,
  connectionsPerPeerMax: 500,
  connectionRate: { perSecond: 20, burst: 500 },
  messageRate: { perSecond: 50, burst: 5_000 },
  globalMessageRate: { perSecond: 5_000, burst: 50_000 },
  isLoopbackExempt: true,
}

/**
 * RFC 5321 §4.5.3.1.4 has 512; SIZE, BODY, AUTH, DSN, SMTPUTF8 and REQUIRETLS add about 1,600 to
 * MAIL and RCPT (RFC 1870 §3, RFC 4954 §3, RFC 3461 §4, RFC 6531 §3.4).
 */
export const commandLineOctetsMax = 2_560

/** RFC 4954 §4: the longest line of a SASL exchange. */
export const saslLineOctetsMax = 12_288

/** SCRAM takes three; an exchange that goes on longer leads nowhere. */
export const saslStepsMax = 6

/** Received and not yet read by the session: beyond it the socket is paused. */
export const inputHeldOctetsMax = 256 * kib

/** Replies written and not yet taken by the peer: beyond it no command is read. */
export const outputHeldOctetsMax = 64 * kib

/** Content beyond the largest message that is read to say 552 properly; after it we hang up. */
export const overrunOctetsMax = 64 * mib

/** How often time-outs are looked at: all of them are minutes. */
export const sweepEveryMs = secondMs

/** After our last reply the peer has this long to hang up. */
export const lingerMs = 10 * secondMs
