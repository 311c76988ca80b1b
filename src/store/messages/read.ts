/** Reading messages: cheap columns, sealed summaries in batches, whole content. */
import type { AccountId, MailboxId, MessageId } from '../../base/id.ts'
import { Refusal } from '../../base/refusal.ts'
import { SealError, type AccountKeys } from '../../keys/types.ts'
import { accountKeys, withFreshKeys, type StoreContext } from '../context.ts'
import { summaryBatch } from '../limits.ts'
import type { MessageFacts, Summary } from '../types.ts'
import { factsAt } from '../packs/facts-part.ts'
import { packWantedMin } from '../packs/limits.ts'
import { readPacks } from '../packs/read-packs.ts'
import { decodePointer, getObject, pointerOf } from './object.ts'
import { unpack } from './prepare.ts'
import { decodeSummary } from './summary.ts'

interface FactsRow {
  readonly uid: number
  readonly message_id: MessageId
  readonly thread_id: string
  readonly octets: number
  readonly received_at: number
  readonly saved_at: number
}

const factsColumns = `e.uid, e.message_id, m.thread_id, e.octets, m.received_at, e.saved_at`
const joined = `FROM entry e JOIN message m USING (account_id, message_id)
  WHERE e.account_id = $1 AND e.mailbox_id = $2 AND e.uid = ANY($3::bigint[])`

export async function readFacts(
  context: StoreContext,
  account: AccountId,
  mailbox: MailboxId,
  uids: readonly number[],
): Promise<readonly MessageFacts[]> {
  const { summaries } = context.mirror
  if (uids.length <= summaryBatch) {
    const known = uids.map((uid) => summaries.find(mailbox, uid))
    if (known.every((summary) => summary !== undefined)) return known
  }
  if (uids.length >= packWantedMin) return factsOfMany(context, account, mailbox, uids)
  return readFactsRows(context, account, mailbox, uids)
}

/** From packs as far as they go. */
async function factsOfMany(
  context: StoreContext,
  account: AccountId,
  mailbox: MailboxId,
  uids: readonly number[],
): Promise<readonly MessageFacts[]> {
  const facts: MessageFacts[] = []
  let isInOrder = true
  for await (const { pack, uids: some } of readPacks(context, { account, mailbox }, uids, [])) {
    isInOrder &&= (facts.at(-1)?.uid ?? 0) < (some[0] ?? 0)
    if (pack === undefined) {
      facts.push(...(await readFactsRows(context, account, mailbox, some)))
      continue
    }
    let at = 0
    for (const [place, uid] of pack.facts.uids.entries()) {
      if (uid !== some[at]) continue
      facts.push(factsAt(pack.facts, place))
      at += 1
    }
  }
  return isInOrder ? facts : facts.sort((a, b) => a.uid - b.uid)
}

async function readFactsRows(
  context: StoreContext,
  account: AccountId,
  mailbox: MailboxId,
  uids: readonly number[],
): Promise<readonly MessageFacts[]> {
  const rows = await context.database.rows<FactsRow>({
    name: 'store.facts',
    text: `SELECT ${factsColumns} ${joined} ORDER BY e.uid`,
    values: [account, mailbox, uids],
  })
  return rows.map(factsOf)
}

function factsOf(row: FactsRow): MessageFacts {
  return {
    uid: row.uid,
    messageId: row.message_id,
    threadId: row.thread_id,
    octets: row.octets,
    receivedAt: row.received_at,
    savedAt: row.saved_at,
  }
}

interface SummaryRow extends FactsRow {
  readonly content_key: Buffer
  readonly summary: Buffer
}

export async function* readSummaries(
  context: StoreContext,
  account: AccountId,
  mailbox: MailboxId,
  uids: readonly number[],
): AsyncGenerator<readonly Summary[]> {
  for (let at = 0; at < uids.length; at += summaryBatch)
    yield await summariesOf(context, account, mailbox, uids.slice(at, at + summaryBatch))
}

