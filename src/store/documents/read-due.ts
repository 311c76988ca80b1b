/**
 * Reads the documents of messages behind deliveries, the newest first, and puts their words where search finds
 * them. Any node may do it: what one has claimed the others leave.
 */
import type { AccountId, MessageId } from '../../base/id.ts'
import { isRefusal } from '../../base/refusal.ts'
import type { Tx } from '../../db/types.ts'
import type { ReadPdf } from '../../extract/pdf/types.ts'
import { searchTextVersion } from '../../mime/search-text.ts'
import { accountKeys, withFreshKeys, type StoreContext } from '../context.ts'
import { openContent, type ContentRow } from '../messages/read.ts'
import { decodePack, encodePack, joinPacks } from '../search/text-pack.ts'
import { claimMax, claimMs, smallOctets, smallSegmentsMax, triesMax } from './limits.ts'
import { insertDocuments, openDocuments, takeSegments } from './segment.ts'
import { wordsOf, type DocumentWords } from './words-of.ts'

interface Claimed {
  readonly account_id: AccountId
  readonly message_id: MessageId
  readonly tries: number
}

/** One round. @returns how many messages were looked at; none are left when it is 0. */
export async function readDocuments(context: StoreContext, readPdf: ReadPdf): Promise<number> {
  const claimed = await claim(context)
  for (const [account, group] of Map.groupBy(claimed, (row) => row.account_id)) {
    const words: Words[] = []
    for (const { message_id: id, tries } of group) {
      const read = tries > triesMax ? nothing : await readOne(context, account, id, readPdf)
      // A machine that had too much to do may have time when the claim is over.
      if (read?.isWhole === true || (read !== undefined && tries >= triesMax))
        words.push({ id, texts: read.texts })
    }
    await commit(context, account, words)
  }
  return claimed.length
}

function claim({ database, clock }: StoreContext): Promise<readonly Claimed[]> {
  return database.transaction((tx) =>
    tx.rows<Claimed>({
      name: 'store.claim-documents',
      text: `UPDATE document_due d SET claimed_until = $2, tries = d.tries + 1
        FROM (SELECT account_id, message_id FROM document_due WHERE claimed_until <= $1
          ORDER BY message_id DESC LIMIT ${claimMax} FOR UPDATE SKIP LOCKED) due
        WHERE d.account_id = due.account_id AND d.message_id = due.message_id
        RETURNING d.account_id, d.message_id, d.tries`,
      values: [clock.now(), clock.now() + claimMs],
    }),
  )
}

interface Words {
  readonly id: MessageId
  readonly texts: readonly string[]
}

const nothing: DocumentWords = { texts: [], isWhole: true }

/** Undefined: not to be had now. */
async function readOne(
  context: StoreContext,
  account: AccountId,
  id: MessageId,
  readPdf: ReadPdf,
): Promise<DocumentWords | undefined> {
  const row = await context.database.row<ContentRow>({
    name: 'store.message-with-documents',
    text: `SELECT message_id, content_key, trace, content, object_id FROM message
      WHERE account_id = $1 AND message_id = $2`,
    values: [account, id],
  })
  // Destroyed meanwhile.
  if (row === undefined) return nothing
  try {
    return await wordsOf(await openContent(context, account, row), readPdf)
  } catch (error) {
    // An object that is away: it is tried again when the claim is over.
    if (isRefusal(error)) return undefined
    throw error
  }
}

async function commit(
  context: StoreContext,
  account: AccountId,
  words: readonly Words[],
): Promise<void> {
  const keys = await accountKeys(context, account)
  await context.database.transaction(async (tx) => {
    // Nothing of the account is seen at a higher modseq before this is seen.
    const state = await tx.row<{ modseq: number }>({
      name: 'store.hold-modseq',
      text: 'SELECT modseq FROM account WHERE account_id = $1 FOR SHARE',
      values: [account],
    })
    const ids = words.map(({ id }) => id)
    const open = new Set(await settle(tx, account, ids))
    const found = words.filter(({ id, texts }) => open.has(id) && texts.length > 0)
    if (state === undefined || found.length === 0) return
    const rows = await takeSegments(tx, account, await smallSegments(tx, account))
    const before = await withFreshKeys(keys, () =>
      rows.map((row) => decodePack(openDocuments(keys, row))),
    )
    const fresh = decodePack(encodePack(found.map(({ texts }) => texts)))
    await insertDocuments(context, tx, keys, {
      messageIds: [...rows.flatMap((row) => row.message_ids), ...found.map(({ id }) => id)],
      texts: joinPacks([...before, fresh]),
      modSeq: state.modseq,
    })
  })
}

/** No longer due. @returns those that nobody else settled and that are still there, locked. */
async function settle(
  tx: Tx,
  account: AccountId,
  ids: readonly MessageId[],
): Promise<readonly MessageId[]> {
  const rows = await tx.rows<{ message_id: MessageId }>({
    name: 'store.settle-documents',
    text: `DELETE FROM document_due WHERE account_id = $1 AND message_id = ANY($2::uuid[])
      RETURNING message_id`,
    values: [account, ids],
  })
  const there = await tx.rows<{ message_id: MessageId }>({
    name: 'store.lock-documents',
    text: `SELECT message_id FROM message
      WHERE account_id = $1 AND message_id = ANY($2::uuid[]) FOR KEY SHARE`,
    values: [account, rows.map((row) => row.message_id)],
  })
  return there.map((row) => row.message_id)
}

/** Those to be written anew together with what comes; none while there are few. */
async function smallSegments(tx: Tx, account: AccountId): Promise<readonly string[]> {
  const rows = await tx.rows<{ segment_id: string }>({
    name: 'store.small-documents',
    text: `SELECT segment_id FROM document_segment
      WHERE account_id = $1 AND text_octets < ${smallOctets} AND fold = $2`,
    values: [account, searchTextVersion],
  })
  return rows.length < smallSegmentsMax ? [] : rows.map((row) => row.segment_id)
}
