/** What a client sees and changes of its push subscriptions: those of the sign-in that made them. RFC 8620 §7.2. */
import { randomBytes, timingSafeEqual } from 'node:crypto'
import { TokenBuckets } from '../access/throttle/token-bucket.ts'
import type { Rest, Resting } from '../access/resting.ts'
import type { Principal, WritingGate } from '../access/types.ts'
import type { Audit } from '../audit/types.ts'
import type { Clock, Millis } from '../base/clock.ts'
import { newId } from '../base/id.ts'
import { Refusal } from '../base/refusal.ts'
import type { Database, Tx } from '../db/types.ts'
import { expiresMs, subscribePace, subscribersMax, subscriptionsMax } from './limits.ts'
import {
  bucketOf,
  deleteSubscription,
  insertSubscription,
  lockSubscription,
  replaceSubscription,
  subscriptionsOf,
  type Shelf,
  type Subscription,
  type SubscriptionContent,
} from './rows.ts'

/** Said with the bucket, to the node that pushes. */
export const pushChannel = 'push_subscription'

export interface By {
  readonly principal: Principal
  readonly remoteAddress: string
}

/** What may be shown of one: not where it leads, nor its keys. */
export interface SubscriptionView {
  readonly id: string
  readonly deviceClientId: string
  readonly expiresAt: Millis
  readonly types: readonly string[] | undefined
  /** As the client said it back; undefined: it has not yet. */
  readonly verificationCode: string | undefined
}

export interface NewSubscription extends Pick<
  SubscriptionContent,
  'deviceClientId' | 'url' | 'keys' | 'types'
> {
  /** Undefined: as long as may be. */
  readonly expiresAt: Millis | undefined
}

/** What is left out stays. */
export interface SubscriptionChange {
  readonly code?: string
  readonly expiresAt?: Millis | undefined
  readonly types?: readonly string[] | undefined
}

export interface SubscriptionsParts extends Shelf {
  readonly database: Database
  readonly clock: Clock
  readonly audit: Pick<Audit, 'record'>
  readonly resting: Pick<Resting, 'restOf'>
  readonly gateFor: (principal: Principal) => WritingGate
}

/** The code is not the one that was pushed. */
export class WrongCode extends Error {
  override readonly name = 'WrongCode'
}

export class Subscriptions {
  readonly #parts: SubscriptionsParts
  readonly #pace = new TokenBuckets(subscribePace, subscribersMax)

  constructor(parts: SubscriptionsParts) {
    this.#parts = parts
  }

  async list(principal: Principal): Promise<readonly SubscriptionView[]> {
    return (await this.#mine(principal)).map(viewOf)
  }

  /** Refusal('not-permitted' | 'too-many' | 'too-fast'). */
  async create(by: By, wanted: NewSubscription): Promise<SubscriptionView> {
    const { database, clock } = this.#parts
    const { principal } = by
    const { id: personId } = principal
    const rest = this.#restOf(principal)
    const now = clock.now()
    const all = await subscriptionsOf(database, this.#parts, personId)
    if (all.length >= subscriptionsMax) throw new Refusal('too-many')
    if (this.#pace.isEmpty(personId, now)) throw new Refusal('too-fast')
    this.#pace.take(personId, now)
    const { expiresAt, deviceClientId, url, keys, types } = wanted
    const { departmentId, address, openedAs, sessionId } = principal
    const row = {
      id: newId(clock),
      personId,
      expiresAt: boundOf(rest, expiresAt, now),
      version: 1,
      content: {
        departmentId,
        address,
        ...(openedAs !== undefined && { openedAs }),
        sessionId,
        rest,
        createdAt: now,
        deviceClientId,
        url,
        ...(keys && { keys }),
        ...(types && { types }),
        // 256 bits: nobody guesses them.
        code: randomBytes(32).toString('base64url'),
      },
    }
    await this.#write(by, row, ['created'], (tx) => insertSubscription(tx, this.#parts, row))
    return viewOf(row)
  }

  /** @throws WrongCode; Refusal('not-found'). */
  async change(by: By, id: string, change: SubscriptionChange): Promise<SubscriptionView> {
    const found = await this.#find(by.principal, id)
    const now = this.#parts.clock.now()
    let changed = found
    await this.#write(by, found, fieldsOf(change), async (tx) => {
      const row = await lockSubscription(tx, this.#parts, found)
      if (row === undefined) throw new Refusal('not-found')
      changed = await replaceSubscription(tx, this.#parts, changedBy(row, change, now))
    })
    return viewOf(changed)
  }

  /** Refusal('not-found') */
  async destroy(by: By, id: string): Promise<void> {
    const found = await this.#find(by.principal, id)
    await this.#write(by, found, ['destroyed'], async (tx) => {
      if (!(await deleteSubscription(tx, found))) throw new Refusal('not-found')
    })
  }

  #restOf(principal: Principal): Rest {
    const rest = this.#parts.resting.restOf(principal)
    if (rest === undefined) throw new Refusal('not-permitted')
    return rest
  }

