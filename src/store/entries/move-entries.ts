/** Entries change their mailbox within one account: new UIDs, the message stays. RFC 6851. */
import type { AccountId, MailboxId } from '../../base/id.ts'
import type { Tx } from '../../db/types.ts'
import type { StoreContext } from '../context.ts'
import type { CopiedUids } from '../types.ts'
import { putIn, readSeen, writeSeen } from './put-in.ts'
import { takeOut } from './take-out.ts'

export interface EntryMove {
  readonly account: AccountId
  readonly from: MailboxId
  readonly to: MailboxId
  readonly modSeq: number
  readonly uids: readonly number[] | undefined
}

/** Within a transaction that holds the account. */
export async function moveEntries(
  context: StoreContext,
  tx: Tx,
  { account, from, to, modSeq, uids }: EntryMove,
): Promise<CopiedUids> {
  const seen = await readSeen(tx, account, from, uids)
  const entries = await takeOut(context, tx, { account, mailbox: from, modSeq, uids })
  const copied = await putIn(context, tx, { account, mailbox: to, modSeq, entries })
  await writeSeen(tx, { account, mailbox: to }, seen, copied)
  return copied
}
