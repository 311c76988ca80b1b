/** What the protocol itself answers, whoever stands behind it. RFC 5321 §4.2.3, RFC 3463. */
import type { PathFault } from './wire/path.ts'
import type { DataFault } from './wire/data-reader.ts'
import type { Reply } from './wire/reply.ts'

export const replies = {
  ok: { code: 250, enhanced: '2.0.0', text: 'OK' },
  senderOk: { code: 250, enhanced: '2.1.0', text: 'Sender OK' },
  recipientOk: { code: 250, enhanced: '2.1.5', text: 'Recipient OK' },
  dataGo: { code: 354, text: 'End data with <CR><LF>.<CR><LF>' },
  tlsGo: { code: 220, enhanced: '2.0.0', text: 'Ready to start TLS' },
  signedIn: { code: 235, enhanced: '2.7.0', text: 'Authentication succeeded' },
  cannotVerify: { code: 252, enhanced: '2.1.5', text: 'Send some mail, I will try my best' },
  help: { code: 214, enhanced: '2.0.0', text: 'See RFC 5321' },

  unknownCommand: { code: 500, enhanced: '5.5.1', text: 'Command unrecognized' },
  lineTooLong: { code: 500, enhanced: '5.5.6', text: 'Line too long' },
  badLine: { code: 500, enhanced: '5.5.2', text: 'Lines are UTF-8 and end with CRLF' },
  notImplemented: { code: 502, enhanced: '5.5.1', text: 'Command not implemented' },
  badArguments: { code: 501, enhanced: '5.5.4', text: 'Syntax error in arguments' },
  noArguments: { code: 501, enhanced: '5.5.4', text: 'No arguments, please' },
  heloFirst: { code: 503, enhanced: '5.5.1', text: 'Say EHLO first' },
  mailFirst: { code: 503, enhanced: '5.5.1', text: 'Need MAIL first' },
  mailTwice: { code: 503, enhanced: '5.5.1', text: 'Sender already given' },
  inTransaction: { code: 503, enhanced: '5.5.1', text: 'Not within a mail transaction' },
  noRecipients: { code: 554, enhanced: '5.5.1', text: 'No valid recipients' },
  tlsUnavailable: { code: 502, enhanced: '5.5.1', text: 'TLS not available here' },
  tlsAlready: { code: 503, enhanced: '5.5.1', text: 'TLS already active' },
  tlsNeeded: { code: 530, enhanced: '5.7.0', text: 'Must issue a STARTTLS command first' },
  signInNeeded: { code: 530, enhanced: '5.7.0', text: 'Authentication required' },
  signedInAlready: { code: 503, enhanced: '5.5.1', text: 'Already authenticated' },
  noSignInHere: { code: 502, enhanced: '5.5.1', text: 'Authentication not available here' },
  encryptionNeeded: { code: 538, enhanced: '5.7.11', text: 'Encryption required' },
  unknownMechanism: { code: 504, enhanced: '5.5.4', text: 'Unrecognized authentication type' },
  cancelled: { code: 501, enhanced: '5.7.0', text: 'Authentication cancelled' },
  badBase64: { code: 501, enhanced: '5.5.2', text: 'Cannot base64-decode' },
  tooManyRecipients: { code: 452, enhanced: '4.5.3', text: 'Too many recipients' },
  tooLarge: { code: 552, enhanced: '5.3.4', text: 'Message too large' },
  noMemory: { code: 452, enhanced: '4.3.1', text: 'Insufficient system storage' },
  tooFast: { code: 450, enhanced: '4.7.1', text: 'Too many messages, try again later' },

  closing: { code: 221, enhanced: '2.0.0', text: 'Closing connection' },
  shuttingDown: { code: 421, enhanced: '4.3.2', text: 'Service closing, try again later' },
  timedOut: { code: 421, enhanced: '4.4.2', text: 'Timeout, closing connection' },
  tooManyConnections: { code: 421, enhanced: '4.7.0', text: 'Too many connections' },
  tooManyErrors: { code: 421, enhanced: '4.7.0', text: 'Too many errors, closing connection' },
  tooManyCommands: { code: 421, enhanced: '4.7.0', text: 'Too many commands' },
  tooManyMessages: { code: 421, enhanced: '4.7.0', text: 'Too many messages, reconnect' },
  notSmtp: { code: 421, enhanced: '4.7.0', text: 'This is an SMTP server' },
  revoked: { code: 421, enhanced: '4.7.0', text: 'Sign in again' },
  broken: { code: 421, enhanced: '4.3.0', text: 'Try again later' },
} as const satisfies Record<string, Reply>

export const pathFaults = {
  syntax: replies.badArguments,
  'bad-path': { code: 553, enhanced: '5.1.3', text: 'Bad address syntax' },
  'unknown-parameter': { code: 555, enhanced: '5.5.4', text: 'Parameter not recognized' },
  'bad-parameter': { code: 501, enhanced: '5.5.4', text: 'Bad parameter value' },
  'repeated-parameter': { code: 501, enhanced: '5.5.4', text: 'Parameter given twice' },
  'needs-smtputf8': { code: 553, enhanced: '5.6.7', text: 'Address needs SMTPUTF8' },
} as const satisfies Record<PathFault, Reply>

export const dataFaults = {
  'bare-cr-or-lf': { code: 550, enhanced: '5.6.0', text: 'Bare CR or LF in message refused' },
  nul: { code: 550, enhanced: '5.6.0', text: 'NUL in message refused' },
  'too-large': replies.tooLarge,
  'no-room': replies.noMemory,
} as const satisfies Record<DataFault, Reply>
