/**
 * Where flags changed since a modSeq. An index over the modSeqs of entries would be written three times for each
 * flag; instead a row for 512 UIDs says when the last of them changed (ADR 0059). RFC 7162.
 */
import type { Tx } from '../../db/types.ts'
import type { MailboxId } from '../../base/id.ts'

/** A mailbox of half a million has a thousand blocks; to find what changed in one reads 26 pages at most. */
const blockUids = 512

/** @param uids ascending. */
export function blocksOf(uids: readonly number[]): readonly number[] {
  const blocks: number[] = []
  for (const uid of uids) {
    const block = Math.floor(uid / blockUids)
    if (blocks.at(-1) !== block) blocks.push(block)
  }
  return blocks
}

/**
 * Every writer that changes flags marks the blocks of what it changed; more of them does no harm.
 * @param values SQL for account, mailbox, blocks and modSeq
 */
export const markBlocksSql = (values: {
  readonly account: string
  readonly mailbox: string
  readonly blocks: string
  readonly modSeq: string
  readonly from?: string
}): string => `
INSERT INTO entry_block (account_id, mailbox_id, block, modseq)
SELECT ${values.account}, ${values.mailbox}, block, ${values.modSeq}
FROM ${values.from === undefined ? '' : `${values.from}, `}unnest(${values.blocks}) AS block
ON CONFLICT (account_id, mailbox_id, block) DO UPDATE SET modseq = excluded.modseq`

export async function markBlocks(
  tx: Tx,
  account: string,
  mailbox: MailboxId,
  { uids, modSeq }: { readonly uids: readonly number[]; readonly modSeq: number },
): Promise<void> {
  await tx.execute({
    name: 'store.mark-blocks',
    text: markBlocksSql({
      account: '$1::uuid',
      mailbox: '$2::uuid',
      blocks: '$3::bigint[]',
      modSeq: '$4::bigint',
    }),
    values: [account, mailbox, blocksOf(uids), modSeq],
  })
}

/**
 * Entries that changed after a modSeq, as a table: new ones by their UIDs, others by their blocks. UIDs below
 * `newFrom` were all given out when `since` was the latest modSeq.
 * @param values SQL each; `columns` are names of columns of `entry`
 */
export const changedEntriesSql = (values: {
  readonly columns: string
  readonly account: string
  readonly mailbox: string
  readonly since: string
  readonly newFrom: string
}): string => {
  const { columns, account, mailbox, since, newFrom } = values
  const changed = `account_id = ${account} AND mailbox_id = ${mailbox} AND modseq > ${since}`
  return `
SELECT ${columns} FROM entry WHERE ${changed} AND uid >= ${newFrom}
UNION ALL
SELECT ${columns} FROM (SELECT block FROM entry_block WHERE ${changed}) AS marked
CROSS JOIN LATERAL (SELECT ${columns} FROM entry WHERE ${changed} AND uid < ${newFrom}
  AND uid BETWEEN block * ${blockUids} AND block * ${blockUids} + ${blockUids - 1} OFFSET 0) AS entry`
}
