/**
 * What became of each recipient of what was sent, as far as it is known here: in the mailbox, refused, or waiting still.
 * What left for another system is unknown: its reports say more. RFC 8621 §7.
 */
import type { QueueReply } from '../../queue/types.ts'
import type { CopyFate, Submission } from '../../store/submissions/submissions.ts'
import type { JmapParts } from '../ports.ts'

export interface DeliveryStatus {
  readonly smtpReply: string
  readonly delivered: 'queued' | 'yes' | 'no' | 'unknown'
  readonly displayed: 'unknown'
}

/** By the recipient as the envelope has him. */
export type Statuses = Readonly<Record<string, DeliveryStatus>>

/** One look into the queue for all of them. Of one that was taken back there is none. */
export async function statusesOf(
  { queue }: Pick<JmapParts, 'queue'>,
  submissions: readonly Submission[],
): Promise<ReadonlyMap<string, Statuses>> {
  const queued = submissions.flatMap(({ facts }) => queuedIn(facts?.copies ?? []))
  const waiting = await queue.findWaiting([...new Set(queued)])
  const replies = new Map(
    waiting.map(({ messageId, recipient, lastReply }) => [`${messageId} ${recipient}`, lastReply]),
  )
  const found = submissions.flatMap(({ id, state, facts }) => {
    if (facts === undefined || state === 'canceled') return []
    const { recipients, copies = [] } = facts
    const statuses = recipients.map((path) => {
      const copy = copies.find(({ forwardPath }) => forwardPath === path)
      return [path, state === 'pending' ? waits() : statusOf(copy, replies)] as const
    })
    return [[id, Object.fromEntries(statuses)] as const]
  })
  return new Map(found)
}

function queuedIn(copies: readonly CopyFate[]): readonly string[] {
  return copies.flatMap((copy) => (copy.result === 'queued' ? [copy.queuedId] : []))
}

function statusOf(
  copy: CopyFate | undefined,
  replies: ReadonlyMap<string, QueueReply | undefined>,
): DeliveryStatus {
  if (copy === undefined) return status('unknown', '')
  if (copy.result === 'arrived') return status('yes', '250 2.1.5 Delivered')
  if (copy.result === 'failed') return status('no', copy.reply)
  const key = `${copy.queuedId} ${copy.recipient}`
  return replies.has(key) ? waits(replies.get(key)) : status('unknown', '')
}

function waits(reply?: QueueReply): DeliveryStatus {
  const { code, enhanced, text } = reply ?? { code: 250, enhanced: '2.0.0', text: 'Queued' }
  return status('queued', `${code} ${enhanced} ${text}`)
}

function status(delivered: DeliveryStatus['delivered'], smtpReply: string): DeliveryStatus {
  return { smtpReply, delivered, displayed: 'unknown' }
}
