/** A segment of words of documents: one pack of texts and its filter, sealed under a content key of its own. */
import { newId, type AccountId, type MessageId } from '../../base/id.ts'
import type { Tx } from '../../db/types.ts'
import type { AccountKeys } from '../../keys/types.ts'
import { searchTextVersion } from '../../mime/search-text.ts'
import type { StoreContext } from '../context.ts'
import { openPack, sealPack } from '../search/segment.ts'
import { decodePack, textsOf } from '../search/text-pack.ts'
import { filterOf } from '../search/trigrams.ts'

export interface DocumentSegment {
  readonly messageIds: readonly MessageId[]
  /** As `encodePack` writes it. */
  readonly texts: Buffer
  readonly modSeq: number
}

export async function insertDocuments(
  context: StoreContext,
  tx: Tx,
  keys: AccountKeys,
  { messageIds, texts, modSeq }: DocumentSegment,
): Promise<void> {
  const id = newId(context.clock)
  const key = keys.newContentKey(id)
  const filter = filterOf(textsOf(decodePack(texts)))
  tx.afterCommit(() => context.searchFilters.add(id, filter))
  await tx.execute({
    name: 'store.add-documents',
    text: `INSERT INTO document_segment (account_id, segment_id, message_ids, modseq, fold, text_octets,
        content_key, filter, texts) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    values: [
      keys.accountId,
      id,
      messageIds,
      modSeq,
      searchTextVersion,
      texts.length,
      key.wrapped,
      key.seal({ object: id, field: 'search.filter' }, filter),
      await sealPack(key, id, 'documents', texts),
    ],
  })
}

export interface DocumentRow {
  readonly segment_id: string
  readonly message_ids: readonly MessageId[]
  readonly modseq: number
  readonly content_key: Buffer
  readonly texts: Buffer
}

export const documentColumns = 'segment_id, message_ids, modseq, content_key, texts'

/** @returns the pack. */
export function openDocuments(keys: AccountKeys, row: DocumentRow): Buffer {
  const { segment_id, content_key, texts } = row
  return openPack(keys, 'documents', { segment_id, content_key, sealed: texts })
}

/** Rows taken out of the table, to be written anew. */
export function takeSegments(
  tx: Tx,
  account: AccountId,
  ids: readonly string[],
): Promise<readonly DocumentRow[]> {
  return tx.rows<DocumentRow>({
    name: 'store.take-documents',
    text: `DELETE FROM document_segment WHERE account_id = $1 AND segment_id = ANY($2::uuid[])
      RETURNING ${documentColumns}`,
    values: [account, ids],
  })
}
