/**
 * Holds mail back and lets it go. A message or recipient is held by its own state; a destination or
 * a department by one row that every claim looks at, so that it counts for what comes later, too.
 */
import type { Millis } from '../base/clock.ts'
import type { Tx } from '../db/types.ts'
import type { QueueContext } from './enqueue.ts'
import { letGo } from './held/let-go.ts'
import { conditionOf, nothingFound, subjectOf } from './selection.ts'
import type { QueueSelection } from './types.ts'

export async function hold(tx: Tx, selection: QueueSelection, now: Millis): Promise<number> {
  const { kind } = selection
  const { text, values } = conditionOf(selection)
  if (kind === 'message') {
    const held = await tx.execute({
      name: 'queue.hold',
      text: `UPDATE queued_recipient SET state = 'held' WHERE ${text}`,
      values,
    })
    if (held === 0) throw nothingFound(selection)
    return held
  }
  const found = await tx.row<{ count: number }>({
    name: `queue.count-${kind}`,
    text: `SELECT count(*)::int8 AS count FROM queued_recipient WHERE ${text}`,
    values,
  })
  const count = found?.count ?? 0
  // The id of a destination is known from what waits there; a department's may be held beforehand.
  if (kind === 'destination' && count === 0) throw nothingFound(selection)
  await tx.execute({
    name: 'queue.hold-all',
    text: `INSERT INTO queue_hold (kind, subject, held_at) VALUES ($1, $2, $3)
      ON CONFLICT (kind, subject) DO NOTHING`,
    values: [kind, subjectOf(selection), now],
  })
  return count
}

export async function release(
  { clock, keys, wake }: QueueContext,
  tx: Tx,
  selection: QueueSelection,
): Promise<number> {
  const { kind } = selection
  const { text, values } = conditionOf(selection)
  if (selection.kind === 'message') await letGo(tx, keys, selection.messageId)
  const released =
    kind === 'message'
      ? await tx.execute({
          name: 'queue.release',
          // Under way since before it was held: its claim says when it is due.
          text: `UPDATE queued_recipient SET state = 'waiting', next_attempt_at =
              CASE WHEN claimed_at IS NULL THEN $4 ELSE next_attempt_at END
            WHERE ${text} AND state = 'held'`,
          values: [...values, clock.now()],
        })
      : await tx.execute({
          name: 'queue.release-all',
          text: 'DELETE FROM queue_hold WHERE kind = $1 AND subject = $2',
          values: [kind, subjectOf(selection)],
        })
  if (released === 0) throw nothingFound(selection)
  tx.afterCommit(() => wake('look'))
  if (kind === 'message') return released
  const rows = await tx.rows<{ count: number }>({
    name: `queue.count-${kind}`,
    text: `SELECT count(*)::int8 AS count FROM queued_recipient WHERE ${text}`,
    values,
  })
  return rows[0]?.count ?? 0
}
