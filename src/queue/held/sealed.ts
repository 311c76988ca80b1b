/** What is sealed of a held copy, bound to its id and to whose it is: nobody moves it to an account of his. */
import { z } from 'zod'
import type { Millis } from '../../base/clock.ts'
import type { Statement } from '../../db/types.ts'
import type { HashingSealer, Place } from '../../keys/types.ts'
import { bucketOf } from '../bucket.ts'
import type { HeldFacts, NewHeldCopy } from './types.ts'

const factsSchema = z.object({
  messageId: z.string(),
  reversePath: z.string(),
  recipient: z.string(),
  from: z.string(),
  subject: z.string(),
  octets: z.number(),
  reason: z.string(),
  isDangerous: z.boolean(),
}) satisfies z.ZodType<HeldFacts>

const requestSchema = z.object({ at: z.number(), by: z.string() })

export interface HeldPlace {
  readonly id: string
  readonly accountId: string
}

export function insertHeldCopy(
  keys: HashingSealer,
  id: string,
  { accountId, facts }: NewHeldCopy,
  now: Millis,
): Statement {
  const sealed = keys.seal(placeOf({ id, accountId }, 'facts'), Buffer.from(JSON.stringify(facts)))
  return {
    name: 'queue.insert-held-copy',
    text: `INSERT INTO held_copy (bucket, message_id, account_id, held_at, facts)
      VALUES ($1, $2, $3, $4, $5)`,
    values: [bucketOf(id), id, accountId, now, sealed],
  }
}

/** @throws SealError for what was written or moved by somebody else */
export function openHeldFacts(keys: HashingSealer, place: HeldPlace, sealed: Buffer): HeldFacts {
  return factsSchema.parse(JSON.parse(keys.open(placeOf(place, 'facts'), sealed).toString()))
}

export function sealRequest(
  keys: HashingSealer,
  place: HeldPlace,
  request: { readonly at: Millis; readonly by: string },
): Buffer {
  return keys.seal(placeOf(place, 'request'), Buffer.from(JSON.stringify(request)))
}

/** @throws SealError */
export function openRequest(
  keys: HashingSealer,
  place: HeldPlace,
  sealed: Buffer,
): { readonly at: Millis; readonly by: string } {
  return requestSchema.parse(JSON.parse(keys.open(placeOf(place, 'request'), sealed).toString()))
}

function placeOf({ id, accountId }: HeldPlace, column: string): Place {
  return { object: `${id} ${accountId}`, field: `held.${column}` }
}
