/** Makes what waits due now. What is under way is left alone: it would be sent twice. */
import type { Tx } from '../db/types.ts'
import type { QueueContext } from './enqueue.ts'
import { conditionOf, nothingFound } from './selection.ts'
import type { QueueSelection } from './types.ts'

export async function retry(
  { clock, wake }: QueueContext,
  tx: Tx,
  selection: QueueSelection,
): Promise<number> {
  const { text, values } = conditionOf(selection)
  const count = await tx.execute({
    name: `queue.retry-${selection.kind}`,
    text: `UPDATE queued_recipient SET next_attempt_at = $4
      WHERE ${text} AND state <> 'held' AND claimed_at IS NULL`,
    values: [...values, clock.now()],
  })
  if (count === 0) throw nothingFound(selection)
  tx.afterCommit(() => wake('retry'))
  return count
}
