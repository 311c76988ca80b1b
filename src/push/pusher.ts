/**
 * The part of a node that pushes: takes its share of the subscriptions, and of each what its owner says of it.
 * A subscription ends with its time, with the sign-in it rests on, and when its push service does not know it.
 */
import type { Audit } from '../audit/types.ts'
import { minuteMs } from '../base/clock.ts'
import { claimBuckets, leaveBuckets } from './leases.ts'
import { leaseEveryMs, openingAtOnce } from './limits.ts'
import { Pace, usualPace, type PaceShape } from './pace.ts'
import { Pushing, type EndedBy, type PushingParts } from './pushing.ts'
import {
  bucketOf,
  deleteSubscription,
  readSubscriptions,
  versionsIn,
  type Subscription,
} from './rows.ts'
import { pushChannel } from './subscriptions.ts'

export interface PusherParts extends PushingParts {
  readonly nodeId: string
  readonly audit: Pick<Audit, 'record'>
  readonly pace?: PaceShape
}

export class Pusher implements AsyncDisposable {
  readonly #parts: PusherParts
  readonly #pushings = new Map<string, Pushing>()
  readonly #stack = new AsyncDisposableStack()
  #held: ReadonlySet<number> = new Set()
  #running: Promise<void> = Promise.resolve()
  /** Somebody asked since the last round began. */
  #waiting: Promise<void> | undefined
  #sweptAt = -Infinity

  constructor(parts: PusherParts) {
    this.#parts = parts
  }

  start(): this {
    const again = () => void this.refresh()
    const timer = setInterval(again, leaseEveryMs).unref()
    this.#stack.defer(() => clearInterval(timer))
    const heard = (bucket: string) => {
      if (this.#held.has(Number(bucket))) again()
    }
    this.#stack.use(this.#parts.database.listen(pushChannel, heard, again))
    again()
    return this
  }

  /** Resolves when what stood in the database at this moment is taken up here. */
  refresh(): Promise<void> {
    this.#waiting ??= this.#running.then(() => {
      this.#waiting = undefined
      this.#running = this.#round().catch((error: unknown) =>
        this.#parts.log.error('pushing failed', error, { what: 'push-subscriptions' }),
      )
      return this.#running
    })
    return this.#waiting
  }

  async #round(): Promise<void> {
    if (this.#stack.disposed) return
    const { database, nodeId, clock } = this.#parts
    this.#held = await claimBuckets(database, nodeId)
    await this.#takeUp([...this.#held])
    for (const [id, pushing] of this.#pushings) if (pushing.isStale) await this.#renew(id)
    if (clock.now() - this.#sweptAt < minuteMs) return
    this.#sweptAt = clock.now()
    for (const [id, pushing] of this.#pushings) {
      const end = await pushing.findEnd()
      if (end !== undefined) await this.#end(id, end)
    }
  }

  async #takeUp(buckets: readonly number[]): Promise<void> {
    const { database } = this.#parts
    const versions = await versionsIn(database, buckets)
    for (const [id, pushing] of this.#pushings)
      if (!versions.has(id)) {
        pushing[Symbol.dispose]()
        this.#pushings.delete(id)
      }
    const ids = [...versions].flatMap(([id, version]) =>
      this.#pushings.get(id)?.version === version ? [] : [id],
    )
    for (let at = 0; at < ids.length; at += openingAtOnce) {
      const some = ids.slice(at, at + openingAtOnce)
      const rows = await readSubscriptions(database, this.#parts, { buckets, ids: some })
      // One that is no more, or is not as we wrote it.
      for (const id of some) if (rows.every((row) => row.id !== id)) this.#drop(id)
      await Promise.all(rows.map((row) => this.#open(row)))
    }
  }

  /** In the place of what was known of it; it is not pushed to sooner for that. */
  async #open(row: Subscription): Promise<void> {
    const { log } = this.#parts
    const before = this.#pushings.get(row.id)
    before?.[Symbol.dispose]()
    if (this.#stack.disposed) return
    const pace = before?.pace ?? new Pace(this.#parts.pace ?? usualPace)
    const fault = (error: unknown) => log.error('pushing failed', error, { objectId: row.id })
    const pushing = new Pushing(this.#parts, row, pace, {
      onEnd: (by) => void this.#end(row.id, by).catch(fault),
      onStale: () => void this.#renewLater(row.id),
    })
    this.#pushings.set(row.id, pushing)
    // Its states cannot be read now: it is looked at again with the next round.
    await pushing.begin().catch((error: unknown) => {
      fault(error)
      if (this.#pushings.get(row.id) === pushing) this.#drop(row.id)
    })
  }

  #drop(id: string): void {
    this.#pushings.get(id)?.[Symbol.dispose]()
    this.#pushings.delete(id)
  }

  async #renewLater(id: string): Promise<void> {
    const pushing = this.#pushings.get(id)
    // Whether it is over cannot be told now: it begins anew, and is asked again before it pushes.
    const end = await pushing?.findEnd().catch(() => undefined)
    if (pushing === undefined || this.#pushings.get(id) !== pushing) return
    const fault = (error: unknown) => {
      this.#parts.log.error('pushing failed', error, { objectId: id })
      // The next round looks at it again.
      this.#drop(id)
    }
    await (end === undefined ? this.#renew(id) : this.#end(id, end)).catch(fault)
  }

  async #renew(id: string): Promise<void> {
    const personId = this.#pushings.get(id)?.personId
    if (personId === undefined) return
    const wanted = { buckets: [bucketOf(personId)], ids: [id] }
    const [row] = await readSubscriptions(this.#parts.database, this.#parts, wanted)
    if (row !== undefined) await this.#open(row)
  }

  /** RFC 8620 §7.2: the address and the keys are forgotten with the row. */
  async #end(id: string, by: EndedBy): Promise<void> {
    const personId = this.#pushings.get(id)?.personId
    this.#drop(id)
    if (personId === undefined) return
    const { database, audit } = this.#parts
    await database.transaction(async (tx) => {
      if (!(await deleteSubscription(tx, { id, personId }))) return
      const fields = ['destroyed', by]
      await audit.record(tx, { kind: 'administration', act: 'push.end-own', objectId: id, fields })
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync()
    await this.#waiting
    await this.#running
    const pushings = [...this.#pushings.values()]
    for (const id of this.#pushings.keys()) this.#drop(id)
    await Promise.all(pushings.map((each) => each.settled()))
    const { database, nodeId } = this.#parts
    // Otherwise it ends by itself.
    await leaveBuckets(database, nodeId).catch(() => undefined)
  }
}
