/** Puts messages into the queue, all in one transaction. */
import type { Clock } from '../base/clock.ts'
import { newId } from '../base/id.ts'
import type { Database, Statement, Tx } from '../db/types.ts'
import type { HashingSealer } from '../keys/types.ts'
import { bucketOf } from './bucket.ts'
import { nilId } from './claim.ts'
import { destinationOf } from './destination.ts'
import { insertHeldCopy } from './held/sealed.ts'
import { expiryMs } from './limits.ts'
import { sealContent, sealEnvelope, sealRecipient } from './sealed.ts'
import type { QueueInput } from './types.ts'

/**
 * Something may be due now: in these buckets; or somewhere (`look`); or what did not answer a moment
 * ago as well (`retry`).
 */
export type Woken = readonly number[] | 'look' | 'retry'

export interface QueueContext {
  readonly database: Database
  readonly keys: HashingSealer
  readonly clock: Clock
  /** In [0, 1). */
  readonly random: () => number
  readonly wake: (woken: Woken) => void
}

/** A message ready to be put in. */
export interface SealedInput {
  readonly bucket: number
  readonly statements: readonly Statement[]
}

/** Sealing and compressing happen before a transaction is open. */
export async function sealInputs(
  context: QueueContext,
  inputs: readonly QueueInput[],
): Promise<readonly SealedInput[]> {
  const sealed: SealedInput[] = []
  for (const input of inputs)
    if (input.recipients.length > 0) sealed.push(await sealInput(context, input))
  return sealed
}

async function sealInput({ keys, clock }: QueueContext, input: QueueInput): Promise<SealedInput> {
  const id = input.id ?? newId(clock)
  const bucket = bucketOf(id)
  const now = clock.now()
  const { envelope, content, recipients, firstAttemptAt = now } = input
  const sealed = await sealContent(keys, id, content)
  const octets = content.length
  // What is held until a day has its whole time from then on.
  const expiresAt = Math.max(now, firstAttemptAt) + expiryMs
  const statements: readonly Statement[] = [
    {
      name: 'queue.insert',
      text: insertText,
      values: [
        bucket,
        id,
        octets,
        now,
        expiresAt,
        sealEnvelope(keys, id, envelope),
        sealed,
        firstAttemptAt,
        recipients.map((recipient, number) => sealRecipient(keys, id, number, recipient)),
        recipients.map(({ forwardPath }) => destinationOf(keys, forwardPath)),
        input.departmentId ?? nilId,
        input.isHeld === true ? 'held' : 'waiting',
        firstAttemptAt <= now,
        -(input.envelope.priority ?? 0),
      ],
    },
    ...(input.heldCopy === undefined ? [] : [insertHeldCopy(keys, id, input.heldCopy, now)]),
  ]
  return { bucket, statements }
}

/** Its message and its recipients; the reference between them is looked at when all of it is there. */
const insertText = `WITH message AS (
    INSERT INTO queued_message (bucket, message_id, octets, queued_at, expires_at, envelope, content)
    VALUES ($1::smallint, $2::uuid, $3, $4, $5, $6, $7))
  INSERT INTO queued_recipient
    (bucket, message_id, recipient, destination, department_id, state, next_attempt_at, sealed,
    is_due, rank)
  SELECT $1::smallint, $2::uuid, number - 1, destination, $11::uuid, $12::text, $8::bigint, sealed,
    $13::boolean, $14::smallint
  FROM unnest($9::bytea[], $10::uuid[]) WITH ORDINALITY AS recipient (sealed, destination, number)`

export async function enqueueIn(
  context: QueueContext,
  tx: Tx,
  sealed: readonly SealedInput[],
): Promise<void> {
  for (const { statements } of sealed)
    for (const statement of statements) await tx.execute(statement)
  const buckets = sealed.map(({ bucket }) => bucket)
  if (buckets.length > 0) tx.afterCommit(() => context.wake(buckets))
}

export async function enqueue(context: QueueContext, inputs: readonly QueueInput[]): Promise<void> {
  const sealed = await sealInputs(context, inputs)
  if (sealed.length === 0) return
  const [statement, ...others] = sealed.flatMap(({ statements }) => statements)
  if (statement !== undefined && others.length === 0) {
    await context.database.single(statement)
    return context.wake(sealed.map(({ bucket }) => bucket))
  }
  await context.database.transaction((tx) => enqueueIn(context, tx, sealed))
}
