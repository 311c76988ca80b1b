/**
 * Walks the whole store and trusts nothing it can compute: every message opens, numbers never went
 * back, counters are what they count, every object is somebody's. Ids in its words, no content.
 */
import { createHash } from 'node:crypto'
import type { AccountId } from '../base/id.ts'
import { isRefusal } from '../base/refusal.ts'
import { SealError } from '../keys/types.ts'
import type { StoreContext } from './context.ts'
import { accountKeys, withFreshKeys } from './context.ts'
import { openContent, type ContentRow } from './messages/read.ts'
import { decodeSummary } from './messages/summary.ts'

export interface Finding {
  readonly what: 'messages' | 'mailboxes' | 'accounts' | 'objects'
  readonly sentence: string
}

export interface VerifyStep {
  readonly done: number
  readonly total: number
  /** Messages opened since the step before. */
  readonly opened: number
  readonly findings: readonly Finding[]
}

/** Messages opened between two steps. */
const messageBatch = 100

export async function* verifyStore(context: StoreContext): AsyncGenerator<VerifyStep> {
  const accounts = await context.database.rows<{ account_id: AccountId }>({
    text: 'SELECT account_id FROM account ORDER BY account_id',
  })
  const objects = new Set<string>()
  for (const [done, { account_id: account }] of accounts.entries()) {
    const total = accounts.length
    yield { done, total, opened: 0, findings: await checkNumbers(context, account) }
    for await (const batch of checkMessages(context, account, objects))
      yield { done, total, ...batch }
  }
  yield {
    done: accounts.length,
    total: accounts.length,
    opened: 0,
    findings: await checkObjects(context, objects),
  }
}

interface NumberFault {
  readonly mailbox_id: string
  readonly fault: string
}

/** UIDs and modSeqs beyond what their mailbox or account has given out went back; counters lie. */
async function checkNumbers(
  context: StoreContext,
  account: AccountId,
): Promise<readonly Finding[]> {
  const rows = await context.database.rows<NumberFault>({ text: numbersSql, values: [account] })
  return rows.map(({ mailbox_id: mailbox, fault }) => ({
    what: 'mailboxes',
    sentence: `Mailbox ${mailbox} of account ${account}: ${fault}.`,
  }))
}

const numbersSql = `
SELECT m.mailbox_id, f.fault FROM mailbox m JOIN account a USING (account_id)
LEFT JOIN LATERAL (SELECT count(*) AS messages, coalesce(sum(octets), 0) AS octets,
    max(uid) AS uid, max(modseq) AS modseq FROM entry e
    WHERE e.account_id = m.account_id AND e.mailbox_id = m.mailbox_id) e ON true
LEFT JOIN LATERAL (SELECT max(uid) AS uid, max(modseq) AS modseq FROM entry_gone g
    WHERE g.account_id = m.account_id AND g.mailbox_id = m.mailbox_id) g ON true
CROSS JOIN LATERAL (VALUES
  (greatest(e.uid, g.uid) >= m.uid_next, 'a UID is beyond UIDNEXT'),
  (greatest(e.modseq, g.modseq) > m.highest_modseq, 'a modseq is beyond HIGHESTMODSEQ'),
  (m.highest_modseq > a.modseq, 'HIGHESTMODSEQ is beyond the account''s modseq'),
  (m.uid_validity > a.uid_validity_last, 'UIDVALIDITY was never given out'),
  (e.messages <> m.messages OR e.octets <> m.octets, 'it counts other messages than it has')
) AS f (is_wrong, fault)
WHERE m.account_id = $1 AND f.is_wrong`

interface MessageRow extends ContentRow {
  readonly summary: Buffer
  readonly octets: number
}

async function* checkMessages(
  context: StoreContext,
  account: AccountId,
  objects: Set<string>,
): AsyncGenerator<Pick<VerifyStep, 'opened' | 'findings'>> {
  let after = '00000000-0000-0000-0000-000000000000'
  for (;;) {
    const rows = await context.database.rows<MessageRow>({
      name: 'store.verify-messages',
      text: `SELECT message_id, content_key, summary, trace, content, object_id, octets FROM message
        WHERE account_id = $1 AND message_id > $2 ORDER BY message_id LIMIT ${messageBatch}`,
      values: [account, after],
    })
    const findings: Finding[] = []
    for (const row of rows) {
      if (row.object_id !== null) objects.add(row.object_id)
      const fault = await checkMessage(context, account, row)
      if (fault !== undefined)
        findings.push({
          what: 'messages',
          sentence: `Message ${row.message_id} of account ${account} ${fault}.`,
        })
    }
    yield { opened: rows.length, findings }
    const last = rows.at(-1)
    if (last === undefined || rows.length < messageBatch) return
    after = last.message_id
  }
}

async function checkMessage(
  context: StoreContext,
  account: AccountId,
  row: MessageRow,
): Promise<string | undefined> {
  try {
    const keys = await accountKeys(context, account)
    const key = await withFreshKeys(keys, () =>
      keys.openContentKey(row.message_id, row.content_key),
    )
    const place = { object: row.message_id, field: 'message.summary' }
    const { header } = decodeSummary(key.open(place, row.summary))
    const octets = await openContent(context, account, row)
    if (octets.length !== row.octets) return 'is not as long as its row says'
    const same = digest(octets.subarray(0, header.length)) === digest(header)
    return same ? undefined : 'has a summary of another message'
  } catch (error) {
    if (error instanceof SealError) return 'does not open'
    if (isRefusal(error, 'not-found')) return 'has lost its object'
    throw error
  }
}

const digest = (octets: Buffer) => createHash('sha256').update(octets).digest('hex')

async function checkObjects(
  context: StoreContext,
  known: ReadonlySet<string>,
): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  for await (const { id } of context.objects.list())
    if (!known.has(id))
      findings.push({ what: 'objects', sentence: `Object ${id} belongs to no message.` })
  return findings
}
