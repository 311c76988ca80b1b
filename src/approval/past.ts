/**
 * Requests as the database has them, however long they have been over: asked for by a span of time, read
 * by their ids, which are in order of time. Rows that were altered or put back are not there.
 */
import { formatId } from '../base/id.ts'
import type { Millis } from '../base/clock.ts'
import { Refusal } from '../base/refusal.ts'
import { openRow, type StoredRow } from '../directory/rows/sealed-row.ts'
import { pastRowsMax, pastSpanMax } from './limits.ts'
import { findBelieved, requestOf, type Parts } from './parts.ts'
import type { ApprovalRow } from './rows.ts'
import type { ApprovalRequest, RequestContent } from './types.ts'

export interface Span {
  readonly since: Millis
  readonly until: Millis
}

/** The newest first. Refusal('invalid' | 'too-many') */
export async function readPast(
  parts: Parts,
  { since, until }: Span,
): Promise<readonly ApprovalRequest[]> {
  if (until <= since || until - since > pastSpanMax)
    throw new Refusal('invalid', {
      message: 'Ask for a span (--since, --until) of at most a year.',
    })
  const rows = await parts.database.rows<StoredRow>({
    name: 'approval.past',
    text: `SELECT id, department_id, parent_id, account_id, state, version, lookup, sealed, mac
      FROM approval WHERE id >= $1 AND id < $2 AND state <> 'deleted'
      ORDER BY id DESC LIMIT ${pastRowsMax + 1}`,
    values: [firstIdAt(since), firstIdAt(until)],
  })
  if (rows.length > pastRowsMax)
    throw new Refusal('too-many', {
      message: `There are more than ${pastRowsMax} requests: ask for a shorter span.`,
    })
  const now = parts.clock.now()
  return rows.flatMap((row) => {
    const opened = believed(parts, row)
    return opened === undefined ? [] : [requestOf(opened, now)]
  })
}

/** Undefined: there is none. */
export async function findPast(parts: Parts, id: string): Promise<ApprovalRequest | undefined> {
  const row = await findBelieved(parts.database, parts, 'approval', { id })
  return row && requestOf(row, parts.clock.now())
}

function believed(parts: Parts, row: StoredRow): ApprovalRow<'approval'> | undefined {
  const opened = openRow<RequestContent>(parts.keys, 'approval', row)
  const what = opened === undefined ? 'row-does-not-verify' : 'row-was-put-back'
  if (opened !== undefined && !parts.memory.isOlder('approval', opened)) return opened
  parts.onAlarm({ what, table: 'approval', rowId: row.id })
  return undefined
}

/** The least id of a moment. RFC 9562 §5.7. */
function firstIdAt(at: Millis): string {
  const octets = Buffer.alloc(16)
  octets.writeUIntBE(Math.max(0, at), 0, 6)
  return formatId(octets)
}
