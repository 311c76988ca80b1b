/**
 * Puts one prepared message into one mailbox: UID, modSeq, thread, quota and content in a single
 * statement, one round trip. The account's row is locked first, so that modSeqs become visible in
 * order; the mailbox's too, so that it cannot go meanwhile. Architecture §4.
 */
import { newId, type AccountId, type MailboxId, type MessageId } from '../../base/id.ts'
import type { Millis } from '../../base/clock.ts'
import type { Statement } from '../../db/types.ts'
import type { AccountKeys, ContentKey } from '../../keys/types.ts'
import { samenessMs, inlineOctetsMax } from '../limits.ts'
import { accountKeys, type StoreContext } from '../context.ts'
import type { Mailbox } from '../types.ts'
import type { MailboxEntries } from '../mirror/mailbox-entries.ts'
import { packMessagesMax } from '../packs/limits.ts'
import { encodeSummary } from './summary.ts'
import type { PreparedMessage, StoredObject } from './prepare.ts'
import { encodePointer, pointerOf, putObject } from './object.ts'

export interface Placement {
  readonly account: AccountId
  readonly mailbox: MailboxId
  readonly prepared: PreparedMessage
  readonly trace: Buffer
  readonly flags: number
  readonly keywords: bigint
  readonly receivedAt: Millis
  /** Undefined: not a delivery, never the same as another. */
  readonly sameness: Buffer | undefined
  /** It is put in though the quota is used up. */
  readonly isExempt: boolean
}

export interface Placed {
  readonly modseq: number
  readonly uid: number
  readonly uid_validity: number
}

export const noTrace = Buffer.alloc(0)

/** The statement that places a message, with everything it seals sealed. */
export async function placeStatement(
  context: StoreContext,
  placement: Placement,
): Promise<{ readonly messageId: MessageId; readonly statement: Statement }> {
  const { account, prepared } = placement
  const keys = await accountKeys(context, account)
  const messageId = newId(context.clock)
  const sealed = await sealMessage(context, placement, messageId)
  const values = [
    ...placeValues(context, placement),
    messageId,
    newId(context.clock),
    sealed.key,
    sealed.summary,
    sealed.trace,
    sealed.content,
    sealed.objectId,
    prepared.references.map((reference) => keys.hash('reference', reference)),
    samenessOf(keys, placement.sameness),
    placement.isExempt,
    prepared.hasDocuments,
  ]
  return { messageId, statement: { name: 'store.place', text: placeSql, values } }
}

/** After the commit: to what this node remembers, then to everybody. */
export function tellPlaced(context: StoreContext, placement: Placement, placed: Placed): void {
  const { account, mailbox } = placement
  tellAllPlaced(context, { account, mailbox }, [{ placement, ...placed }])
}

export interface PlacedMessage extends Pick<Placed, 'uid' | 'modseq'> {
  readonly placement: Placement
}

/** Of messages with consecutive UIDs and modSeqs. */
export function tellAllPlaced(
  context: StoreContext,
  { account, mailbox }: Pick<Placement, 'account' | 'mailbox'>,
  placed: readonly PlacedMessage[],
): void {
  const last = placed.at(-1)
  if (last === undefined) return
  const { uid, modseq: modSeq } = last
  const octets = placed.reduce((sum, { placement }) => sum + octetsOf(placement), 0)
  const change = (before: Mailbox): Mailbox => ({
    ...before,
    uidNext: uid + 1,
    messages: before.messages + placed.length,
    octets: before.octets + octets,
    highestModSeq: modSeq,
  })
  const rows = placed.map(({ uid, modseq, placement: { flags, keywords } }) => {
    return { uid, modseq, flags, keywords: Number(keywords) }
  })
  const entries = (known: MailboxEntries) => known.apply(rows, [], modSeq)
  const steps = placed.length
  context.mirror.advance({ account, mailbox, modSeq, steps, entries, change })
  if (uid % packMessagesMax < steps) context.due.set(account, context.clock.now())
  context.feed.announce(account, modSeq)
}

/** What a row keeps of a message, under a key of its own. */
export interface SealedMessage {
  readonly key: Buffer
  readonly summary: Buffer
  readonly trace: Buffer | null
  readonly content: Buffer
  readonly objectId: string | null
}

/** Large content is in the object store when it resolves. */
export async function sealMessage(
  context: StoreContext,
  placement: Placement,
  messageId: MessageId,
): Promise<SealedMessage> {
  const { prepared } = placement
  const keys = await accountKeys(context, placement.account)
  const isLarge = prepared.packed.length > inlineOctetsMax
  const object = isLarge
    ? await (prepared.object ??= putObject(context, keys, prepared))
    : undefined
  const key =
    object === undefined
      ? keys.newContentKey(messageId)
      : keys.wrapContentKey(messageId, object.secret)
  return sealedValues(placement, messageId, key, object)
}

