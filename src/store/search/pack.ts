/**
 * Packs the text of messages behind deliveries, in the order of their ids, one segment at a time. Any
 * node may do it: what two of them pack at once only one commits. Architecture D8.
 */
import { idOctets, formatId, type AccountId, type MessageId } from '../../base/id.ts'
import { Refusal, isRefusal } from '../../base/refusal.ts'
import type { Db, Tx } from '../../db/types.ts'
import { parseMessage } from '../../mime/parse.ts'
import { searchableBody, searchableFields, searchTextVersion } from '../../mime/search-text.ts'
import { accountKeys, type StoreContext } from '../context.ts'
import { openContent, type ContentRow } from '../messages/read.ts'
import {
  messageTextOctetsMax,
  packAccountsMax,
  packBatch,
  packMessagesMin,
  segmentMessagesMax,
  segmentOctetsMax,
  settleMs,
} from './limits.ts'
import { packMailboxes } from '../packs/pack-mailboxes.ts'
import { insertSegment } from './segment.ts'
import { firstId, forgetSegments } from './forget-segments.ts'
import { encodePack } from './text-pack.ts'

/** Accounts that changed often enough since they were last looked at to have a segment's worth. */
async function accountsToPack(context: StoreContext): Promise<readonly AccountId[]> {
  const rows = await context.database.rows<{ account_id: AccountId }>({
    name: 'store.accounts-to-pack',
    text: `SELECT account_id FROM account LEFT JOIN search_state s USING (account_id)
      WHERE account.modseq - coalesce(s.modseq, 0) >= $1 OR s.fold <> $2 LIMIT ${packAccountsMax}`,
    values: [packMessagesMin, searchTextVersion],
  })
  return rows.map((row) => row.account_id)
}

/** Wherever a segment's worth is waiting, until `signal` says stop. @returns how many messages. */
export async function packTexts(context: StoreContext, signal?: AbortSignal): Promise<number> {
  let packed = 0
  for (const account of await accountsToPack(context)) {
    await packMailboxes(context, account, signal)
    packed += await packAccount(context, account, { signal })
  }
  return packed
}

interface Packing {
  readonly messagesMin?: number
  readonly signal?: AbortSignal | undefined
  /** How many are packed, after each segment. */
  readonly told?: (packed: number) => void
}

/** All that is due in one account. @returns how many messages were packed. */
export async function packAccount(
  context: StoreContext,
  account: AccountId,
  { messagesMin = packMessagesMin, signal, told }: Packing = {},
): Promise<number> {
  let packed = 0
  for (;;) {
    if (signal?.aborted === true) return packed
    const { modseq, packed_until: from, fold } = await readState(context.database, account)
    if (fold !== searchTextVersion) {
      await forgetSegments(context, account)
      continue
    }
    const batch = await readBatch(context, account, from)
    if (batch.messageIds.length + batch.unpacked.length < messagesMin) {
      // What is too young to be packed has to be looked at again.
      if (!(await isUnsettled(context, account))) await remember(context, account, from, modseq)
      return packed
    }
    if (!(await commit(context, account, from, batch))) return packed
    packed += batch.messageIds.length
    told?.(packed)
  }
}

interface State {
  readonly modseq: number
  readonly packed_until: MessageId
  readonly fold: number
}

async function readState(db: Db, account: AccountId): Promise<State> {
  const row = await db.row<State>({
    name: 'store.search-state',
    text: `SELECT a.modseq, coalesce(s.packed_until, '${firstId}') AS packed_until,
        coalesce(s.fold, $2) AS fold
      FROM account a LEFT JOIN search_state s USING (account_id) WHERE a.account_id = $1`,
    values: [account, searchTextVersion],
  })
  if (row === undefined) throw new Refusal('no-such-account', { account })
  return row
}

interface Batch {
  readonly messageIds: readonly MessageId[]
  readonly headers: readonly (readonly string[])[]
  readonly bodies: readonly (readonly string[])[]
  /** Read by themselves. */
  readonly unpacked: readonly MessageId[]
  readonly last: MessageId
}

/** The next messages, up to a segment's worth. */
async function readBatch(
  context: StoreContext,
  account: AccountId,
  from: MessageId,
): Promise<Batch> {
  const messageIds: MessageId[] = []
  const headers: (readonly string[])[] = []
  const bodies: (readonly string[])[] = []
  const unpacked: MessageId[] = []
  let last = from
  let octets = 0
  while (messageIds.length + unpacked.length < segmentMessagesMax && octets < segmentOctetsMax) {
    const rows = await readRows(context, account, last)
    for (const row of rows) {
      const texts = await textsOf(context, account, row)
      last = row.message_id
      if (texts === undefined) unpacked.push(row.message_id)
      else {
        messageIds.push(row.message_id)
        headers.push(texts.header)
        bodies.push(texts.body)
        octets += lengthOf(texts.header) + lengthOf(texts.body)
      }
    }
    if (rows.length < packBatch) break
  }
  return { messageIds, headers, bodies, unpacked, last }
}

