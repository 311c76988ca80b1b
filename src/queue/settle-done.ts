/**
 * Writes down that messages have left whole: several of a bucket in one statement and one commit.
 * What of a message stays, or leads to a report, has a transaction of its own (`settle.ts`).
 */
import { GroupWriter } from '../base/group-writer.ts'
import type { Database, Statement } from '../db/types.ts'
import { settleLimits } from './limits.ts'
import { deleteMessageWithoutRecipients, lockMessage } from './settle.ts'
import type { Attempt } from './types.ts'

export interface Done {
  readonly messageId: string
  /** All that were left of it, each with an end. */
  readonly attempts: readonly Pick<Attempt, 'recipient' | 'attempts'>[]
}

export class SettleDone {
  readonly #database: Database
  /** By bucket: a statement takes one. */
  readonly #groups = new Map<number, GroupWriter<Done>>()

  constructor(database: Database) {
    this.#database = database
  }

  /** Durable when it resolves. What another node has claimed since stays with it. */
  settle(bucket: number, done: Done): Promise<void> {
    const known = this.#groups.get(bucket)
    if (known !== undefined) return known.add(done)
    const group = new GroupWriter<Done>(settleLimits, (some) => this.#write(bucket, some))
    this.#groups.set(bucket, group)
    return group.add(done)
  }

  async #write(bucket: number, some: readonly Done[]): Promise<void> {
    const statement = doneStatement(bucket, some)
    const rows = await this.#database.single<{ message_id: string }>(statement)
    if (rows.length === some.length) return
    const gone = new Set(rows.map((row) => row.message_id))
    for (const { messageId } of some) if (!gone.has(messageId)) await this.#deleteIfEmpty(messageId)
  }

  /** The claim of a recipient was lost: who has it now may have been done with it at the same time. */
  #deleteIfEmpty(messageId: string): Promise<void> {
    return this.#database.transaction(async (tx) => {
      await lockMessage(tx, messageId)
      await deleteMessageWithoutRecipients(tx, messageId)
    })
  }
}

/**
 * The message before its recipients, as everybody locks them. Arrays and not joins, as in `claim.ts`. A
 * message leaves only if each recipient that was left of it was still ours.
 */
const settleText = `WITH locked AS MATERIALIZED (
    SELECT message_id FROM queued_message WHERE bucket = $1 AND message_id = ANY ($2::uuid[])
    ORDER BY message_id FOR UPDATE),
  mine AS MATERIALIZED (
    SELECT * FROM unnest($3::uuid[], $4::integer[], $5::integer[])
      AS m (message_id, recipient, attempts)),
  done AS (
    DELETE FROM queued_recipient AS r
    WHERE r.bucket = $1 AND r.message_id = ANY (ARRAY (SELECT message_id FROM locked))
      AND (r.message_id, r.recipient, r.attempts) IN (SELECT message_id, recipient, attempts FROM mine)
    RETURNING r.message_id, r.recipient)
  DELETE FROM queued_message AS m
  WHERE m.bucket = $1 AND m.message_id = ANY (ARRAY (
    SELECT message_id FROM mine LEFT JOIN done USING (message_id, recipient)
    GROUP BY message_id HAVING count(done.recipient) = count(*)))
  RETURNING m.message_id`

/** @returns a statement that tells which messages have left. */
export function doneStatement(bucket: number, some: readonly Done[]): Statement {
  const each = some.flatMap(({ messageId, attempts }) =>
    attempts.map((attempt) => ({ ...attempt, messageId })),
  )
  return {
    name: 'queue.settle-done-messages',
    text: settleText,
    values: [
      bucket,
      some.map(({ messageId }) => messageId),
      each.map(({ messageId }) => messageId),
      each.map(({ recipient }) => recipient),
      each.map(({ attempts }) => attempts),
    ],
  }
}
