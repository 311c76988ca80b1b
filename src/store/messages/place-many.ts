/**
 * Puts many prepared messages into one mailbox within a transaction: a handful of statements for some
 * hundred messages, with UIDs and modSeqs in their order. What `place.ts` says of one message holds of each.
 */
import { newId, type MessageId } from '../../base/id.ts'
import type { Tx } from '../../db/types.ts'
import { accountKeys, type StoreContext } from '../context.ts'
import { placeBatchMax, placeBatchOctetsMax } from '../limits.ts'
import type { Appended } from '../types.ts'
import { octetsOf, sealMessage, type Placement, type SealedMessage } from './place.ts'

/** A message, its place among those before it and where it is to stand. */
interface Slots {
  readonly uid: number
  readonly modseq: number
  readonly uid_validity: number
}

/** Small enough to be one statement, whatever the messages are. */
export function* batchesOf(placements: readonly Placement[]): Generator<readonly Placement[]> {
  let batch: Placement[] = []
  let octets = 0
  for (const placement of placements) {
    const size = placement.prepared.packed.length
    if (
      batch.length === placeBatchMax ||
      (batch.length > 0 && octets + size > placeBatchOctetsMax)
    ) {
      yield batch
      batch = []
      octets = 0
    }
    batch.push(placement)
    octets += size
  }
  if (batch.length > 0) yield batch
}

/** All of one account and mailbox. Undefined: there is no room, or no such mailbox. */
export async function placeMany(
  context: StoreContext,
  tx: Tx,
  placements: readonly Placement[],
): Promise<readonly Appended[] | undefined> {
  const slots = await takeSlots(tx, placements)
  if (slots === undefined) return undefined
  const messages: Message[] = []
  for (const [at, placement] of placements.entries()) {
    const messageId = newId(context.clock)
    messages.push({
      messageId,
      placement,
      sealed: await sealMessage(context, placement, messageId),
      uid: slots.uid + at,
      modSeq: slots.modseq + at,
    })
  }
  const threads = await findThreads(context, tx, messages)
  await insertMessages(tx, messages, threads)
  await insertEntries(context, tx, messages)
  await insertDue(tx, messages)
  return messages.map(({ messageId, uid, modSeq }) => ({
    messageId,
    uid,
    modSeq,
    uidValidity: slots.uid_validity,
  }))
}

interface Message {
  readonly messageId: MessageId
  readonly placement: Placement
  readonly sealed: SealedMessage
  readonly uid: number
  readonly modSeq: number
}

async function takeSlots(tx: Tx, placements: readonly Placement[]): Promise<Slots | undefined> {
  const [first] = placements
  if (first === undefined) return undefined
  const octets = placements.reduce((sum, placement) => sum + octetsOf(placement), 0)
  return tx.row<Slots>({
    name: 'store.slots-for-many',
    text: `WITH room AS MATERIALIZED (
        SELECT FROM account JOIN mailbox USING (account_id)
        WHERE account.account_id = $1 AND mailbox.mailbox_id = $2
          AND (limit_octets IS NULL OR used_octets + $3 <= limit_octets)
          AND (limit_messages IS NULL OR used_messages + $4 <= limit_messages)
        FOR UPDATE OF account, mailbox
      ), counted AS (
        UPDATE account SET modseq = modseq + $4, used_octets = used_octets + $3,
          used_messages = used_messages + $4
        FROM room WHERE account.account_id = $1 RETURNING modseq
      )
      UPDATE mailbox SET uid_next = uid_next + $4, messages = messages + $4, octets = octets + $3,
        highest_modseq = counted.modseq
      FROM counted WHERE account_id = $1 AND mailbox_id = $2
      RETURNING uid_next - $4 AS uid, counted.modseq - $4 + 1 AS modseq, uid_validity`,
    values: [first.account, first.mailbox, octets, placements.length],
  })
}

