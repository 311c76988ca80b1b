/**
 * Whether a sender was seen before: who was not is asked to come back, which mail servers do and most
 * senders of spam do not. What was seen is kept as keyed hashes, for all nodes. RFC 6647.
 */
import { isIPv6 } from 'node:net'
import type { Clock, Millis } from '../../base/clock.ts'
import type { Database } from '../../db/types.ts'
import type { HashingSealer } from '../../keys/types.ts'
import { peerKey, plainAddress } from '../../net/peer-address.ts'
import {
  greyBuckets,
  greyKeptMs,
  greyRecipientsMax,
  greyRememberedMax,
  greyRememberedMs,
  greyReturnMs,
} from '../limits.ts'

export interface Encounter {
  readonly remoteAddress: string
  readonly reversePath: string
  readonly recipients: readonly string[]
  /** The domain that stands behind it, by signature or record: it is known by its name, wherever it sends from. */
  readonly provenDomain: string | undefined
}

export interface GreylistParts {
  readonly database: Pick<Database, 'single'>
  readonly keys: Pick<HashingSealer, 'hash'>
  readonly clock: Clock
  /** How long who was not seen before is to wait; 0: nobody is asked to. */
  readonly delayMs: () => Millis
}

export class Greylist {
  readonly #parts: GreylistParts
  /** Keys that waited long enough, and until when that is believed: they cost no statement. */
  readonly #known = new Map<string, Millis>()

  constructor(parts: GreylistParts) {
    this.#parts = parts
  }

  /** Whether some of it was not seen before, or only just now. From now on all of it was seen. */
  async meet(encounter: Encounter): Promise<boolean> {
    const { delayMs, clock } = this.#parts
    const [delay, now] = [delayMs(), clock.now()]
    if (delay === 0) return false
    const keys = this.#keysOf(encounter).filter((key) => !this.#isKnown(key, now))
    if (keys.length === 0) return false
    const seen = await seeKeys(this.#parts.database, keys, { now, delay })
    for (const { key, firstAt } of seen) if (firstAt <= now - delay) this.#remember(key, now)
    return seen.some(({ firstAt }) => firstAt > now - delay)
  }

  /** Whether who was never seen would wait. Who was seen is not told: it is who writes to whom. */
  get isOn(): boolean {
    return this.#parts.delayMs() > 0
  }

  /** In one order on every node, so that two of them do not wait for each other. */
  #keysOf({ remoteAddress, reversePath, recipients, provenDomain }: Encounter): readonly Buffer[] {
    const { keys } = this.#parts
    if (provenDomain !== undefined)
      return [keys.hash('greylist.domain', provenDomain.toLowerCase())]
    const from = `${networkOf(remoteAddress)} ${reversePath.toLowerCase()}`
    const names = new Set(recipients.slice(0, greyRecipientsMax).map((each) => each.toLowerCase()))
    return Array.from(names, (name) => keys.hash('greylist.sender', `${from} ${name}`)).toSorted(
      (a, b) => bucketOf(a) - bucketOf(b) || Buffer.compare(a, b),
    )
  }

  #isKnown(key: Buffer, now: Millis): boolean {
    const until = this.#known.get(key.toString('latin1'))
    return until !== undefined && until > now
  }

  #remember(key: Buffer, now: Millis): void {
    const name = key.toString('latin1')
    this.#known.delete(name)
    this.#known.set(name, now + greyRememberedMs)
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= greyRememberedMax) break
      this.#known.delete(oldest)
    }
  }
}

/** Large senders come back from a neighbour: an IPv4 /24, an IPv6 /64. */
function networkOf(remoteAddress: string): string {
  const address = plainAddress(remoteAddress)
  return isIPv6(address) ? peerKey(address) : address.replace(/\.\d+$/, '.0/24')
}

function bucketOf(key: Buffer): number {
  return key.readUInt8(0) % greyBuckets
}

interface Times {
  readonly now: Millis
  readonly delay: Millis
}

interface Seen {
  readonly key: Buffer
  readonly firstAt: Millis
}

/** Who does not come back in time is new again; who waited is known for weeks after his last mail. */
async function seeKeys(
  database: Pick<Database, 'single'>,
  keys: readonly Buffer[],
  { now, delay }: Times,
): Promise<readonly Seen[]> {
  const rows = await database.single<{ key: Buffer; first_at: number }>({
    name: 'delivery.greylist-see',
    text: `INSERT INTO greylist AS g (bucket, key, first_at, until)
      SELECT bucket, key, $3::bigint, $3::bigint + $5::bigint
        FROM unnest($1::smallint[], $2::bytea[]) AS n (bucket, key)
      ON CONFLICT (bucket, key) DO UPDATE SET
        first_at = CASE WHEN g.until < $3 THEN $3 ELSE g.first_at END,
        until = CASE
          WHEN g.until < $3 THEN $3 + $5
          WHEN g.first_at <= $3 - $4::bigint THEN $3 + $6::bigint
          ELSE g.until END
      RETURNING key, first_at`,
    values: [keys.map(bucketOf), keys, now, delay, greyReturnMs, greyKeptMs],
  })
  return rows.map(({ key, first_at: firstAt }) => ({ key, firstAt }))
}

export async function expireGreylist(database: Database, now: Millis): Promise<void> {
  await database.single({
    name: 'delivery.greylist-expire',
    text: 'DELETE FROM greylist WHERE bucket BETWEEN 0 AND $1 AND until < $2',
    values: [greyBuckets - 1, now],
  })
}