function readRows(
  { database, clock }: StoreContext,
  account: AccountId,
  after: MessageId,
): Promise<readonly ContentRow[]> {
  return database.rows<ContentRow>({
    name: 'store.messages-to-pack',
    text: `SELECT message_id, content_key, trace, content, object_id FROM message
      WHERE account_id = $1 AND message_id > $2 AND message_id < $3
      ORDER BY message_id LIMIT ${packBatch}`,
    values: [account, after, idAt(clock.now() - settleMs)],
  })
}

async function isUnsettled(
  { database, clock }: StoreContext,
  account: AccountId,
): Promise<boolean> {
  const row = await database.row({
    name: 'store.has-unsettled',
    text: 'SELECT FROM message WHERE account_id = $1 AND message_id >= $2 LIMIT 1',
    values: [account, idAt(clock.now() - settleMs)],
  })
  return row !== undefined
}

/** The lowest id made at that time (RFC 9562 §5.7). */
function idAt(at: number): MessageId {
  const octets = idOctets(firstId)
  octets.writeUIntBE(Math.max(0, at), 0, 6)
  return formatId(octets)
}

interface Texts {
  readonly header: readonly string[]
  readonly body: readonly string[]
}

/** Undefined: too much, or not to be had now. */
async function textsOf(
  context: StoreContext,
  account: AccountId,
  row: ContentRow,
): Promise<Texts | undefined> {
  try {
    const octets = await openContent(context, account, row)
    const root = parseMessage(octets)
    const header = searchableFields(octets, root)
    const body = searchableBody(octets, root)
    if (lengthOf(header) + lengthOf(body) > messageTextOctetsMax) return undefined
    return { header, body }
  } catch (error) {
    // An object that is away: searching will meet it and say so.
    if (isRefusal(error)) return undefined
    throw error
  }
}

function lengthOf(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + text.length, 0)
}

/** @returns false when another node packed it, or a message of it went meanwhile. */
async function commit(
  context: StoreContext,
  account: AccountId,
  from: MessageId,
  batch: Batch,
): Promise<boolean> {
  const keys = await accountKeys(context, account)
  try {
    await context.database.transaction(async (tx) => {
      if (!(await advance(tx, account, from, batch.last))) throw new Refusal('already-exists')
      await checkStillThere(tx, account, batch.messageIds)
      if (batch.unpacked.length > 0) await leaveUnpacked(tx, account, batch.unpacked)
      if (batch.messageIds.length === 0) return
      const { messageIds } = batch
      const texts = {
        messageIds,
        headers: encodePack(batch.headers),
        bodies: encodePack(batch.bodies),
      }
      await insertSegment(context, tx, keys, texts)
    })
    return true
  } catch (error) {
    if (isRefusal(error, 'already-exists') || isRefusal(error, 'no-such-message')) return false
    throw error
  }
}

async function advance(
  tx: Tx,
  account: AccountId,
  from: MessageId,
  to: MessageId,
): Promise<boolean> {
  const done = await tx.execute({
    name: 'store.advance-packing',
    text: `INSERT INTO search_state AS s (account_id, packed_until, modseq, fold)
      VALUES ($1, $3, 0, $4) ON CONFLICT (account_id) DO UPDATE SET packed_until = $3
        WHERE s.packed_until = $2 AND s.fold = $4`,
    values: [account, from, to, searchTextVersion],
  })
  return done > 0
}

/** Locked, so that what is destroyed meanwhile is either not packed or found packed. */
async function checkStillThere(
  tx: Tx,
  account: AccountId,
  ids: readonly MessageId[],
): Promise<void> {
  const rows = await tx.rows({
    name: 'store.lock-packed',
    text: `SELECT message_id FROM message
      WHERE account_id = $1 AND message_id = ANY($2::uuid[]) FOR KEY SHARE`,
    values: [account, ids],
  })
  if (rows.length < ids.length) throw new Refusal('no-such-message', { account })
}

/** They are read one by one from now on. */
export async function leaveUnpacked(
  tx: Tx,
  account: AccountId,
  ids: readonly MessageId[],
): Promise<void> {
  await tx.execute({
    name: 'store.leave-unpacked',
    text: `INSERT INTO search_unpacked (account_id, message_id) SELECT $1, unnest($2::uuid[])
      ON CONFLICT DO NOTHING`,
    values: [account, ids],
  })
}

async function remember(
  { database }: StoreContext,
  account: AccountId,
  from: MessageId,
  modseq: number,
): Promise<void> {
  await database.single({
    name: 'store.remember-packing',
    text: `INSERT INTO search_state AS s (account_id, packed_until, modseq, fold)
      VALUES ($1, $2, $3, $4) ON CONFLICT (account_id) DO UPDATE SET modseq = $3`,
    values: [account, from, modseq, searchTextVersion],
  })
}
