/** APPEND, MULTIAPPEND and what is copied from another account: all of them or none (RFC 3502). */
import type { AccountId, MailboxId } from '../../base/id.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Tx } from '../../db/types.ts'
import { accountKeys, kindOf, type StoreContext } from '../context.ts'
import { keywordBits } from '../keywords.ts'
import { refuseRecoverable } from '../mailboxes/recoverable.ts'
import { flagBits, type AppendInput, type Appended } from '../types.ts'
import { appendedOf, explainRefusal } from './arrive.ts'
import {
  noTrace,
  placeStatement,
  tellAllPlaced,
  tellPlaced,
  type Placed,
  type Placement,
} from './place.ts'
import { batchesOf, placeMany } from './place-many.ts'
import { prepareMessage } from './prepare.ts'
import { markSeen } from '../entries/seen.ts'

export interface AppendTarget {
  readonly account: AccountId
  readonly mailbox: MailboxId
  readonly viewer: string
}

export async function append(
  context: StoreContext,
  target: AppendTarget,
  inputs: readonly AppendInput[],
): Promise<readonly Appended[]> {
  const { account, viewer } = target
  refuseRecoverable(account, target.mailbox)
  const isShared = (await kindOf(context, account)) !== 'person'
  // Opened before any transaction: what opens them reads outside of it.
  await accountKeys(context, account)
  const placements: Placement[] = []
  for (const input of inputs) placements.push(await placementOf(context, target, input, isShared))
  const [only] = placements
  if (only !== undefined && placements.length === 1 && !isShared)
    return [await place(context, only)]
  return placeAll(context, placements, async (tx, done) => {
    if (!isShared) return
    const seen = done.filter((_, index) => hasSeen(inputs[index])).map(({ uid }) => uid)
    await markSeen(tx, account, target.mailbox, viewer, seen)
  })
}

const hasSeen = (input: AppendInput | undefined) =>
  input !== undefined && (input.flags & flagBits['\\Seen']) !== 0

async function placementOf(
  context: StoreContext,
  { account, mailbox }: AppendTarget,
  input: AppendInput,
  isShared: boolean,
): Promise<Placement> {
  return {
    account,
    mailbox,
    prepared: await prepareMessage(input.octets),
    trace: noTrace,
    flags: isShared ? input.flags & ~flagBits['\\Seen'] : input.flags,
    keywords: await keywordBits(context, account, input.keywords),
    receivedAt: input.receivedAt,
    sameness: undefined,
    isExempt: false,
  }
}

/** One statement alone is its own transaction. */
async function place(context: StoreContext, placement: Placement): Promise<Appended> {
  const { messageId, statement } = await placeStatement(context, placement)
  const [placed] = await context.database.single<Placed>(statement)
  if (placed === undefined) throw await refusalOf(context, [placement])
  tellPlaced(context, placement, placed)
  return appendedOf(messageId, placed)
}

/** All in one transaction, some hundred at a time. */
async function placeAll(
  context: StoreContext,
  placements: readonly Placement[],
  then: (tx: Tx, appended: readonly Appended[]) => Promise<void>,
): Promise<readonly Appended[]> {
  const [first] = placements
  if (first === undefined) return []
  return context.database.transaction(async (tx) => {
    const appended: Appended[] = []
    for (const batch of batchesOf(placements)) {
      const placed = await placeMany(context, tx, batch)
      if (placed === undefined) throw await refusalOf(context, batch)
      appended.push(...placed)
    }
    await then(tx, appended)
    tx.afterCommit(() => {
      const placed = placements.map((placement, at) => {
        const { uid = 0, modSeq: modseq = 0 } = appended[at] ?? {}
        return { placement, uid, modseq }
      })
      tellAllPlaced(context, first, placed)
    })
    return appended
  })
}

async function refusalOf(
  context: StoreContext,
  placements: readonly Placement[],
): Promise<Refusal> {
  const { account = '', mailbox = '' } = placements[0] ?? {}
  const octets = placements.reduce((sum, { prepared }) => sum + prepared.octets, 0)
  await explainRefusal(context, account, mailbox, octets)
  // There was room when asked again: those before it in this transaction filled the quota.
  return new Refusal('over-quota', { account, octets })
}
