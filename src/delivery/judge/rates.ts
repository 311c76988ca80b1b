/**
 * How many recipients an account and its department wrote to of late, in all processes of all nodes: one statement a
 * message adds to the minute and sums up the hour. What nobody can count now is not sent now.
 */
import { minuteMs, type Millis } from '../../base/clock.ts'
import type { Database } from '../../db/types.ts'
import type { HashingSealer } from '../../keys/types.ts'
import type { Facts } from '../../policy/types.ts'
import { rateBuckets, rateBurstMinutes, rateHourMinutes } from '../limits.ts'

export interface Sent {
  readonly accountId: string
  readonly departmentId: string
  readonly recipients: number
  readonly external: number
  readonly at: Millis
}

type Rates = Pick<Facts, 'recipientsInHour' | 'departmentRecipientsInHour' | 'externalInBurst'>

export interface RatesParts {
  readonly database: Pick<Database, 'single'>
  readonly keys: Pick<HashingSealer, 'hash'>
}

export class SendingRates {
  readonly #parts: RatesParts

  constructor(parts: RatesParts) {
    this.#parts = parts
  }

  /** This message counted in. Refusal('try-again') */
  async count({ accountId, departmentId, recipients, external, at }: Sent): Promise<Rates> {
    const { database, keys } = this.#parts
    const account = keys.hash('sending.account', accountId)
    const department = keys.hash('sending.department', departmentId)
    const sums = await addAndSum(database, [account, department], { recipients, external, at })
    const [mine, all] = [account, department].map((key) => sums.find((sum) => sum.key.equals(key)))
    return {
      recipientsInHour: mine?.recipients ?? recipients,
      departmentRecipientsInHour: all?.recipients ?? recipients,
      externalInBurst: mine?.burst ?? external,
    }
  }
}

interface Sum {
  readonly key: Buffer
  readonly recipients: number
  /** To other systems, of the last minutes. */
  readonly burst: number
}

/** This minute is as the insertion leaves it, whoever else adds to it; those before are as they were. */
async function addAndSum(
  database: Pick<Database, 'single'>,
  keys: readonly Buffer[],
  { recipients, external, at }: Pick<Sent, 'recipients' | 'external' | 'at'>,
): Promise<readonly Sum[]> {
  const minute = Math.floor(at / minuteMs)
  // In one order everywhere, so that two of them do not wait for each other.
  const ordered = keys.toSorted((a, b) => bucketOf(a) - bucketOf(b) || Buffer.compare(a, b))
  return database.single<Sum>({
    name: 'delivery.sending-count',
    text: `WITH asked AS (SELECT * FROM unnest($1::smallint[], $2::bytea[]) AS n (bucket, key)),
      added AS (
        INSERT INTO sending_count AS c (bucket, key, minute, recipients, external)
          SELECT bucket, key, $3, $4, $5 FROM asked
        ON CONFLICT (bucket, key, minute) DO UPDATE SET
          recipients = c.recipients + EXCLUDED.recipients, external = c.external + EXCLUDED.external
        RETURNING key, minute, recipients, external)
      SELECT key, sum(recipients)::integer AS recipients,
        coalesce(sum(external) FILTER (WHERE minute > $3 - $7), 0)::integer AS burst
      FROM (
        SELECT key, minute, recipients, external FROM added
        UNION ALL
        SELECT c.key, c.minute, c.recipients, c.external FROM sending_count AS c JOIN asked USING (bucket, key)
          WHERE c.minute > $3 - $6 AND c.minute < $3) AS hour
      GROUP BY key`,
    values: [
      ordered.map(bucketOf),
      ordered,
      minute,
      recipients,
      external,
      rateHourMinutes,
      rateBurstMinutes,
    ],
  })
}

function bucketOf(key: Buffer): number {
  return key.readUInt8(0) % rateBuckets
}

export async function expireSendingCounts(database: Database, now: Millis): Promise<void> {
  await database.single({
    name: 'delivery.sending-expire',
    text: 'DELETE FROM sending_count WHERE bucket BETWEEN 0 AND $1 AND minute <= $2',
    values: [rateBuckets - 1, Math.floor(now / minuteMs) - rateHourMinutes],
  })
}
