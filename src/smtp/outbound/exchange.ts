/** One message to some recipients over an open session, and what became of each. RFC 5321 §3.3, RFC 2852 §4. */
import { type Millis, secondMs } from '../../base/clock.ts'
import type { Attempt, Outcome, QueuedMessage, QueueReply } from '../../queue/types.ts'
import {
  SendFault,
  type OutboundConnection,
  type RecipientFailure,
  type SendEnvelope,
} from './connection.ts'
import { ourReplies, outcomeOf, replyOf } from './replies.ts'

/** One outcome for each recipient, in their order. They may share a transaction (`transactionKeyOf`). */
export async function exchange(
  connection: OutboundConnection,
  message: QueuedMessage,
  attempts: readonly Attempt[],
  now: Millis,
): Promise<readonly Outcome[]> {
  const cannot = whyNot(connection, message, attempts) ?? whyTooLate(connection, message, now)
  if (cannot !== undefined) return attempts.map(() => outcomeOf(cannot))
  const content = Buffer.concat([traceOf(connection, attempts), await message.content()])
  try {
    const parameters = parametersOf(connection, message, now)
    const envelope = { ...envelopeOf(message, attempts, content.length), parameters }
    const refused = await connection.send(envelope, content)
    const isDsnAware = connection.extensions.has('DSN')
    const keepsTime = parameters.some((one) => one.startsWith('BY='))
    const relayed = { result: 'relayed', isDsnAware, ...(keepsTime && { keepsTime }) } as const
    return attempts.map((attempt) => refusalOf(refused, attempt) ?? relayed)
  } catch (error) {
    if (!(error instanceof SendFault)) throw error
    return attempts.map((attempt) => outcomeOfFault(error, attempt))
  }
}

/** Recipients of one key can be told apart by nothing but their address. */
export function transactionKeyOf({ notify, originalRecipient, trace }: Attempt): string {
  return JSON.stringify([notify, originalRecipient, trace])
}

/** RFC 5321 §4.4. Who does not know international fields does not get any (RFC 6531 §3.2). */
function traceOf(
  { extensions }: OutboundConnection,
  [first]: readonly Pick<Attempt, 'trace'>[],
): Buffer {
  const { trace = '' } = first ?? {}
  const isAscii = (text: string) => /^[\t\r\n\x20-\x7e]*$/.test(text)
  if (extensions.has('SMTPUTF8') || isAscii(trace)) return Buffer.from(trace)
  // A field with the lines it is folded into.
  const fields = trace.split(/(?<=\r\n)(?![ \t])/)
  return Buffer.from(fields.filter(isAscii).join(''))
}

function whyNot(
  { extensions, isTls }: OutboundConnection,
  { envelope }: QueuedMessage,
  attempts: readonly Attempt[],
): QueueReply | undefined {
  const addresses = [envelope.reversePath, ...attempts.map(({ forwardPath }) => forwardPath)]
  const isInternational =
    envelope.isSmtpUtf8 || addresses.some((address) => /[^\x20-\x7e]/.test(address))
  if (isInternational && !extensions.has('SMTPUTF8')) return ourReplies.noUtf8
  // It was asked for when the session was opened; what must not be in clear is looked at twice.
  if (envelope.requiresVerifiedTls === true && !isTls) return ourReplies.noStartTls
  if (envelope.requiresTls && !(isTls && extensions.has('REQUIRETLS')))
    return ourReplies.noRequireTls
  return undefined
}

/**
 * RFC 2852 §4.1.4: what is to come back when it is late goes to nobody who does not keep the time; a server may say what
 * is the least it can do.
 */
function whyTooLate(
  { extensions }: OutboundConnection,
  { envelope: { deliverBy } }: QueuedMessage,
  now: Millis,
): QueueReply | undefined {
  if (deliverBy?.mode !== 'return') return undefined
  if (!extensions.has('DELIVERBY')) return ourReplies.noDeliverBy
  const least = Math.max(1, Number(extensions.get('DELIVERBY') ?? '') || 0)
  return secondsTo(deliverBy.at, now) < least ? ourReplies.tooLate : undefined
}

/** What is left of its time. */
function parametersOf(
  { extensions }: OutboundConnection,
  { envelope: { deliverBy, priority = 0 } }: QueuedMessage,
  now: Millis,
): readonly string[] {
  // RFC 6710 §4.2; who is told nothing takes it as 0.
  const urgent = priority !== 0 && extensions.has('MT-PRIORITY') ? [`MT-PRIORITY=${priority}`] : []
  if (deliverBy === undefined || !extensions.has('DELIVERBY')) return urgent
  const { at, mode, isTraced } = deliverBy
  return [
    ...urgent,
    `BY=${secondsTo(at, now)};${mode === 'return' ? 'R' : 'N'}${isTraced ? 'T' : ''}`,
  ]
}

const secondsTo = (at: Millis, now: Millis) => Math.floor((at - now) / secondMs)

function envelopeOf(
  { envelope }: QueuedMessage,
  attempts: readonly Attempt[],
  size: number,
): Omit<SendEnvelope, 'parameters'> {
  const [first] = attempts
  const { ret, envelopeId } = envelope
  return {
    from: envelope.reversePath,
    to: attempts.map(({ forwardPath }) => forwardPath),
    size,
    requiresTls: envelope.requiresTls,
    dsn: {
      ...(ret === undefined ? {} : { ret: ret === 'full' ? 'FULL' : 'HDRS' }),
      ...(envelopeId === undefined ? {} : { envid: envelopeId }),
      ...(first?.notify === undefined ? {} : { notify: first.notify.join(',').toUpperCase() }),
      ...(first?.originalRecipient === undefined ? {} : { orcpt: first.originalRecipient }),
    },
  }
}

function refusalOf(
  refused: readonly RecipientFailure[],
  { forwardPath }: Attempt,
): Outcome | undefined {
  const own = refused.find(({ recipient }) => recipient === forwardPath)
  if (own === undefined) return undefined
  return outcomeOf(
    own.responseCode === undefined ? ourReplies.broken : replyOf(own.responseCode, own.response),
  )
}

/** MAIL, DATA or every RCPT was refused, or the line broke: then nobody knows and it is tried again. */
function outcomeOfFault({ failure }: SendFault, attempt: Attempt): Outcome {
  const { code, responseCode, response, rejected } = failure
  const own = refusalOf(rejected, attempt)
  if (own !== undefined) return own
  if (responseCode !== undefined) return outcomeOf(replyOf(responseCode, response))
  return outcomeOf(code === 'EMESSAGE' ? ourReplies.tooLarge : ourReplies.broken)
}
