/**
 * Whether a sender was seen before: who was not is asked to come back, which mail servers do and most
 * senders of spam do not. What was seen is kept as keyed hashes, for all nodes. RFC 6647.
 */
import { isIPv6 } from 'node:net'
import { hourMs, type Clock, type Millis } from '../../base/clock.ts'
import type { Database } from '../../db/types.ts'
import type { HashingSealer } from '../../keys/types.ts'
import { peerKey, plainAddress } from '../../net/peer-address.ts'
import {
  greyBuckets,
  greyKeptMs,
  greyLearnedMax,
  greyLearnedOfNetworkMax,
  greyNetworksMax,
  greyRecipientsMax,
  greyRowsMax,
  greyTrimmedMax,
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
  /** Strangers are too many to be remembered: until the hour is over new ones do not wait. */
  readonly onAlarm: (what: string) => void
}

export class Greylist {
  readonly #parts: GreylistParts
  /** Keys that waited long enough, and until when that is believed: they cost no statement. */
  readonly #known = new Map<string, Millis>()
  readonly #learned = new LearnedInHour()

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
    const network = networkOf(encounter.remoteAddress)
    const room = this.#learned.roomFor(network, now)
    const seen = await seeKeys(this.#parts.database, keys, {
      now,
      delay,
      mayLearn: room === 'some',
    })
    this.#learned.add(network, seen.filter(({ isNew }) => isNew).length)
    for (const { key, firstAt } of seen) if (firstAt <= now - delay) this.#remember(key, now)
    if (seen.some(({ firstAt }) => firstAt > now - delay)) return true
    const isUnknown = seen.length < keys.length
    if (isUnknown && room === 'none' && this.#learned.isFirstAlarm())
      this.#parts.onAlarm('the greylist learns nobody more in this hour')
    // Who is too many himself waits; nobody else is made to because of others.
    return isUnknown && room === 'none-of-network'
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

/** How many rows this process made in this hour, for whom: strangers choose what is new. */
class LearnedInHour {
  #hour = 0
  #all = 0
  #hasAlarmed = false
  readonly #ofNetwork = new Map<string, number>()

  roomFor(network: string, now: Millis): 'some' | 'none' | 'none-of-network' {
    const hour = Math.floor(now / hourMs)
    if (hour !== this.#hour) {
      this.#hour = hour
      this.#all = 0
      this.#hasAlarmed = false
      this.#ofNetwork.clear()
    }
    if ((this.#ofNetwork.get(network) ?? 0) >= greyLearnedOfNetworkMax) return 'none-of-network'
    return this.#all >= greyLearnedMax ? 'none' : 'some'
  }

  add(network: string, count: number): void {
    if (count === 0) return
    this.#all += count
    const before = this.#ofNetwork.get(network)
    if (before !== undefined || this.#ofNetwork.size < greyNetworksMax)
      this.#ofNetwork.set(network, (before ?? 0) + count)
  }

  isFirstAlarm(): boolean {
    const isFirst = !this.#hasAlarmed
    this.#hasAlarmed = true
    return isFirst
  }
}

interface Times {
  readonly now: Millis
  readonly delay: Millis
  /** Otherwise only who is there already is seen. */
  readonly mayLearn: boolean
}

interface Seen {
  readonly key: Buffer
  readonly firstAt: Millis
  readonly isNew: boolean
}

/** Who does not come back in time is new again; who waited is known for weeks after his last mail. */
async function seeKeys(
  database: Pick<Database, 'single'>,
  keys: readonly Buffer[],
  { now, delay, mayLearn }: Times,
): Promise<readonly Seen[]> {
  const rows = await database.single<{ key: Buffer; first_at: number; is_new: boolean }>({
    name: 'delivery.greylist-see',
    text: `INSERT INTO greylist AS g (bucket, key, first_at, until)
      SELECT bucket, key, $3::bigint, $3::bigint + $5::bigint
        FROM unnest($1::smallint[], $2::bytea[]) AS n (bucket, key)
        WHERE $7::boolean OR EXISTS
          (SELECT 1 FROM greylist AS e WHERE e.bucket = n.bucket AND e.key = n.key)
      ON CONFLICT (bucket, key) DO UPDATE SET
        first_at = CASE WHEN g.until < $3 THEN $3 ELSE g.first_at END,
        until = CASE
          WHEN g.until < $3 THEN $3 + $5
          WHEN g.first_at <= $3 - $4::bigint THEN $3 + $6::bigint
          ELSE g.until END
      RETURNING key, first_at, xmax = 0 AS is_new`,
    values: [keys.map(bucketOf), keys, now, delay, greyReturnMs, greyKeptMs, mayLearn],
  })
  return rows.map(({ key, first_at: firstAt, is_new: isNew }) => ({ key, firstAt, isNew }))
}

/** What has run out goes; of more than there may be, those that run out first: who never came back. */
export async function expireGreylist(database: Database, now: Millis): Promise<void> {
  await database.single({
    name: 'delivery.greylist-expire',
    text: 'DELETE FROM greylist WHERE bucket BETWEEN 0 AND $1 AND until < $2',
    values: [greyBuckets - 1, now],
  })
  await trimGreylist(database, greyRowsMax)
}

/** A part at a time, so that nobody waits for it long. */
export async function trimGreylist(database: Database, rowsMax: number): Promise<void> {
  for (;;) {
    const row = await database.row<{ count: number }>({
      name: 'delivery.greylist-count',
      text: 'SELECT count(*)::integer AS count FROM greylist WHERE bucket BETWEEN 0 AND $1',
      values: [greyBuckets - 1],
    })
    const excess = (row?.count ?? 0) - rowsMax
    if (excess <= 0) return
    await database.single({
      name: 'delivery.greylist-trim',
      text: `DELETE FROM greylist AS g USING
        (SELECT bucket, key FROM greylist WHERE bucket BETWEEN 0 AND $1 ORDER BY until LIMIT $2) AS old
        WHERE g.bucket = old.bucket AND g.key = old.key`,
      values: [greyBuckets - 1, Math.min(excess, greyTrimmedMax)],
    })
  }
}
