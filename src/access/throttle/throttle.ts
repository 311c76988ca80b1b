/**
 * How often a sign-in may fail, by identity and by network, the same for identities that nobody has.
 * A stranger who guesses a person's password uses up that identity's failures for networks where it
 * never signed in; at its own networks the person has failures of his own and is not locked out.
 */
import { dayMs, type Clock, type Millis } from '../../base/clock.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Database } from '../../db/types.ts'
import type { Keys } from '../../keys/types.ts'
import { credentialChannel } from '../credentials/content.ts'
import {
  blockMs,
  bucketsMax,
  identityFailuresMax,
  identityRefillMs,
  knownFailuresMax,
  knownForMs,
  knownMax,
  knownRefillMs,
  networkFailuresMax,
  networkRefillMs,
  tableBuckets,
} from '../limits.ts'
import {
  bucketOf,
  forgetBlocks,
  isKnownRow,
  readBlocks,
  saveBlock,
  saveKnown,
} from './failure-rows.ts'
import { TokenBuckets } from './token-bucket.ts'

export interface ThrottleOptions {
  readonly database: Database
  readonly keys: Pick<Keys, 'platform'>
  readonly clock: Clock
}

/** One attempt: who he says he is and where he comes from. */
export interface Attempted {
  readonly identity: string
  readonly network: string
  /** False for app passwords: 140 random bits are not guessed, so nobody can lock them out. */
  readonly isGuessable: boolean
}

/** What is said on the channel of the credentials when a node begins to refuse somebody. */
export const failureNotice = 'failure'

export class Throttle {
  readonly #options: ThrottleOptions
  readonly #identities = new TokenBuckets(
    { capacity: identityFailuresMax, refillMs: identityRefillMs },
    bucketsMax,
  )
  readonly #networks = new TokenBuckets(
    { capacity: networkFailuresMax, refillMs: networkRefillMs },
    bucketsMax,
  )
  readonly #pairs = new TokenBuckets(
    { capacity: knownFailuresMax, refillMs: knownRefillMs },
    bucketsMax,
  )
  /** Subjects by hex that some node saw fail too often, until when. */
  readonly #blocked = new Map<string, Millis>()
  /** Identity and network that signed in, with the day they were last written. */
  readonly #known = new Map<string, Millis>()
  readonly #unsaved = new Map<string, Millis>()
  #saving: Promise<void> = Promise.resolve()

  constructor(options: ThrottleOptions) {
    this.#options = options
  }

  /** Synchronous and without a hash while nothing has failed. @throws Refusal('throttled') */
  async check(attempted: Attempted): Promise<void> {
    const now = this.#options.clock.now()
    const isRefused =
      this.#isRefused('network', this.#networks, attempted.network, now) ||
      (attempted.isGuessable &&
        this.#isRefused('identity', this.#identities, attempted.identity, now))
    const pair = pairOf(attempted)
    if (!isRefused && !this.#pairs.isEmpty(pair, now)) return
    if (this.#pairs.isEmpty(pair, now) || !(await this.#isKnown(pair, now)))
      throw new Refusal('throttled')
  }

  async failed(attempted: Attempted): Promise<void> {
    const now = this.#options.clock.now()
    const { identity, network } = attempted
    const pair = pairOf(attempted)
    if (this.#known.has(pair)) return void this.#pairs.take(pair, now)
    const blocks: Buffer[] = []
    if (this.#networks.take(network, now)) blocks.push(this.#subject('network', network))
    if (attempted.isGuessable && this.#identities.take(identity, now))
      blocks.push(this.#subject('identity', identity))
    for (const subject of blocks) this.#block(subject, now + blockMs)
  }

  succeeded(attempted: Attempted): void {
    const pair = pairOf(attempted)
    const { clock } = this.#options
    const day = Math.floor(clock.now() / dayMs) * dayMs
    if (this.#known.get(pair) === day) return
    this.#remember(pair, day)
    this.#unsaved.set(pair, day)
  }

  /** Learns what other nodes saw fail. */
  async refresh(): Promise<void> {
    const now = this.#options.clock.now()
    for (const [subject, until] of this.#blocked) if (until <= now) this.#blocked.delete(subject)
    for (const { subject, until } of await readBlocks(this.#options.database, now))
      this.#blocked.set(subject.toString('hex'), until)
  }

  /** Writes the networks that became known, together, and forgets blocks that are over. */
  async flush(): Promise<void> {
    await this.#saving
    const { database, clock } = this.#options
    const pairs = [...this.#unsaved]
    const day = Math.floor(clock.now() / dayMs) * dayMs
    const subjects = pairs.map(([pair]) => this.#subject('pair', pair))
    for (const [bucket, some] of Map.groupBy(subjects, bucketOf))
      await saveKnown(database, bucket, some, day)
    for (const [pair, at] of pairs) if (this.#unsaved.get(pair) === at) this.#unsaved.delete(pair)
    if (this.#blocked.size > 0)
      for (let bucket = 0; bucket < tableBuckets; bucket++)
        await forgetBlocks(database, bucket, clock.now())
  }

  async close(): Promise<void> {
    await this.#saving
  }

  #isRefused(
    kind: 'identity' | 'network',
    buckets: TokenBuckets,
    key: string,
    now: Millis,
  ): boolean {
    if (buckets.isEmpty(key, now)) return true
    if (this.#blocked.size === 0) return false
    const until = this.#blocked.get(this.#subject(kind, key).toString('hex'))
    return until !== undefined && now < until
  }

  /** Asked only when the attempt would be refused: one read by key, for somebody and for nobody. */
  async #isKnown(pair: string, now: Millis): Promise<boolean> {
    if (this.#known.has(pair)) return true
    const subject = this.#subject('pair', pair)
    const isKnown = await isKnownRow(this.#options.database, subject, now - knownForMs)
    if (isKnown) this.#remember(pair, 0)
    return isKnown
  }

  #remember(pair: string, day: Millis): void {
    this.#known.delete(pair)
    this.#known.set(pair, day)
    if (this.#known.size <= knownMax) return
    for (const oldest of this.#known.keys()) {
      this.#known.delete(oldest)
      break
    }
  }

  #block(subject: Buffer, until: Millis): void {
    const { database } = this.#options
    this.#blocked.set(subject.toString('hex'), until)
    this.#later(async () => {
      await saveBlock(database, subject, until)
      await database.notify(credentialChannel, failureNotice)
    })
  }

  /** A database that is away costs the other nodes their warning, not this one its refusal. */
  #later(work: () => Promise<void>): void {
    this.#saving = this.#saving.then(work).catch((error: unknown) => {
      if (!(error instanceof Refusal)) throw error
    })
  }

  #subject(kind: string, key: string): Buffer {
    return this.#options.keys.platform.hash(`sign-in-${kind}`, key)
  }
}

function pairOf({ identity, network }: Attempted): string {
  return `${identity} ${network}`
}
