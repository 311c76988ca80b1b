/**
 * The mail log: time, client address, sender, recipients and size of every message taken, and what
 * became of each recipient (G3 §14.4), sealed, for its own readers. A group commit is one sealed row,
 * so that a message costs little.
 */
import { z } from 'zod'
import type { Clock, Millis } from '../base/clock.ts'
import { GroupWriter } from '../base/group-writer.ts'
import { newId } from '../base/id.ts'
import type { Database, Db } from '../db/types.ts'
import type { HashingSealer, Keys } from '../keys/types.ts'
import { bucketCount, expiryBatch, groupLimits, listMax, mailLogRecipientsMax } from './limits.ts'
import { readBatch, soonMax, soonMs } from './limits.ts'

/** What became of one recipient. Stored data: add optional fields and results, never rename. */
const outcomeSchema = z.strictObject({
  /** Where it went, resolved: a primary address, or one of another system. */
  recipient: z.string(),
  result: z.enum(['delivered', 'relayed', 'queued', 'deferred', 'failed', 'held']),
  /** What the sender wrote, where it led elsewhere: an alias or a list. */
  addressed: z.exactOptional(z.string()),
  /** The list it came by. */
  list: z.exactOptional(z.string()),
  /** Whose redirect sent it there. */
  redirect: z.exactOptional(z.string()),
  /** Why: the refusal's code, or the reason of a decision. */
  reason: z.exactOptional(z.string()),
  /** RFC 3463. */
  enhanced: z.exactOptional(z.string()),
  /** Which attempt of the queue it was. */
  attempt: z.exactOptional(z.number()),
})
export type MailLogOutcome = Readonly<z.infer<typeof outcomeSchema>>

/** Stored data depends on it: add optional fields, never rename or remove. */
const entrySchema = z.strictObject({
  at: z.number(),
  /** Taken on port 25, taken from a user, sent on, refused after it was taken; what became of it. */
  event: z.enum(['received', 'submitted', 'relayed', 'failed', 'settled']),
  /** The id in our Received field and in the reply to the client. */
  messageId: z.string(),
  remoteAddress: z.exactOptional(z.string()),
  principalId: z.exactOptional(z.string()),
  reversePath: z.string(),
  recipients: z.array(z.string()),
  /** When the list was cut. */
  recipientCount: z.exactOptional(z.number()),
  octets: z.number(),
  /** RFC 5322 §3.6.4, as the sender wrote it. */
  headerId: z.exactOptional(z.string()),
  /** Of `settled`: in place of `recipients`, which is empty then. */
  outcomes: z.exactOptional(z.array(outcomeSchema)),
})
export type MailLogEntry = Readonly<z.infer<typeof entrySchema>>

export interface MailLog {
  /** Durable when it resolves; several are written together. */
  append(entries: readonly MailLogEntry[]): Promise<void>
  /**
   * Written with what is appended next, within a second: what became of a message that is safe
   * already costs no commit of its own. A crash may lose the last second.
   */
  appendSoon(entry: MailLogEntry): void
}

export interface MailLogOptions {
  readonly database: Database
  readonly keys: Pick<Keys, 'platform'>
  readonly clock: Clock
}

export function createMailLog(options: MailLogOptions): MailLog & AsyncDisposable {
  return new OpenMailLog(options)
}

class OpenMailLog implements MailLog, AsyncDisposable {
  readonly #options: MailLogOptions
  readonly #group: GroupWriter<readonly MailLogEntry[]>
  #soon: MailLogEntry[] = []
  #timer: NodeJS.Timeout | undefined

  constructor(options: MailLogOptions) {
    this.#options = options
    this.#group = new GroupWriter(groupLimits, (members) => this.#write(members.flat()))
  }

  append(entries: readonly MailLogEntry[]): Promise<void> {
    if (entries.length === 0) return Promise.resolve()
    return this.#group.add(entries.map(shorten))
  }

  appendSoon(entry: MailLogEntry): void {
    // With the database away there is no room for more: mail is not taken then either.
    if (this.#soon.length < soonMax) this.#soon.push(shorten(entry))
    this.#timer ??= setTimeout(() => void this.#flush(), soonMs).unref()
  }

  /** Without company: nothing else was written in the meantime. */
  async #flush(): Promise<void> {
    this.#timer = undefined
    if (this.#soon.length === 0) return
    // What could not be written waits for the next group.
    await this.#group.add([]).catch(() => undefined)
  }

  async #write(appended: readonly MailLogEntry[]): Promise<void> {
    const soon = this.#soon
    this.#soon = []
    const entries = [...soon, ...appended]
    if (entries.length === 0) return
    try {
      await insertBatch(this.#options, entries)
    } catch (error) {
      this.#soon = [...soon, ...this.#soon].slice(0, soonMax)
      throw error
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#timer)
    await this.#flush()
    clearTimeout(this.#timer)
    await this.#group[Symbol.asyncDispose]()
  }
}

async function insertBatch(
  { database, keys, clock }: MailLogOptions,
  entries: readonly MailLogEntry[],
): Promise<void> {
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
}

function shorten(entry: MailLogEntry): MailLogEntry {
  const { recipients, outcomes } = entry
  if (outcomes !== undefined && outcomes.length > mailLogRecipientsMax)
    return { ...entry, outcomes: outcomes.slice(0, mailLogRecipientsMax) }
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

/**
 * Every batch of a span, the oldest first, a few at a time: for a search that looks at all of them.
 * The caller has asked `access` and recorded the reading.
 */
export async function* readMailLog(
  db: Db,
  keys: HashingSealer,
  span: { readonly from: Millis; readonly to: Millis },
): AsyncIterable<readonly MailLogEntry[]> {
  let after = { at: span.from - 1, id: '00000000-0000-0000-0000-000000000000' }
  for (;;) {
    const rows = await db.rows<{ batch_id: string; last_at: number; entries: Buffer }>({
      name: 'audit.read-mail-log',
      text: `SELECT batch.batch_id, batch.last_at, batch.entries
        FROM generate_series(0, $1::integer - 1) AS b (bucket) CROSS JOIN LATERAL (
          SELECT last_at, batch_id, entries FROM mail_log
          WHERE mail_log.bucket = b.bucket AND (last_at, batch_id) > ($2, $3::uuid)
            AND first_at < $4
          ORDER BY last_at, batch_id LIMIT $5) AS batch
        ORDER BY batch.last_at, batch.batch_id LIMIT $5`,
      values: [bucketCount, after.at, after.id, span.to, readBatch],
    })
    const last = rows.at(-1)
    if (last === undefined) return
    after = { at: last.last_at, id: last.batch_id }
    for (const row of rows)
      yield openBatch(keys, row.batch_id, row.entries).filter(
        ({ at }) => at >= span.from && at < span.to,
      )
    if (rows.length < readBatch) return
  }
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