  async #mine(principal: Principal): Promise<readonly Subscription[]> {
    const { database, clock } = this.#parts
    const rest = this.#restOf(principal)
    const all = await subscriptionsOf(database, this.#parts, principal.id)
    const now = clock.now()
    return all.filter((row) => row.expiresAt > now && isOf(row.content, principal, rest))
  }

  async #find(principal: Principal, id: string): Promise<Subscription> {
    const found = (await this.#mine(principal)).find((row) => row.id === id)
    if (found === undefined) throw new Refusal('not-found')
    return found
  }

  /** Through the gate and into the trail, in one transaction; then the node that pushes hears of it. */
  async #write(
    { principal, remoteAddress }: By,
    { id: objectId, personId }: Pick<Subscription, 'id' | 'personId'>,
    fields: readonly string[],
    work: (tx: Tx) => Promise<void>,
  ): Promise<void> {
    const { database, audit, gateFor } = this.#parts
    const { departmentId, sessionId } = principal
    const act = fields.includes('destroyed') ? 'push.end-own' : 'push.subscribe-own'
    await database.transaction(async (tx) => {
      const object = { personId, departmentId, objectId }
      const granted = await gateFor(principal)(tx, { act, object, input: { fields } })
      await work(tx)
      const actor = { principalId: principal.id, sessionId, remoteAddress }
      const about = { departmentId, objectId, fields }
      await audit.record(tx, { kind: 'administration', act, ...about, ...actor, ...granted })
    })
    await database.notify(pushChannel, String(bucketOf(personId)))
  }
}

/** RFC 8620 §7.2: a session has its own end, and nothing else is set; without one, some days at most. */
function boundOf(rest: Rest, wanted: Millis | undefined, now: Millis): Millis {
  const { sessionId, expiresAt = Infinity } = rest
  const most = sessionId === undefined ? now + expiresMs : Infinity
  return Math.min(wanted ?? now + expiresMs, most, expiresAt)
}

/** Of the same credential, or of the same session of a browser; whoever opened a post sees its own. */
function isOf(content: SubscriptionContent, { openedAs }: Principal, rest: Rest): boolean {
  return (
    content.rest.sessionId === rest.sessionId &&
    content.rest.credentialId === rest.credentialId &&
    content.openedAs === openedAs
  )
}

function changedBy(row: Subscription, change: SubscriptionChange, now: Millis): Subscription {
  const { content } = row
  const { code } = change
  if (code !== undefined && !isSame(code, content.code)) throw new WrongCode()
  const { types: before, ...others } = content
  const types = 'types' in change ? change.types : before
  return {
    ...row,
    expiresAt: 'expiresAt' in change ? boundOf(content.rest, change.expiresAt, now) : row.expiresAt,
    content: {
      ...others,
      ...(types === undefined ? {} : { types }),
      ...(code === undefined ? {} : { isVerified: true }),
    },
  }
}

function isSame(given: string, code: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(code)]
  return a.length === b.length && timingSafeEqual(a, b)
}

function fieldsOf(change: SubscriptionChange): readonly string[] {
  return [
    ...(change.code === undefined ? [] : ['verificationCode']),
    ...('expiresAt' in change ? ['expires'] : []),
    ...('types' in change ? ['types'] : []),
  ]
}

function viewOf({ id, expiresAt, content }: Subscription): SubscriptionView {
  const { deviceClientId, types, code, isVerified } = content
  // Until it came back it is for the device alone that the push reaches.
  const verificationCode = isVerified === true ? code : undefined
  return { id, deviceClientId, expiresAt, types, verificationCode }
}
