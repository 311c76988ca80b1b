/** What an operator sees of the queue: ids, sizes and times, never an address. */
import type { Db } from '../db/types.ts'
import { listMax } from './limits.ts'
import type { QueueItem, RecipientState } from './types.ts'

interface ItemRow {
  readonly message_id: string
  readonly recipient: number
  readonly state: RecipientState
  readonly octets: number
  readonly queued_at: number
  readonly expires_at: number
  readonly next_attempt_at: number
  readonly attempts: number
}

export async function listItems(db: Db, limit: number): Promise<readonly QueueItem[]> {
  const rows = await db.rows<ItemRow>({
    name: 'queue.list',
    text: `SELECT r.message_id, r.recipient, r.state, m.octets, m.queued_at, m.expires_at,
        r.next_attempt_at, r.attempts
      FROM queued_recipient AS r JOIN queued_message AS m
        ON m.bucket = r.bucket AND m.message_id = r.message_id
      ORDER BY m.queued_at, r.message_id, r.recipient LIMIT $1`,
    values: [Math.min(limit, listMax)],
  })
  return rows.map((row) => ({
    messageId: row.message_id,
    recipient: row.recipient,
    state: row.state,
    octets: row.octets,
    queuedAt: row.queued_at,
    expiresAt: row.expires_at,
    nextAttemptAt: row.next_attempt_at,
    attempts: row.attempts,
  }))
}

export async function countStates(db: Db): Promise<Readonly<Record<RecipientState, number>>> {
  const rows = await db.rows<{ state: RecipientState; count: number }>({
    name: 'queue.count',
    text: 'SELECT state, count(*) AS count FROM queued_recipient GROUP BY state',
  })
  const counts = { waiting: 0, held: 0 }
  for (const row of rows) counts[row.state] = row.count
  return counts
}
