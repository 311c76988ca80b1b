/** How much of the database a statement of the queue looks at, and a queue in which much waits. */
import { hourMs, minuteMs } from '../../src/base/clock.ts'
import { newId } from '../../src/base/id.ts'
import type { Database, Statement } from '../../src/db/types.ts'
import { beforeAll, claimStatement, type ClaimedRow } from '../../src/queue/claim.ts'
import type { OwnedQueue } from '../../src/queue/create-queue.ts'
import { sealInputs } from '../../src/queue/enqueue.ts'
import { bucketCount } from '../../src/queue/limits.ts'
import { ripenStatement } from '../../src/queue/ripen.ts'
import { doneStatement } from '../../src/queue/settle-done.ts'
import type { QueueInput } from '../../src/queue/types.ts'

/** Destinations of what waits for later. */
const destinations = 1_000

/** The one that all of what is due is for. */
export const restingDestination = '00000000-0000-8000-8000-00000000dead'

/**
 * So many more that wait: for a time in some hours, as after a long failure somewhere; or due, all for
 * one destination.
 */
export async function fillQueue(
  owner: Database,
  { count, now, isDue = false }: { count: number; now: number; isDue?: boolean },
): Promise<void> {
  await owner.single({
    text: `WITH made AS (
        INSERT INTO queued_message (bucket, message_id, octets, queued_at, expires_at, envelope, content)
        SELECT n % $3::integer, uuidv7(), 4000, $2::bigint, $2::bigint + 400000000, '\\x00', '\\x00'
        FROM generate_series(1, $1::integer) AS n RETURNING bucket, message_id)
      INSERT INTO queued_recipient
        (bucket, message_id, recipient, destination, department_id, state, next_attempt_at, is_due, sealed)
      SELECT bucket, message_id, 0, CASE WHEN $5 THEN $6::uuid ELSE
        ('00000000-0000-8000-8000-' || lpad((abs(hashtext(message_id::text)) % $4)::text, 12, '0'))::uuid END,
        '00000000-0000-0000-0000-000000000000', 'waiting', $2::bigint, $5, '\\x00' FROM made`,
    values: [
      count,
      isDue ? now : now + hourMs,
      bucketCount,
      destinations,
      isDue,
      restingDestination,
    ],
  })
  await owner.single({ text: 'ANALYZE queued_message' })
  await owner.single({ text: 'ANALYZE queued_recipient' })
}

export interface QueuePages {
  readonly enqueue: number
  readonly ripen: number
  readonly claim: number
  readonly settle: number
}

/**
 * 8 KiB pages that statements look at, those of their constraints too: the same on a machine that is
 * busy. Twenty messages of a bucket are put in one by one, become due, are claimed and have left: so
 * many that a page that had to be split, which costs some fifty, is not all there is.
 */
export async function pagesOfQueue(
  database: Database,
  queue: OwnedQueue,
  input: QueueInput,
): Promise<QueuePages> {
  const { context } = queue
  const now = context.clock.now()
  const inAMoment = now + minuteMs
  const batchFor = (firstAttemptAt: number) =>
    Array.from({ length: batch }, () => ({
      ...input,
      id: newId(context.clock).replace(/.$/, '0'),
      firstAttemptAt,
    }))
  const sealed = await sealInputs(context, batchFor(now))
  await queue.enqueue(batchFor(inAMoment))
  const ripening = ripenStatement(bucket, inAMoment)
  const ripen = await pagesOf(database, [ripening])
  await database.single(ripening)
  const wish = { bucket, after: beforeAll, rankMax: 9, excluded: [restingDestination] }
  const claiming = claimStatement(wish, inAMoment)
  const claim = await pagesOf(database, [claiming])
  const claimed = await database.single<ClaimedRow>(claiming)
  if (claimed.length !== batch) throw new Error(`${claimed.length} were claimed, not ${batch}`)
  const done = claimed.map(({ message_id: messageId, recipient, attempts }) => ({
    messageId,
    attempts: [{ recipient, attempts }],
  }))
  return {
    enqueue: await pagesOf(
      database,
      sealed.flatMap(({ statements }) => statements),
    ),
    ripen,
    claim,
    settle: await pagesOf(database, [doneStatement(bucket, done)]),
  }
}

const bucket = 0
const batch = 20

/** As it is run in service: by its name, with its one plan. What it did is undone. */
async function pagesOf(database: Database, statements: readonly Statement[]): Promise<number> {
  let pages = 0
  const undone = new Error('undone')
  try {
    await database.transaction(async (tx) => {
      const fetched = async () =>
        (await tx.row<{ pages: number }>({ text: fetchedText }))?.pages ?? 0
      const before = await fetched()
      for (const statement of statements) await tx.execute(statement)
      pages = (await fetched()) - before
      throw undone
    })
  } catch (error) {
    if (error !== undone) throw error
  }
  return pages
}

/** Tables of the queue, what they keep apart, and the indexes of both. */
const fetchedText = `WITH kept AS (
    SELECT oid FROM pg_class WHERE relname IN ('queued_message', 'queued_recipient', 'queue_hold')
    UNION SELECT reltoastrelid FROM pg_class WHERE relname IN ('queued_message', 'queued_recipient'))
  SELECT sum(pg_stat_get_xact_blocks_fetched(oid))::int8 AS pages FROM (
    SELECT oid FROM kept UNION SELECT indexrelid FROM pg_index WHERE indrelid IN (SELECT oid FROM kept)
  ) AS looked_at`
