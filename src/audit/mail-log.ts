/**
 * The mail log: time, client address, sender, recipients and size of every message taken (G3 §14.4),
 * sealed, for its own readers. A group commit is one sealed row, so that a message costs little.
 */
import { z } from 'zod'
import type { Clock, Millis } from '../base/clock.ts'
import { newId } from '../base/id.ts'
import type { Database, Db } from '../db/types.ts'
import type { HashingSealer, Keys } from '../keys/types.ts'
import { GroupWriter } from './group.ts'
import { bucketCount, expiryBatch, listMax, mailLogRecipientsMax } from './limits.ts'

/** Stored data depends on it: add optional fields, never rename or remove. */
const entrySchema = z.strictObject({
  at: z.number(),
  /** Taken on port 25, taken from a user, sent on, refused after it was taken. */
  event: z.enum(['received', 'submitted', 'relayed', 'failed']),
  /** The id in our Received field and in the reply to the client. */
  messageId: z.string(),
  remoteAddress: z.exactOptional(z.string()),
  principalId: z.exactOptional(z.string()),
  reversePath: z.string(),
  recipients: z.array(z.string()),
  /** When the list was cut. */
  recipientCount: z.exactOptional(z.number()),
  octets: z.number(),
})
export type MailLogEntry = Readonly<z.infer<typeof entrySchema>>

export interface MailLog {
  /** Durable when it resolves; several are written together. */
  append(entries: readonly MailLogEntry[]): Promise<void>
}

export interface MailLogOptions {
  readonly database: Database
  readonly keys: Pick<Keys, 'platform'>
  readonly clock: Clock
}

export function createMailLog(options: MailLogOptions): MailLog & AsyncDisposable {
  const { database, keys, clock } = options
  const group = new GroupWriter<readonly MailLogEntry[]>(async (members) => {
    const entries = members.flat()
    const id = newId(clock)
    const times = entries.map((entry) => entry.at)
    const plaintext = Buffer.from(JSON.stringify(entries))
    await database.single({
      name: 'audit.append-mail-log',
      text: `INSERT INTO mail_log (bucket, last_at, batch_id, first_at, entries)
        VALUES ($1, $2, $3, $4, $5)`,
      values: [
        bucketOfBatch(id),
        times.reduce((a, b) => Math.max(a, b)),
        id,
        times.reduce((a, b) => Math.min(a, b)),
        keys.platform.seal(placeOf(id), plaintext),
      ],
    })
  })
  return {
    append: (entries) =>
      entries.length === 0 ? Promise.resolve() : group.add(entries.map(shorten)),
    [Symbol.asyncDispose]: () => group[Symbol.asyncDispose](),
  }
}

function shorten(entry: MailLogEntry): MailLogEntry {
  const { recipients } = entry
  if (recipients.length <= mailLogRecipientsMax) return entry
  return {
    ...entry,
    recipients: recipients.slice(0, mailLogRecipientsMax),
    recipientCount: recipients.length,
  }
}

export interface MailLogQuery {
  readonly from: Millis
  /** Exclusive. */
  readonly to: Millis
  readonly limit: number
}

/** Entries of a span of time, newest first. The caller has asked `access` and recorded the reading. */
export async function listMailLog(
  db: Db,
  keys: HashingSealer,
  query: MailLogQuery,
): Promise<readonly MailLogEntry[]> {
  const limit = Math.min(query.limit, listMax)
  // A batch of the span may begin before it: the oldest batch wanted ends at or after `from`.
  const rows = await db.rows<{ batch_id: string; entries: Buffer }>({
    name: 'audit.list-mail-log',
    text: `SELECT batch.batch_id, batch.entries
      FROM generate_series(0, $1::integer - 1) AS b (bucket) CROSS JOIN LATERAL (
        SELECT last_at, batch_id, entries FROM mail_log
        WHERE mail_log.bucket = b.bucket AND last_at >= $2 AND first_at < $3
        ORDER BY last_at DESC LIMIT $4) AS batch
      ORDER BY batch.last_at DESC, batch.batch_id DESC LIMIT $4`,
    values: [bucketCount, query.from, query.to, limit],
  })
  return rows
    .flatMap((row) => openBatch(keys, row.batch_id, row.entries))
    .filter((entry) => entry.at >= query.from && entry.at < query.to)
    .sort((a, b) => b.at - a.at)
    .slice(0, limit)
}

function openBatch(keys: HashingSealer, id: string, sealed: Buffer): readonly MailLogEntry[] {
  return z.array(entrySchema).parse(JSON.parse(keys.open(placeOf(id), sealed).toString()))
}

/** Removes batches whose newest entry is older than `before`. @returns how many. */
export async function expireMailLog(database: Database, before: Millis): Promise<number> {
  let removed = 0
  for (let bucket = 0; bucket < bucketCount; bucket++)
    for (let some = expiryBatch; some === expiryBatch; removed += some)
      some = await expireSome(database, bucket, before)
  return removed
}

function expireSome(database: Database, bucket: number, before: Millis): Promise<number> {
  return database.transaction((tx) =>
    tx.execute({
      name: 'audit.expire-mail-log',
      text: `DELETE FROM mail_log WHERE bucket = $1 AND (last_at, batch_id) IN (
        SELECT last_at, batch_id FROM mail_log
        WHERE bucket = $1 AND last_at < $2 ORDER BY last_at LIMIT $3)`,
      values: [bucket, before, expiryBatch],
    }),
  )
}

function bucketOfBatch(id: string): number {
  return Number.parseInt(id.slice(-2), 16) % bucketCount
}

function placeOf(id: string): { readonly object: string; readonly field: string } {
  return { object: id, field: 'mail_log.entries' }
}