/** The thread of each, those of the same batch among them. */
async function findThreads(
  context: StoreContext,
  tx: Tx,
  messages: readonly Message[],
): Promise<readonly string[]> {
  const account = messages[0]?.placement.account ?? ''
  const keys = await accountKeys(context, account)
  const hashes = messages.map(({ placement }) =>
    placement.prepared.references.map((reference) => keys.hash('reference', reference)),
  )
  const rows = await tx.rows<{ reference: Buffer; thread_id: string }>({
    name: 'store.threads-of',
    text: `SELECT reference, thread_id FROM thread_reference
      WHERE account_id = $1 AND reference = ANY($2::bytea[])`,
    values: [account, hashes.flat()],
  })
  const known = new Map(rows.map((row) => [row.reference.toString('latin1'), row.thread_id]))
  const fresh: [reference: Buffer, thread: string][] = []
  const threads = hashes.map((references) => {
    const named = references.map((reference) => reference.toString('latin1'))
    const found = named.flatMap((name) => known.get(name) ?? []).sort()
    const thread = found[0] ?? newId(context.clock)
    for (const [at, name] of named.entries()) {
      const reference = references[at]
      if (known.has(name) || reference === undefined) continue
      known.set(name, thread)
      fresh.push([reference, thread])
    }
    return thread
  })
  await tx.execute({
    name: 'store.link-threads',
    text: `INSERT INTO thread_reference (account_id, reference, thread_id)
      SELECT $1, unnest($2::bytea[]), unnest($3::uuid[]) ON CONFLICT DO NOTHING`,
    values: [account, fresh.map(([reference]) => reference), fresh.map(([, thread]) => thread)],
  })
  return threads
}

/** Whose documents are to be read for search. */
async function insertDue(tx: Tx, messages: readonly Message[]): Promise<void> {
  const due = messages.filter(({ placement }) => placement.prepared.hasDocuments)
  if (due.length === 0) return
  await tx.execute({
    name: 'store.documents-due',
    text: 'INSERT INTO document_due (account_id, message_id) SELECT $1, unnest($2::uuid[])',
    values: [due[0]?.placement.account, due.map(({ messageId }) => messageId)],
  })
}

/** Values of many rows in one run of octets: cut apart by the database, never written as text. */
class Run {
  readonly #parts: Buffer[] = []
  readonly starts: number[] = []
  readonly lengths: number[] = []
  #octets = 0

  add(octets: Buffer): void {
    this.starts.push(this.#octets + 1)
    this.lengths.push(octets.length)
    this.#parts.push(octets)
    this.#octets += octets.length
  }

  get octets(): Buffer {
    return Buffer.concat(this.#parts, this.#octets)
  }
}

async function insertMessages(
  tx: Tx,
  messages: readonly Message[],
  threads: readonly string[],
): Promise<void> {
  const [keys, summaries, contents] = [new Run(), new Run(), new Run()]
  for (const { sealed } of messages) {
    keys.add(sealed.key)
    summaries.add(sealed.summary)
    contents.add(sealed.content)
  }
  await tx.execute({
    name: 'store.place-messages',
    text: `INSERT INTO message (account_id, message_id, thread_id, octets, received_at, content_key,
        summary, content, object_id)
      SELECT $1, message_id, thread_id, octets, received_at,
        substring($2::bytea FROM key_at FOR key_octets),
        substring($3::bytea FROM summary_at FOR summary_octets),
        substring($4::bytea FROM content_at FOR content_octets), object_id
      FROM unnest($5::uuid[], $6::uuid[], $7::bigint[], $8::bigint[], $9::int[], $10::int[],
        $11::int[], $12::int[], $13::int[], $14::int[], $15::uuid[])
        AS n (message_id, thread_id, octets, received_at, key_at, key_octets, summary_at,
          summary_octets, content_at, content_octets, object_id)`,
    values: [
      messages[0]?.placement.account,
      keys.octets,
      summaries.octets,
      contents.octets,
      messages.map(({ messageId }) => messageId),
      threads,
      messages.map(({ placement }) => octetsOf(placement)),
      messages.map(({ placement }) => placement.receivedAt),
      keys.starts,
      keys.lengths,
      summaries.starts,
      summaries.lengths,
      contents.starts,
      contents.lengths,
      messages.map(({ sealed }) => sealed.objectId),
    ],
  })
}

async function insertEntries(
  context: StoreContext,
  tx: Tx,
  messages: readonly Message[],
): Promise<void> {
  const [first] = messages
  await tx.execute({
    name: 'store.place-entries',
    text: `INSERT INTO entry (account_id, mailbox_id, uid, message_id, modseq, flags, keywords,
        octets, saved_at, shown_modseq)
      SELECT $1, $2, uid, message_id, modseq, flags, keywords, octets, $3, modseq
      FROM unnest($4::bigint[], $5::uuid[], $6::bigint[], $7::smallint[], $8::bigint[], $9::bigint[])
        AS n (uid, message_id, modseq, flags, keywords, octets)`,
    values: [
      first?.placement.account,
      first?.placement.mailbox,
      context.clock.now(),
      messages.map(({ uid }) => uid),
      messages.map(({ messageId }) => messageId),
      messages.map(({ modSeq }) => modSeq),
      messages.map(({ placement }) => placement.flags),
      messages.map(({ placement }) => placement.keywords.toString()),
      messages.map(({ placement }) => octetsOf(placement)),
    ],
  })
}
