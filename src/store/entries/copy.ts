/**
 * COPY and MOVE. Within one account the message is shared and only entries are made; across accounts it
 * is opened and sealed anew, for the keys differ. RFC 9051 §6.4.7 and §6.4.8.
 */
import type { AccountId, MailboxId, PrincipalId } from '../../base/id.ts'
import { Refusal } from '../../base/refusal.ts'
import type { StoreContext } from '../context.ts'
import { changeAccount } from '../mailboxes/change.ts'
import { isRecoverableMailbox, refuseRecoverable } from '../mailboxes/recoverable.ts'
import { append } from '../messages/append.ts'
import { readContent, readFacts } from '../messages/read.ts'
import type { AppendInput, CopiedUids } from '../types.ts'
import { expunge } from './expunge.ts'
import { moveEntries } from './move-entries.ts'
import { putIn, readSeen, writeSeen } from './put-in.ts'
import { entryRows, ofUids, toEntries } from './read.ts'
import { recoverEntries } from './recover-entries.ts'
import type { RemovedEntry } from './take-out.ts'
import { takeQuota } from './take-quota.ts'

export interface Where {
  readonly account: AccountId
  readonly mailbox: MailboxId
}

export interface CopyRequest {
  readonly from: Where
  readonly to: Where
  readonly uids: readonly number[]
  readonly viewer: PrincipalId
}

export async function copy(context: StoreContext, request: CopyRequest): Promise<CopiedUids> {
  const { from, to, uids } = request
  refuseRecoverable(to.account, to.mailbox)
  if (from.account !== to.account) return copyAcross(context, request)
  return changeAccount(context, from.account, async (tx, modSeq) => {
    const entries = await tx.rows<RemovedEntry>({
      name: 'store.copy-source',
      text: `SELECT uid, message_id, flags, keywords, octets FROM entry
        WHERE account_id = $1 AND mailbox_id = $2 AND uid = ANY($3::bigint[]) ORDER BY uid`,
      values: [from.account, from.mailbox, uids],
    })
    await takeQuota(tx, from.account, entries)
    const copied = await putIn(context, tx, { ...to, modSeq, entries })
    await writeSeen(tx, to, await readSeen(tx, from.account, from.mailbox, uids), copied)
    return copied
  })
}

export async function move(context: StoreContext, request: CopyRequest): Promise<CopiedUids> {
  const { from, to, uids, viewer } = request
  const { account } = from
  refuseRecoverable(to.account, to.mailbox)
  const isRecovery = isRecoverableMailbox(account, from.mailbox)
  if (account === to.account)
    return changeAccount(context, account, (tx, modSeq) =>
      isRecovery
        ? recoverEntries(context, tx, { account, to: to.mailbox, modSeq, uids })
        : moveEntries(context, tx, { account, from: from.mailbox, to: to.mailbox, modSeq, uids }),
    )
  // It would be destroyed here before its time; a copy can be had.
  if (isRecovery) throw new Refusal('invalid', { what: 'recoverable items stay in their account' })
  // Copy first: a node that dies between leaves the message twice, never lost.
  const copied = await copyAcross(context, request)
  const moved = copied.pairs.map(([source]) => source)
  await expunge(context, { ...from, viewer }, moved)
  return copied
}

async function copyAcross(context: StoreContext, request: CopyRequest): Promise<CopiedUids> {
  const { from, to, uids, viewer } = request
  const rows = await entryRows(context, context.database, { ...from, viewer }, ofUids(uids))
  const entries = await toEntries(context, from.account, rows)
  const facts = await readFacts(context, from.account, from.mailbox, uids)
  const received = new Map(facts.map((fact) => [fact.uid, fact.receivedAt]))
  const inputs: AppendInput[] = []
  for (const { uid, flags, keywords } of entries) {
    const octets = await readContent(context, from.account, from.mailbox, uid)
    inputs.push({ octets, flags, keywords, receivedAt: received.get(uid) ?? context.clock.now() })
  }
  const appended = await append(context, { ...to, viewer }, inputs)
  const pairs = appended.map(({ uid }, index) => [entries[index]?.uid ?? 0, uid] as const)
  return { uidValidity: appended[0]?.uidValidity ?? 0, pairs }
}