/** Those this node remembers, and the others read, in UID order. */
async function summariesOf(
  context: StoreContext,
  account: AccountId,
  mailbox: MailboxId,
  uids: readonly number[],
): Promise<readonly Summary[]> {
  const { summaries } = context.mirror
  const found: Summary[] = []
  const missing: number[] = []
  for (const uid of uids) {
    const summary = summaries.find(mailbox, uid)
    if (summary === undefined) missing.push(uid)
    else found.push(summary)
  }
  if (missing.length === 0) return found
  const read = await readSummaryRows(context, account, mailbox, missing)
  for (const { summary, octets } of read) summaries.keep(mailbox, summary.uid, summary, octets * 3)
  const all = read.map(({ summary }) => summary)
  return found.length === 0 ? all : [...found, ...all].sort((a, b) => a.uid - b.uid)
}

export async function readSummaryRows(
  context: StoreContext,
  account: AccountId,
  mailbox: MailboxId,
  uids: readonly number[],
): Promise<readonly { readonly summary: Summary; readonly octets: number }[]> {
  const keys = await accountKeys(context, account)
  const rows = await context.database.rows<SummaryRow>({
    name: 'store.summaries',
    text: `SELECT ${factsColumns}, m.content_key, m.summary ${joined} ORDER BY e.uid`,
    values: [account, mailbox, uids],
  })
  return withFreshKeys(keys, () =>
    rows.map((row) => ({ summary: openSummary(keys, row), octets: row.summary.length })),
  )
}

function openSummary(keys: AccountKeys, row: SummaryRow): Summary {
  const key = keys.openContentKey(row.message_id, row.content_key)
  const place = { object: row.message_id, field: 'message.summary' }
  return { ...factsOf(row), ...decodeSummary(key.open(place, row.summary)) }
}

export interface ContentRow {
  readonly message_id: MessageId
  readonly content_key: Buffer
  readonly trace: Buffer | null
  readonly content: Buffer
  readonly object_id: string | null
}

export async function readContent(
  context: StoreContext,
  account: AccountId,
  mailbox: MailboxId,
  uid: number,
): Promise<Buffer> {
  const { contents } = context.mirror
  const known = contents.find(mailbox, uid)
  if (known !== undefined) {
    const opened = await openKnown(context, account, known)
    if (opened !== undefined) return opened
    contents.forget(mailbox, [uid])
  }
  const row = await context.database.row<ContentRow>({
    name: 'store.content',
    text: `SELECT m.message_id, m.content_key, m.trace, m.content, m.object_id
      FROM entry e JOIN message m USING (account_id, message_id)
      WHERE e.account_id = $1 AND e.mailbox_id = $2 AND e.uid = $3`,
    values: [account, mailbox, uid],
  })
  if (row === undefined) throw new Refusal('no-such-message', { account, mailbox, uid })
  contents.keep(mailbox, uid, row, row.content.length)
  return openContent(context, account, row)
}

/** Undefined: its key was renewed since it was read. */
async function openKnown(
  context: StoreContext,
  account: AccountId,
  row: ContentRow,
): Promise<Buffer | undefined> {
  try {
    return await openContent(context, account, row)
  } catch (error) {
    if (error instanceof SealError) return undefined
    throw error
  }
}

export async function openContent(
  context: StoreContext,
  account: AccountId,
  row: ContentRow,
): Promise<Buffer> {
  const keys = await accountKeys(context, account)
  const object = row.message_id
  const key = await withFreshKeys(keys, () => keys.openContentKey(object, row.content_key))
  const packed =
    row.object_id === null
      ? key.open({ object, field: 'message.content' }, row.content)
      : await getObject(context, decodePointer(key.open(pointerOf(object), row.content)), key)
  const octets = unpack(packed)
  if (row.trace === null) return octets
  return Buffer.concat([key.open({ object, field: 'message.trace' }, row.trace), octets])
}
