/** One attempt at one message: open it, have it carried, decide, report, settle. */
import { isRefusal, Refusal } from '../base/refusal.ts'
import { SealError } from '../keys/types.ts'
import { bucketOf } from './bucket.ts'
import { readContent } from './claim.ts'
import type { ClaimedRow, MessageRow } from './claim.ts'
import { decideNext, isTooLate, tooLate } from './decide.ts'
import type { Next } from './decide.ts'
import type { QueueContext } from './enqueue.ts'
import { openContent, openEnvelope, openRecipient } from './sealed.ts'
import { settle } from './settle.ts'
import type { SettleDone } from './settle-done.ts'
import type { Attempt, Outcome, QueuedMessage, Report, Reporter, Transport } from './types.ts'

export interface AttemptParts {
  readonly context: QueueContext
  readonly transport: Transport
  readonly reporter: Reporter
  readonly done: SettleDone
  readonly onAlarm: (what: string, facts: Readonly<Record<string, unknown>>) => void
}

interface Opened {
  readonly attempt: Attempt
  readonly isDelayReported: boolean
}

/**
 * Resolves whatever happens to this message: others are not to wait for it.
 * @returns whether the destination did not answer.
 */
export async function attemptMessage(
  parts: AttemptParts,
  row: MessageRow,
  claimed: readonly ClaimedRow[],
): Promise<boolean> {
  const { onAlarm } = parts
  const messageId = row.message_id
  try {
    const message = openMessage(parts.context, row)
    const opened = claimed.map((one) => openAttempt(parts.context, one))
    const attempts = opened.map(({ attempt }) => attempt)
    const { deliverBy } = message.envelope
    const outcomes: readonly Outcome[] = isTooLate({ deliverBy, now: parts.context.clock.now() })
      ? attempts.map(() => ({ result: 'deferred', reply: tooLate }))
      : await send(parts, message, attempts)
    await conclude(parts, message, opened, outcomes, row.remaining)
    return outcomes.some((outcome) => 'isUnanswered' in outcome)
  } catch (error) {
    // The claim runs out and it is tried again; a value that does not open is for an operator.
    if (error instanceof SealError) onAlarm('a queued message does not open', { messageId, error })
    else if (!isRefusal(error, 'try-again')) onAlarm('queue attempt failed', { messageId, error })
    return false
  }
}

function openMessage(context: QueueContext, row: MessageRow): QueuedMessage {
  const { database, keys } = context
  const id = row.message_id
  let content: Promise<Buffer> | undefined
  const load = async (): Promise<Buffer> => {
    const sealed = row.content ?? (await readContent(database, bucketOf(id), id))
    if (sealed === undefined) throw new Refusal('not-found', { what: 'queued message', id })
    return openContent(keys, id, sealed, row.octets)
  }
  return {
    id,
    envelope: openEnvelope(keys, id, row.envelope),
    octets: row.octets,
    queuedAt: row.queued_at,
    expiresAt: row.expires_at,
    content: () => (content ??= load()),
  }
}

function openAttempt({ keys }: QueueContext, row: ClaimedRow): Opened {
  const { recipient, attempts, is_delay_reported: isDelayReported } = row
  const wish = openRecipient(keys, row.message_id, recipient, row.sealed)
  return { attempt: { ...wish, recipient, attempts }, isDelayReported }
}

/** A transport that throws has a bug, or the database is away: for the message it is a delay. */
async function send(
  { transport, onAlarm }: AttemptParts,
  message: QueuedMessage,
  attempts: readonly Attempt[],
): Promise<readonly Outcome[]> {
  try {
    return await transport.send(message, attempts)
  } catch (error) {
    if (!isRefusal(error)) onAlarm('transport failed', { messageId: message.id, error })
    const reply = { code: 451, enhanced: '4.3.0', text: 'Temporary local problem' }
    return attempts.map(() => ({ result: 'deferred', reply }))
  }
}

async function conclude(
  parts: AttemptParts,
  message: QueuedMessage,
  opened: readonly Opened[],
  outcomes: readonly Outcome[],
  remaining: readonly number[],
): Promise<void> {
  const now = parts.context.clock.now()
  const results: (readonly [Attempt, Next])[] = []
  const reports: Report[] = []
  for (const [index, { attempt, isDelayReported }] of opened.entries()) {
    const outcome = outcomes[index]
    if (outcome === undefined) throw new TypeError('an outcome for each recipient')
    const next = decideNext({
      outcome,
      attempts: attempt.attempts,
      now,
      queuedAt: message.queuedAt,
      expiresAt: message.expiresAt,
      isDelayReported,
      deliverBy: message.envelope.deliverBy,
      isReport: message.envelope.reversePath === '',
      random: parts.context.random(),
    })
    results.push([attempt, next])
    const { report: kind, reply, isOwed } = next
    if (kind !== undefined)
      reports.push({ kind, recipient: attempt, reply, at: now, ...(isOwed && { isOwed }) })
  }
  const inputs = reports.length === 0 ? [] : await parts.reporter.report(message, reports)
  const attempts = results.flatMap(([attempt, { keep }]) => (keep === undefined ? [attempt] : []))
  if (inputs.length === 0 && isAllOf(attempts, remaining))
    await parts.done.settle(bucketOf(message.id), { messageId: message.id, attempts })
  else await settle(parts.context, { messageId: message.id, results, reports: inputs })
}

/** Whether nobody else can be at a recipient of the same message, nor will be. */
function isAllOf(attempts: readonly Attempt[], remaining: readonly number[]): boolean {
  const own = new Set(attempts.map(({ recipient }) => recipient))
  return own.size === remaining.length && remaining.every((recipient) => own.has(recipient))
}
