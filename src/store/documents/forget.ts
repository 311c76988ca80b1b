/** Words of documents go before their messages do, and are read anew where the way they are folded changed. */
import type { AccountId, MessageId } from '../../base/id.ts'
import type { Db } from '../../db/types.ts'
import { searchTextVersion } from '../../mime/search-text.ts'
import { accountKeys, withFreshKeys, type StoreContext } from '../context.ts'
import { decodePack, withoutMessages } from '../search/text-pack.ts'
import { goneMs } from './limits.ts'
import { insertDocuments, openDocuments, takeSegments } from './segment.ts'

/** From then on they are due again: should a message stay after all, its documents are found again. */
export async function leaveDocuments(
  context: StoreContext,
  account: AccountId,
  ids: readonly MessageId[],
): Promise<void> {
  if (ids.length === 0 || !(await hasWords(context.database, account, ids))) return
  const keys = await accountKeys(context, account)
  const gone = new Set(ids)
  await context.database.transaction(async (tx) => {
    const segments = await takeSegments(tx, account, await segmentsOf(tx, account, ids))
    for (const row of segments) {
      const isKept = (at: number) => !gone.has(row.message_ids[at] ?? '')
      const messageIds = row.message_ids.filter((_, at) => isKept(at))
      if (messageIds.length === 0) continue
      const texts = await withFreshKeys(keys, () =>
        withoutMessages(decodePack(openDocuments(keys, row)), isKept),
      )
      await insertDocuments(context, tx, keys, { messageIds, texts, modSeq: row.modseq })
    }
    const taken = segments.flatMap((row) => row.message_ids.filter((id) => gone.has(id)))
    await tx.execute({
      name: 'store.documents-due-later',
      text: `INSERT INTO document_due (account_id, message_id, claimed_until)
        SELECT $1, unnest($2::uuid[]), $3 ON CONFLICT DO NOTHING`,
      values: [account, taken, context.clock.now() + goneMs],
    })
  })
}

async function segmentsOf(
  db: Db,
  account: AccountId,
  ids: readonly MessageId[],
): Promise<readonly string[]> {
  const rows = await db.rows<{ segment_id: string }>({
    name: 'store.documents-of',
    text: `SELECT segment_id FROM document_segment
      WHERE account_id = $1 AND message_ids && $2::uuid[]`,
    values: [account, ids],
  })
  return rows.map((row) => row.segment_id)
}

export async function hasWords(
  db: Db,
  account: AccountId,
  ids: readonly MessageId[],
): Promise<boolean> {
  return (await segmentsOf(db, account, ids)).length > 0
}

/** All of an account: they are read anew. */
export async function forgetDocuments(
  { database }: StoreContext,
  account: AccountId,
): Promise<void> {
  await database.single({
    name: 'store.forget-documents',
    text: `WITH gone AS (DELETE FROM document_segment WHERE account_id = $1)
      INSERT INTO document_due (account_id, message_id)
      SELECT account_id, message_id FROM message WHERE account_id = $1 ON CONFLICT DO NOTHING`,
    values: [account],
  })
}

/** What was folded by another table of forms is due again. */
export async function renewDocuments({ database }: StoreContext): Promise<void> {
  await database.single({
    name: 'store.renew-documents',
    text: `WITH gone AS (DELETE FROM document_segment WHERE fold <> $1
        RETURNING account_id, message_ids)
      INSERT INTO document_due (account_id, message_id)
      SELECT account_id, unnest(message_ids) FROM gone ON CONFLICT DO NOTHING`,
    values: [searchTextVersion],
  })
}
