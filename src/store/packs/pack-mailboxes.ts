/**
 * Packs the summaries of mailboxes behind deliveries. UIDs are given out under a lock and become visible in
 * their order, so a mailbox can be packed up to its last message at any moment. ADR 0023.
 */
import { setImmediate } from 'node:timers/promises'
import type { AccountId, MailboxId, MessageId } from '../../base/id.ts'
import { Refusal, isRefusal } from '../../base/refusal.ts'
import type { Tx } from '../../db/types.ts'
import { orderFactsOf } from '../../mime/order-facts.ts'
import { findValue } from '../../mime/header.ts'
import { parseMessage } from '../../mime/parse.ts'
import type { StoreContext } from '../context.ts'
import { readSummaryRows } from '../messages/read.ts'
import { snapshotFilled, snapshotRead } from '../mirror/write-snapshots.ts'
import type { Summary } from '../types.ts'
import { formOf } from './forms-part.ts'
import { packMessagesMax, packOctetsMax, packSlice, restMs } from './limits.ts'
import { insertPack, sealPack, type PackedMessage } from './write-pack.ts'

export interface PackPlace {
  readonly account: AccountId
  readonly mailbox: MailboxId
}

/** All of an account that have a pack's worth. @returns how many messages were packed. */
export async function packMailboxes(
  context: StoreContext,
  account: AccountId,
  signal?: AbortSignal,
): Promise<number> {
  const rows = await context.database.rows<{ mailbox_id: MailboxId; packed: number }>({
    name: 'store.mailboxes-to-pack',
    text: `SELECT mailbox_id, packed FROM mailbox m CROSS JOIN LATERAL (
        SELECT coalesce((SELECT last_uid FROM mailbox_pack p
          WHERE p.account_id = m.account_id AND p.mailbox_id = m.mailbox_id
          ORDER BY first_uid DESC LIMIT 1), 0) AS packed) AS p
      WHERE account_id = $1 AND mailbox_id <> $1 AND messages >= ${packMessagesMax}
        AND uid_next - 1 - packed >= ${packMessagesMax}`,
    values: [account],
  })
  let packed = 0
  for (const { mailbox_id: mailbox, packed: from } of rows)
    packed += await packMailbox(context, { account, mailbox }, { from, signal })
  if (signal?.aborted !== true) await snapshotFilled(context, account)
  return packed
}

/** Those that were filled here and are at rest, and snapshots of those that were read: while more comes, packing would only be in its way. */
export async function packDue(context: StoreContext, signal?: AbortSignal): Promise<number> {
  let packed = 0
  for (const [account, at] of context.due) {
    if (signal?.aborted === true) break
    if (context.clock.now() - at < restMs) continue
    context.due.delete(account)
    packed += await packMailboxes(context, account, signal)
  }
  await snapshotRead(context, signal)
  return packed
}

interface Packing {
  /** The last UID that is packed. */
  readonly from: number
  readonly signal: AbortSignal | undefined
}

async function packMailbox(
  context: StoreContext,
  place: PackPlace,
  { from, signal }: Packing,
): Promise<number> {
  let [packed, last] = [0, from]
  for (;;) {
    if (signal?.aborted === true) return packed
    const uids = await nextUids(context, place, last)
    if (uids.length < packMessagesMax) return packed
    const messages = await readMessages(context, place, uids)
    const lastUid = messages.at(-1)?.uid ?? uids.at(-1) ?? last
    const range = { first: last + 1, last: lastUid }
    if (messages.length > 0 && !(await addPack(context, place, range, messages))) return packed
    packed += messages.length
    last = lastUid
  }
}

async function nextUids(
  { database }: StoreContext,
  { account, mailbox }: PackPlace,
  after: number,
): Promise<readonly number[]> {
  const rows = await database.rows<{ uid: number }>({
    name: 'store.uids-to-pack',
    text: `SELECT uid FROM entry WHERE account_id = $1 AND mailbox_id = $2 AND uid > $3
      ORDER BY uid LIMIT ${packMessagesMax}`,
    values: [account, mailbox, after],
  })
  return rows.map((row) => row.uid)
}

/** Others are let in between. */
async function readMessages(
  context: StoreContext,
  { account, mailbox }: PackPlace,
  uids: readonly number[],
): Promise<readonly Summary[]> {
  const messages: Summary[] = []
  let octets = 0
  for (let at = 0; at < uids.length && octets < packOctetsMax; at += packSlice) {
    const some = uids.slice(at, at + packSlice)
    for (const read of await readSummaryRows(context, account, mailbox, some)) {
      messages.push(read.summary)
      octets += read.octets
    }
    await setImmediate()
  }
  return messages
}

interface UidRange {
  readonly first: number
  readonly last: number
}

/** @returns false when another node made one, or a message of it went meanwhile: later, then. */
async function addPack(
  context: StoreContext,
  { account, mailbox }: PackPlace,
  { first, last }: UidRange,
  messages: readonly Summary[],
): Promise<boolean> {
  const packed: PackedMessage[] = []
  for (const [at, message] of messages.entries()) {
    packed.push(packedOf(message))
    if (at % packSlice === packSlice - 1) await setImmediate()
  }
  const sealed = await sealPack(context, account, packed)
  // Headers with more names of fields than a pack has room for are read one by one for ever.
  if (sealed === undefined) return false
  try {
    await context.database.transaction(async (tx) => {
      await holdMessages(tx, account, sealed.messageIds)
      if (!(await insertPack(tx, { account, mailbox, first, last }, sealed)))
        throw new Refusal('already-exists', { account, mailbox })
    })
    return true
  } catch (error) {
    if (isRefusal(error, 'no-such-message') || isRefusal(error, 'already-exists')) return false
    throw error
  }
}

function packedOf(message: Summary): PackedMessage {
  const { envelope, header } = message
  const { fields } = parseMessage(header)
  const order = orderFactsOf(envelope, findValue(header, fields, 'references'))
  return { facts: message, header, form: formOf(message), order }
}

/**
 * Whoever destroys a message takes the account first. This waits for him, or he for this: so a message is
 * either gone before it is packed or found packed.
 */
async function holdMessages(tx: Tx, account: AccountId, ids: readonly MessageId[]): Promise<void> {
  await tx.execute({
    name: 'store.share-account',
    text: 'SELECT FROM account WHERE account_id = $1 FOR SHARE',
    values: [account],
  })
  const different = [...new Set(ids)]
  const row = await tx.row<{ count: number }>({
    name: 'store.count-packed',
    text: `SELECT count(*) AS count FROM message
      WHERE account_id = $1 AND message_id = ANY($2::uuid[])`,
    values: [account, different],
  })
  if (row?.count !== different.length) throw new Refusal('no-such-message', { account })
}
