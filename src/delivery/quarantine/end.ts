/** What was set aside does not come: out of the queue, its owner is told by the digest, the mail log says why. */
import type { MailLogEntry } from '../../audit/mail-log.ts'
import { isRefusal } from '../../base/refusal.ts'
import type { Tx } from '../../db/types.ts'
import type { Ended, HeldCopies, HeldCopy } from '../../queue/held/types.ts'
import type { Queue } from '../../queue/types.ts'
import type { DeliveryParts } from '../ports.ts'

export interface EndParts {
  readonly held: Pick<HeldCopies, 'end'>
  readonly queue: Pick<Queue, 'cancel'>
}

/** @returns false: somebody was quicker. */
export async function endHeldCopy(
  { held, queue }: EndParts,
  tx: Tx,
  copy: HeldCopy,
  how: Ended,
): Promise<boolean> {
  if (!(await held.end(tx, copy.id, how))) return false
  try {
    await queue.cancel(tx, { kind: 'message', messageId: copy.id })
  } catch (error) {
    // Gone from the queue in another way: nothing is left to take out.
    if (!isRefusal(error, 'not-found')) throw error
  }
  return true
}

export function logHeldEnd(
  { clock, mailLog }: Pick<DeliveryParts, 'clock' | 'mailLog'>,
  { facts }: HeldCopy,
  how: Ended,
): void {
  const { messageId, reversePath, recipient, octets } = facts
  const entry: MailLogEntry = {
    at: clock.now(),
    event: 'settled',
    messageId,
    reversePath,
    recipients: [],
    octets,
    outcomes: [{ recipient, result: 'failed', reason: `held-${how}` }],
  }
  mailLog.appendSoon(entry)
}