/** RFC822.SIZE. */
export const octetsOf = ({ prepared, trace }: Placement) => prepared.octets + trace.length

function placeValues(context: StoreContext, placement: Placement): readonly unknown[] {
  const { account, mailbox, flags, keywords, receivedAt } = placement
  const octets = octetsOf(placement)
  return [account, mailbox, octets, receivedAt, context.clock.now(), flags, keywords.toString()]
}

function sealedValues(
  placement: Placement,
  messageId: MessageId,
  key: ContentKey,
  object: StoredObject | undefined,
): SealedMessage {
  const { prepared, trace } = placement
  const summary = encodeSummary(trace, prepared.header, prepared.facts)
  const traceAt = { object: messageId, field: 'message.trace' }
  return {
    key: key.wrapped,
    summary: key.seal({ object: messageId, field: 'message.summary' }, summary),
    trace: trace.length === 0 ? null : key.seal(traceAt, trace),
    content:
      object === undefined
        ? key.seal({ object: messageId, field: 'message.content' }, prepared.packed)
        : key.seal(pointerOf(messageId), encodePointer(object)),
    objectId: object?.id ?? null,
  }
}

function samenessOf(keys: AccountKeys, sameness: Buffer | undefined): Buffer | null {
  return sameness === undefined ? null : keys.hash('delivered', sameness)
}

// $1 account $2 mailbox $3 octets $4 received_at $5 now $6 flags $7 keywords $8 message $9 new thread
// $10 content_key $11 summary $12 trace $13 content $14 object $15 references
// $16 sameness $17 exempt from the quota $18 has documents to be read
const placeSql = `
WITH room AS MATERIALIZED (
  SELECT account.account_id FROM account JOIN mailbox USING (account_id)
  WHERE account.account_id = $1 AND mailbox.mailbox_id = $2
    AND ($17::boolean OR ((limit_octets IS NULL OR used_octets + $3 <= limit_octets)
      AND (limit_messages IS NULL OR used_messages < limit_messages)))
  FOR UPDATE OF account, mailbox
), first AS (
  INSERT INTO delivered (account_id, digest, delivered_at)
  SELECT account_id, $16::bytea, $5 FROM room WHERE $16::bytea IS NOT NULL
  ON CONFLICT (account_id, digest) DO UPDATE SET delivered_at = excluded.delivered_at
    WHERE delivered.delivered_at < $5 - ${samenessMs}
  RETURNING account_id
), go AS (
  SELECT account_id FROM first UNION ALL SELECT account_id FROM room WHERE $16::bytea IS NULL
), counted AS (
  UPDATE account SET modseq = modseq + 1, used_octets = used_octets + $3,
    used_messages = used_messages + 1
  FROM go WHERE account.account_id = $1 RETURNING modseq
), slot AS (
  UPDATE mailbox SET uid_next = uid_next + 1, messages = messages + 1,
    octets = octets + $3, highest_modseq = counted.modseq
  FROM counted WHERE account_id = $1 AND mailbox_id = $2
  RETURNING uid_next - 1 AS uid, uid_validity, counted.modseq
), thread AS (
  SELECT coalesce(
    (SELECT thread_id FROM thread_reference
     WHERE account_id = $1 AND reference = ANY($15::bytea[]) ORDER BY thread_id LIMIT 1),
    $9::uuid) AS thread_id
), linked AS (
  INSERT INTO thread_reference (account_id, reference, thread_id)
  SELECT $1, reference, thread_id FROM slot, thread, unnest($15::bytea[]) AS reference
  ON CONFLICT DO NOTHING
), stored AS (
  INSERT INTO message (account_id, message_id, thread_id, octets, received_at, content_key, summary,
    trace, content, object_id)
  SELECT $1, $8, thread_id, $3, $4, $10, $11, $12, $13, $14 FROM slot, thread
), due AS (
  INSERT INTO document_due (account_id, message_id) SELECT $1, $8 FROM slot WHERE $18::boolean
), placed AS (
  INSERT INTO entry (account_id, mailbox_id, uid, message_id, modseq, flags, keywords, octets,
    saved_at, shown_modseq)
  SELECT $1, $2, uid, $8, modseq, $6, $7, $3, $5, modseq FROM slot
)
SELECT uid, uid_validity, modseq FROM slot`
