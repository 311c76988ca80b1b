/**
 * STORE in an account with one user, where \Seen is a flag like the others: one statement, one round
 * trip, for what mail programs do all day. Writers of an account wait for its row, as everywhere.
 */
import type { StoreContext } from '../context.ts'
import { flagBits, type FlagChange, type FlagsStored, type Mailbox } from '../types.ts'
import { toEntries, type EntryRow, type View } from './read.ts'

interface StoredRow extends EntryRow {
  readonly is_written: boolean
}

export async function storeOwnFlags(
  context: StoreContext,
  view: View,
  uids: readonly number[],
  change: Pick<FlagChange, 'mode' | 'flags'>,
  bits: bigint,
): Promise<FlagsStored> {
  const { account, mailbox } = view
  const both = await context.database.single<StoredRow>({
    name: 'store.own-flags',
    text: storeSql,
    values: [account, mailbox, uids, ...masksOf(change, bits)],
  })
  // Joined here: planned for a few entries, the database would compare each with each.
  const rows = both.filter((row, at) => row.uid !== both[at - 1]?.uid)
  const written = rows.find((row) => row.is_written)
  if (written !== undefined) {
    const { modseq: modSeq } = written
    const changed = rows.filter((row) => row.is_written)
    const change = (before: Mailbox) => ({ ...before, highestModSeq: modSeq })
    context.mirror.advance({ account, mailbox, modSeq, rows: changed, change })
    context.feed.announce(account, modSeq)
  }
  return { entries: await toEntries(context, account, rows), modified: [] }
}

/** What stays of flags and of keywords, and what is set: `flags & $4 | $5`, `keywords & $6 | $7`. */
function masksOf({ mode, flags }: Pick<FlagChange, 'mode' | 'flags'>, bits: bigint) {
  if (mode === 'replace') return [0, flags, '0', bits.toString()]
  if (mode === 'add') return [-1, flags, '-1', bits.toString()]
  return [~flags, 0, (~bits).toString(), '0']
}

// The entries are read as they were when the statement began; should another writer have been at
// them meanwhile, `written` looks at what he left and `counted` has waited for him.
const deleted = flagBits['\\Deleted']
const newFlags = '((entry.flags & $4::smallint) | $5::smallint)::smallint'
const newKeywords = '(entry.keywords & $6::bigint) | $7::bigint'
const isOther = `(entry.flags <> ${newFlags} OR entry.keywords <> (${newKeywords}))`
const ofThese = 'entry.account_id = $1 AND entry.mailbox_id = $2 AND entry.uid = ANY($3::bigint[])'

const storeSql = `
WITH old AS MATERIALIZED (
  SELECT uid, modseq, flags, keywords, ${isOther} AS is_other FROM entry WHERE ${ofThese}
), counted AS (
  UPDATE account SET modseq = modseq + 1
  WHERE account_id = $1 AND EXISTS (SELECT FROM old WHERE is_other)
  RETURNING modseq
), written AS (
  UPDATE entry SET flags = ${newFlags}, keywords = ${newKeywords}, modseq = counted.modseq,
    shown_modseq = CASE WHEN entry.flags & ~${newFlags} & ${deleted} <> 0
      THEN counted.modseq ELSE shown_modseq END
  FROM counted WHERE ${ofThese} AND ${isOther}
  RETURNING entry.uid, entry.modseq, entry.flags, entry.keywords
), touched AS (
  UPDATE mailbox SET highest_modseq = counted.modseq
  FROM counted WHERE account_id = $1 AND mailbox_id = $2
)
SELECT uid, modseq, flags, keywords, true AS is_written FROM written
UNION ALL
SELECT uid, modseq, flags, keywords, false FROM old
ORDER BY uid, is_written DESC`
