/** What an operator sees of the queue: ids, sizes and times, never an address. */
import type { Db } from '../db/types.ts'
import { nilId } from './claim.ts'
import { listMax } from './limits.ts'
import { conditionOf } from './selection.ts'
import type { QueuedDestination, QueueItem, QueueSelection, RecipientState } from './types.ts'

interface ItemRow {
  readonly message_id: string
  readonly recipient: number
  readonly destination: string
  readonly department_id: string
  readonly state: RecipientState
  readonly is_under_way: boolean
  readonly octets: number
  readonly queued_at: number
  readonly expires_at: number
  readonly next_attempt_at: number
  readonly attempts: number
}

export async function listItems(
  db: Db,
  limit: number,
  selection: QueueSelection | undefined,
): Promise<readonly QueueItem[]> {
  const { text, values } =
    selection === undefined
      ? {
          text: '$1::integer IS NULL AND $2::integer IS NULL AND $3::integer IS NULL',
          values: none,
        }
      : conditionOf(selection)
  const rows = await db.rows<ItemRow>({
    name: `queue.list-${selection?.kind ?? 'all'}`,
    text: `SELECT r.message_id, r.recipient, r.destination, r.department_id,
        CASE WHEN h.subject IS NULL THEN r.state ELSE 'held' END AS state,
        r.claimed_at IS NOT NULL AS is_under_way,
        m.octets, m.queued_at, m.expires_at, r.next_attempt_at, r.attempts
      FROM (SELECT * FROM queued_recipient WHERE ${text}) AS r
      JOIN queued_message AS m ON m.bucket = r.bucket AND m.message_id = r.message_id
      LEFT JOIN LATERAL (SELECT subject FROM queue_hold
        WHERE (kind, subject) IN (('destination', r.destination), ('department', r.department_id))
        LIMIT 1) AS h ON true
      ORDER BY m.queued_at, r.message_id, r.recipient LIMIT $4`,
    values: [...values, Math.min(limit, listMax)],
  })
  return rows.map(itemOf)
}

const none = [null, null, null] as const

function itemOf(row: ItemRow): QueueItem {
  return {
    messageId: row.message_id,
    recipient: row.recipient,
    destination: row.destination,
    departmentId: row.department_id === nilId ? undefined : row.department_id,
    state: row.state,
    isUnderWay: row.is_under_way,
    octets: row.octets,
    queuedAt: row.queued_at,
    expiresAt: row.expires_at,
    nextAttemptAt: row.next_attempt_at,
    attempts: row.attempts,
  }
}

interface DestinationRow {
  readonly destination: string
  readonly recipients: number
  readonly is_held: boolean
  readonly next_attempt_at: number
  readonly attempts_max: number
}

export async function listDestinations(
  db: Db,
  limit: number,
): Promise<readonly QueuedDestination[]> {
  const rows = await db.rows<DestinationRow>({
    name: 'queue.destinations',
    text: `SELECT destination, count(*)::int8 AS recipients,
        EXISTS (SELECT FROM queue_hold WHERE kind = 'destination' AND subject = destination)
          AS is_held,
        min(next_attempt_at) AS next_attempt_at, max(attempts) AS attempts_max
      FROM queued_recipient GROUP BY destination ORDER BY recipients DESC, destination LIMIT $1`,
    values: [Math.min(limit, listMax)],
  })
  return rows.map((row) => ({
    destination: row.destination,
    recipients: row.recipients,
    isHeld: row.is_held,
    nextAttemptAt: row.next_attempt_at,
    attemptsMax: row.attempts_max,
  }))
}

export async function countStates(db: Db): Promise<Readonly<Record<RecipientState, number>>> {
  const rows = await db.rows<{ state: RecipientState; count: number }>({
    name: 'queue.count',
    text: 'SELECT state, count(*) AS count FROM queued_recipient GROUP BY state',
  })
  const counts = { waiting: 0, unrouted: 0, held: 0 }
  for (const row of rows) counts[row.state] = row.count
  return counts
}
