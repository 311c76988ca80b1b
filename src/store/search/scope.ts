/** What of an account is packed for search, as of one moment, and the segments of that moment. */
import type { AccountId, MailboxId } from '../../base/id.ts'
import { searchTextVersion } from '../../mime/search-text.ts'
import type { AccountKeys } from '../../keys/types.ts'
import { accountKeys, type StoreContext } from '../context.ts'
import type { SealedPack, SegmentPart } from './segment.ts'

export interface Scope {
  readonly context: StoreContext
  readonly account: AccountId
  readonly keys: AccountKeys
  /** Ids of the segments. */
  readonly segments: readonly string[]
  /** Messages that no segment has: their ids, or the UIDs of a mailbox. */
  readonly unpacked: readonly string[]
}

/** A segment was written anew since it was seen: what looks into it begins anew. */
export class SegmentGone extends Error {
  override readonly name = 'SegmentGone'
}

interface Row {
  readonly segments: string | null
  readonly unpacked: string | null
}

/** Undefined: nothing of the account is packed yet. */
export async function openScope(
  context: StoreContext,
  account: AccountId,
  mailbox?: MailboxId,
): Promise<Scope | undefined> {
  const inMailbox = mailbox === undefined ? '' : 'AND mailbox_id = $3'
  const name = mailbox === undefined ? 'message_id' : 'uid'
  // One statement, so that what is packed meanwhile is in one of the two and never in neither. Texts of
  // all ids are read many times as fast as arrays of them.
  const row = await context.database.row<Row>({
    name: `store.search-scope-by-${name}`,
    text: `SELECT
        (SELECT string_agg(segment_id::text, ' ') FROM search_segment WHERE account_id = $1)
          AS segments,
        (SELECT string_agg(DISTINCT unpacked, ' ') FROM (
          SELECT ${name}::text AS unpacked FROM entry
            WHERE account_id = $1 AND message_id > packed_until ${inMailbox}
          UNION ALL SELECT ${name}::text FROM search_unpacked JOIN entry
            USING (account_id, message_id) WHERE account_id = $1 ${inMailbox}) AS singly)
          AS unpacked
      FROM search_state WHERE account_id = $1 AND fold = $2`,
    values: [account, searchTextVersion, ...(mailbox === undefined ? [] : [mailbox])],
  })
  const segments = idsOf(row?.segments)
  if (segments.length === 0) return undefined
  const keys = await accountKeys(context, account)
  return { context, account, keys, segments, unpacked: idsOf(row?.unpacked) }
}

const idsOf = (text: string | null | undefined): readonly string[] => text?.split(' ') ?? []

export interface Members {
  /** Ids of its messages, in order; empty where nobody asked. */
  readonly members: string
}

/** @throws SegmentGone */
export async function readSealed(
  { context, account }: Scope,
  column: 'filter' | SegmentPart,
  ids: readonly string[],
  isOfMembers = false,
): Promise<readonly (SealedPack & Members)[]> {
  if (ids.length === 0) return []
  // One text of all ids is read many times as fast as an array of them, and no filter asks for them.
  const members = isOfMembers ? "array_to_string(message_ids, ' ')" : "''"
  const rows = await context.database.rows<SealedPack & Members>({
    name: `store.segment-${column}${isOfMembers ? '-members' : ''}`,
    text: `SELECT segment_id, content_key, ${members} AS members, ${column} AS sealed
      FROM search_segment WHERE account_id = $1 AND segment_id = ANY($2::uuid[])`,
    values: [account, ids],
  })
  if (rows.length < ids.length) throw new SegmentGone()
  return rows
}
