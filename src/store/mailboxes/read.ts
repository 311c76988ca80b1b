/** Mailboxes of an account, their names opened, for whoever changes them: within his transaction. */
import type { AccountId, MailboxId } from '../../base/id.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Db } from '../../db/types.ts'
import type { AccountKeys } from '../../keys/types.ts'
import { accountKeys, withFreshKeys, type StoreContext } from '../context.ts'
import type { Mailbox, MailboxRole } from '../types.ts'

export interface MailboxRow {
  readonly mailbox_id: MailboxId
  readonly name: Buffer
  readonly role: MailboxRole | null
  readonly is_subscribed: boolean
  readonly sort_order: number | null
  readonly uid_validity: number
  readonly uid_next: number
  readonly messages: number
  readonly octets: number
  readonly highest_modseq: number
}

const selected = `SELECT mailbox_id, name, role, is_subscribed, sort_order, uid_validity, uid_next, messages,
  octets, highest_modseq FROM mailbox WHERE account_id = $1`

/** In order of their names. */
export async function readMailboxes(
  context: StoreContext,
  account: AccountId,
  db: Db,
): Promise<readonly Mailbox[]> {
  const keys = await accountKeys(context, account)
  const rows = await db.rows<MailboxRow>({
    name: 'store.mailboxes',
    text: selected,
    values: [account],
  })
  const mailboxes = await withFreshKeys(keys, () =>
    rows.map((row) => openMailbox(keys, account, row)),
  )
  return mailboxes.sort((a, b) => (a.name < b.name ? -1 : 1))
}

export async function readMailbox(
  context: StoreContext,
  account: AccountId,
  id: MailboxId,
  db: Db,
): Promise<Mailbox> {
  const keys = await accountKeys(context, account)
  const row = await db.row<MailboxRow>({
    name: 'store.mailbox',
    text: `${selected} AND mailbox_id = $2`,
    values: [account, id],
  })
  if (row === undefined) throw new Refusal('no-such-mailbox', { account, mailbox: id })
  return withFreshKeys(keys, () => openMailbox(keys, account, row))
}

export function hashName(keys: AccountKeys, name: string): Buffer {
  return keys.hash('mailbox', name)
}

export function sealName(keys: AccountKeys, id: MailboxId, name: string): Buffer {
  return keys.seal({ object: id, field: 'mailbox.name' }, Buffer.from(name))
}

export function openMailbox(keys: AccountKeys, accountId: AccountId, row: MailboxRow): Mailbox {
  const place = { object: row.mailbox_id, field: 'mailbox.name' }
  return {
    id: row.mailbox_id,
    accountId,
    name: keys.open(place, row.name).toString(),
    role: row.role ?? undefined,
    isSubscribed: row.is_subscribed,
    sortOrder: row.sort_order ?? undefined,
    uidValidity: row.uid_validity,
    uidNext: row.uid_next,
    messages: row.messages,
    octets: row.octets,
    highestModSeq: row.highest_modseq,
  }
}
