/** A delivery: one message into one account, durable when it resolves, dropped when it is the same. */
import { Refusal } from '../../base/refusal.ts'
import type { AccountId, MailboxId } from '../../base/id.ts'
import type { StoreContext } from '../context.ts'
import { keywordBits } from '../keywords.ts'
import { inboxOf } from '../mailboxes/inbox.ts'
import type { Appended, Arrival } from '../types.ts'
import { placeStatement, tellPlaced, type Placed, type Placement } from './place.ts'
import type { PreparedMessage } from './prepare.ts'

export interface Arrived {
  readonly isDuplicate: boolean
  readonly appended: Appended | undefined
}

export async function arrive(
  context: StoreContext,
  prepared: PreparedMessage,
  arrival: Arrival,
): Promise<Arrived> {
  const { accountId: account, trace } = arrival
  const mailbox = arrival.mailboxId ?? (await inboxOf(context, account))
  const placement: Placement = {
    account,
    mailbox,
    prepared,
    trace,
    flags: arrival.flags ?? 0,
    keywords: await keywordBits(context, account, arrival.keywords ?? []),
    receivedAt: context.clock.now(),
    sameness: arrival.sameness,
    isExempt: arrival.isExempt ?? false,
  }
  const { messageId, statement } = await placeStatement(context, placement)
  const [placed] = await context.database.single<Placed>(statement)
  if (placed === undefined) {
    await explainRefusal(context, account, mailbox, prepared.octets + trace.length)
    return { isDuplicate: true, appended: undefined }
  }
  tellPlaced(context, placement, placed)
  return { isDuplicate: false, appended: appendedOf(messageId, placed) }
}

export function appendedOf(messageId: string, placed: Placed): Appended {
  const { uid, uid_validity: uidValidity, modseq: modSeq } = placed
  return { messageId, uid, uidValidity, modSeq }
}

interface Room {
  readonly has_octets: boolean
  readonly has_messages: boolean
  readonly has_mailbox: boolean
}

/** Nothing was placed: says why, or returns when the only reason left is a repeated delivery. */
export async function explainRefusal(
  context: StoreContext,
  account: AccountId,
  mailbox: MailboxId,
  octets: number,
): Promise<void> {
  const room = await context.database.row<Room>({
    name: 'store.room',
    text: `SELECT limit_octets IS NULL OR used_octets + $3 <= limit_octets AS has_octets,
        limit_messages IS NULL OR used_messages < limit_messages AS has_messages,
        EXISTS (SELECT FROM mailbox WHERE account_id = $1 AND mailbox_id = $2) AS has_mailbox
      FROM account WHERE account_id = $1`,
    values: [account, mailbox, octets],
  })
  if (room === undefined) throw new Refusal('no-such-account', { account })
  if (!room.has_mailbox) throw new Refusal('no-such-mailbox', { account, mailbox })
  if (!room.has_octets || !room.has_messages) throw new Refusal('over-quota', { account, octets })
}
