/**
 * STORE in an account with one user, where \\Seen is a flag like the others: one statement, one round
 * trip, for what mail programs do all day. Writers of an account wait for its row, as everywhere.
 */
import type { StoreContext } from '../context.ts'
import type { FlagMasks, MailboxEntries } from '../mirror/mailbox-entries.ts'
import { flagBits, type FlagChange, type FlagsStored, type Mailbox } from '../types.ts'
import { rangesOf } from '../uid-ranges.ts'
import { blocksOf, markBlocksSql } from './blocks.ts'
import { readColumns, type View } from './read.ts'

interface StoredRow {
  /** Of the change; null when there was none. */
  readonly modseq: number | null
  /** The account's when it was looked at. */
  readonly before: number
}

/**
 * What became of the entries is not read back: when nobody else's change stands between, the node
 * knows it as well as the database does, and when somebody's does, reading on will tell.
 */
export async function storeOwnFlags(
  context: StoreContext,
  view: View,
  uids: readonly number[],
  change: Pick<FlagChange, 'mode' | 'flags'>,
  bits: bigint,
): Promise<FlagsStored> {
  const { account, mailbox } = view
  const ranges = rangesOf(uids)
  const masks = masksOf(change, bits)
  const [stored] = await context.database.single<StoredRow>({
    name: 'store.own-flags',
    text: storeSql,
    values: [
      account,
      mailbox,
      ranges.lows,
      ranges.highs,
      masks.keepFlags,
      masks.setFlags,
      masks.keepKeywords.toString(),
      masks.setKeywords.toString(),
      blocksOf(uids),
    ],
  })
  const modSeq = stored?.modseq ?? undefined
  if (modSeq !== undefined) {
    const change = (before: Mailbox) => ({ ...before, highestModSeq: modSeq })
    const entries = (known: MailboxEntries) => known.changeFlags(ranges, masks, modSeq)
    context.mirror.advance({ account, mailbox, modSeq, entries, change })
    context.feed.announce(account, modSeq)
  }
  const now = await readColumns(context, view, modSeq ?? stored?.before)
  return { now, modSeq, modified: [] }
}

function masksOf({ mode, flags }: Pick<FlagChange, 'mode' | 'flags'>, bits: bigint): FlagMasks {
  if (mode === 'replace')
    return { keepFlags: 0, setFlags: flags, keepKeywords: 0n, setKeywords: bits }
  if (mode === 'add')
    return { keepFlags: -1, setFlags: flags, keepKeywords: -1n, setKeywords: bits }
  return { keepFlags: ~flags, setFlags: 0, keepKeywords: ~bits, setKeywords: 0n }
}

// The entries are looked at as they were when the statement began; should another writer have been at
// them meanwhile, `written` looks at what he left and `counted` has waited for him.
const deleted = flagBits['\\Deleted']
const newFlags = '((entry.flags & $5::smallint) | $6::smallint)::smallint'
const newKeywords = '(entry.keywords & $7::bigint) | $8::bigint'
const isOther = `(entry.flags <> ${newFlags} OR entry.keywords <> (${newKeywords}))`
const ofThese = `entry.account_id = $1 AND entry.mailbox_id = $2
    AND entry.uid BETWEEN asked.low AND asked.high`
const asked = 'unnest($3::bigint[], $4::bigint[]) AS asked (low, high)'

const storeSql = `
WITH counted AS (
  UPDATE account SET modseq = modseq + 1
  WHERE account_id = $1 AND EXISTS (SELECT FROM ${asked}, entry WHERE ${ofThese} AND ${isOther})
  RETURNING modseq
), written AS (
  UPDATE entry SET flags = ${newFlags}, keywords = ${newKeywords}, modseq = counted.modseq,
    shown_modseq = CASE WHEN entry.flags & ~${newFlags} & ${deleted} <> 0
      THEN counted.modseq ELSE shown_modseq END
  FROM counted, ${asked} WHERE ${ofThese} AND ${isOther}
), touched AS (
  UPDATE mailbox SET highest_modseq = counted.modseq
  FROM counted WHERE account_id = $1 AND mailbox_id = $2
), marked AS (${markBlocksSql({
  account: '$1',
  mailbox: '$2',
  blocks: '$9::bigint[]',
  modSeq: 'counted.modseq',
  from: 'counted',
})}
)
SELECT (SELECT modseq FROM counted) AS modseq, modseq AS before FROM account WHERE account_id = $1`
