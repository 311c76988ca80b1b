/**
 * STORE in an account with one user, where \\Seen is a flag like the others: one statement, one round
 * trip, for what mail programs do all day. Writers of an account wait for its row, as everywhere.
 */
import type { Statement } from '../../db/types.ts'
import type { StoreContext } from '../context.ts'
import type { FlagMasks, MailboxEntries } from '../mirror/mailbox-entries.ts'
import { flagBits, type FlagChange, type FlagsStored, type Mailbox } from '../types.ts'
import { rangesOf, type UidRanges } from '../uid-ranges.ts'
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
  const [stored] = await context.database.single<StoredRow>(
    storeStatement({ account, mailbox }, uids, ranges, masks),
  )
  const modSeq = stored?.modseq ?? undefined
  if (modSeq !== undefined) {
    const change = (before: Mailbox) => ({ ...before, highestModSeq: modSeq })
    const entries = (known: MailboxEntries) => known.changeFlags(ranges, masks, modSeq)
    context.mirror.advance({ account, mailbox, modSeq, entries, change })
    context.mirror.mailboxes.noteChanged(account, mailbox, uids.length)
    context.feed.announce(account, modSeq)
  }
  const now = await readColumns(context, view, modSeq ?? stored?.before)
  return { now, modSeq, modified: [] }
}

/** What `storeOwnFlags` asks of PostgreSQL. @param uids ascending, and `ranges` of them. */
export function storeStatement(
  { account, mailbox }: Pick<View, 'account' | 'mailbox'>,
  uids: readonly number[],
  ranges: UidRanges,
  masks: FlagMasks,
): Statement {
  const [[low = 0], [high = 0]] = [ranges.lows, ranges.highs]
  const isOneRange = ranges.lows.length === 1
  return {
    name: isOneRange ? 'store.own-flags' : 'store.own-flags-scattered',
    text: isOneRange ? storeRangeSql : storeScatteredSql,
    values: [
      account,
      mailbox,
      isOneRange ? low : uids,
      isOneRange ? high : null,
      masks.keepFlags,
      masks.setFlags,
      masks.keepKeywords.toString(),
      masks.setKeywords.toString(),
      blocksOf(uids),
    ],
  }
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

/**
 * @param asked which UIDs, as a condition that the primary key answers. A join with ranges is none: without statistics of
 * a mailbox that was just filled PostgreSQL reads all of it for one flag.
 */
const storeSql = (asked: string) => {
  const ofThese = `entry.account_id = $1 AND entry.mailbox_id = $2 AND ${asked}`
  return `
WITH counted AS (
  UPDATE account SET modseq = modseq + 1
  WHERE account_id = $1 AND EXISTS (SELECT FROM entry WHERE ${ofThese} AND ${isOther})
  RETURNING modseq
), written AS (
  UPDATE entry SET flags = ${newFlags}, keywords = ${newKeywords}, modseq = counted.modseq,
    shown_modseq = CASE WHEN entry.flags & ~${newFlags} & ${deleted} <> 0
      THEN counted.modseq ELSE shown_modseq END
  FROM counted WHERE ${ofThese} AND ${isOther}
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
}

const storeRangeSql = storeSql('entry.uid BETWEEN $3::bigint AND $4::bigint')
// $4 has no use there, and still a type.
const storeScatteredSql = storeSql('entry.uid = ANY($3::bigint[]) AND $4::bigint IS NULL')
