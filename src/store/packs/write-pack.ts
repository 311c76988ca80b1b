/** A pack made of its messages, and its row. */
import { newId, type AccountId, type MailboxId, type MessageId } from '../../base/id.ts'
import type { Tx } from '../../db/types.ts'
import type { OrderFacts } from '../../mime/order-facts.ts'
import { accountKeys, type StoreContext } from '../context.ts'
import type { MessageFacts } from '../types.ts'
import { encodeFactsPart } from './facts-part.ts'
import { encodeFormsPart, type Form } from './forms-part.ts'
import { encodeHeadsPart } from './heads-part.ts'
import { encodeOrders } from './orders-part.ts'
import { sealPart } from './parts.ts'

export interface PackedMessage {
  readonly facts: MessageFacts
  readonly header: Buffer
  readonly form: Form
  readonly order: OrderFacts
}

export interface SealedPack {
  readonly id: string
  readonly wrapped: Buffer
  readonly messageIds: readonly MessageId[]
  readonly facts: Buffer
  readonly heads: Buffer
  readonly forms: Buffer
  readonly orders: Buffer
}

/** Undefined: the messages do not fit into one pack. */
export async function sealPack(
  context: StoreContext,
  account: AccountId,
  messages: readonly PackedMessage[],
): Promise<SealedPack | undefined> {
  const heads = encodeHeadsPart(messages.map(({ header }) => header))
  if (heads === undefined) return undefined
  const keys = await accountKeys(context, account)
  const id = newId(context.clock)
  const key = keys.newContentKey(id)
  const facts = messages.map((message) => message.facts)
  const forms = encodeFormsPart(messages.map(({ form }) => form))
  const orders = encodeOrders(messages.map(({ order }) => order))
  return {
    id,
    wrapped: key.wrapped,
    messageIds: facts.map(({ messageId }) => messageId),
    facts: await sealPart(key, id, 'facts', encodeFactsPart(facts)),
    heads: await sealPart(key, id, 'heads', heads),
    forms: await sealPart(key, id, 'forms', forms),
    orders: await sealPart(key, id, 'orders', orders),
  }
}

export interface PackRange {
  readonly account: AccountId
  readonly mailbox: MailboxId
  readonly first: number
  readonly last: number
}

/** @returns false when there is one of that place already. */
export async function insertPack(
  tx: Tx,
  { account, mailbox, first, last }: PackRange,
  pack: SealedPack,
): Promise<boolean> {
  const ids = pack.messageIds.toSorted()
  const done = await tx.execute({
    name: 'store.add-pack',
    text: `INSERT INTO mailbox_pack (account_id, mailbox_id, first_uid, last_uid, pack_id, message_ids,
        first_id, last_id, content_key, facts, heads, forms, orders)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT DO NOTHING`,
    values: [
      account,
      mailbox,
      first,
      last,
      pack.id,
      pack.messageIds,
      ids[0],
      ids.at(-1),
      pack.wrapped,
      pack.facts,
      pack.heads,
      pack.forms,
      pack.orders,
    ],
  })
  return done > 0
}
