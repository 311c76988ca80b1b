/**
 * One subscription, on the node that pushes to it: first its code, and once that was said back, what changes.
 * What was told stands in its row, so that whoever goes on after this node tells what was missed. RFC 8620 §7.2.
 */
import { performance } from 'node:perf_hooks'
import type { Rest, Resting } from '../access/resting.ts'
import type { Principal } from '../access/types.ts'
import type { Clock } from '../base/clock.ts'
import type { Database } from '../db/types.ts'
import { formatStateChange, formatVerification, piecesOf, type Changed } from './bodies.ts'
import { encryptPush, parsePushKeys } from './encrypt.ts'
import { verificationTriesMax } from './limits.ts'
import type { Pace } from './pace.ts'
import type { Push, PushAnswer } from './post.ts'
import { lockSubscription, replaceSubscription, type Shelf, type Subscription } from './rows.ts'
import { vapidOf, type VapidKey } from './vapid.ts'

/** Of what changes in the accounts of one person. */
export interface Watching extends Disposable {
  open(): Promise<void>
  /** @param token of what he was told before. */
  begin(token: string): void
}

export interface WatchOptions {
  readonly types: ReadonlySet<string> | undefined
  /** @param token stands for all that he was told with it. */
  readonly tell: (changed: Changed, token: string) => void
  readonly onFault: () => void
}

export interface PushingParts extends Shelf {
  readonly database: Database
  readonly clock: Clock
  readonly resting: Pick<Resting, 'resumeOn' | 'endOf'>
  readonly openWatch: (principal: Principal, options: WatchOptions) => Watching
  /** Of which accounts he is told now. */
  readonly accountsOf: (principal: Principal) => string
  /** He lost something, or all. */
  readonly onRevoked: (principal: Principal, listener: () => void) => Disposable
  readonly post: (push: Push, signal: AbortSignal) => Promise<PushAnswer>
  readonly vapidKey: VapidKey
  /** RFC 8292 §2.1 */
  readonly contact: string
  readonly log: PushLog
}

export interface PushLog {
  warn(message: string, facts: object): void
  error(message: string, error: unknown, facts: object): void
}

/** Why a subscription is destroyed that its owner did not destroy. */
export type EndedBy = 'gone' | 'unverified' | 'expired' | 'sign-in-ended'

export interface PushingEvents {
  readonly onEnd: (by: EndedBy) => void
  /** It is to begin anew: what he may see is not what it was. */
  readonly onStale: () => void
}

export class Pushing implements Disposable {
  readonly pace: Pace
  readonly #parts: PushingParts
  readonly #events: PushingEvents
  readonly #stack = new DisposableStack()
  readonly #abort = new AbortController()
  readonly #principal: Principal
  readonly #accounts: string
  #row: Subscription
  #pending = new Map<string, Record<string, string>>()
  #token: string | undefined
  #timer: NodeJS.Timeout | undefined
  #isBusy = false
  #running: Promise<void> = Promise.resolve()

  constructor(parts: PushingParts, row: Subscription, pace: Pace, events: PushingEvents) {
    this.#parts = parts
    this.#row = row
    this.pace = pace
    this.#events = events
    const { resting, onRevoked, accountsOf } = parts
    this.#principal = this.#stack.use(resting.resumeOn(principalOf(row), restOf(row))).principal
    this.#stack.use(onRevoked(this.#principal, () => this.#events.onStale()))
    this.#accounts = accountsOf(this.#principal)
    this.#stack.defer(() => clearTimeout(this.#timer))
    this.#stack.defer(() => this.#abort.abort())
  }

  get version(): number {
    return this.#row.version
  }

  get personId(): string {
    return this.#row.personId
  }

  get isStale(): boolean {
    return this.#parts.accountsOf(this.#principal) !== this.#accounts
  }

  /** Resolves when nothing is under way: nobody writes after it was disposed. */
  settled(): Promise<void> {
    return this.#running
  }

  async begin(): Promise<void> {
    const { isVerified, isCodeSent, types, told } = this.#row.content
    if (isVerified !== true) {
      if (isCodeSent !== true) this.#schedule()
      return
    }
    const watch = this.#parts.openWatch(this.#principal, {
      types: types && new Set(types),
      tell: (changed, token) => this.#tell(changed, token),
      onFault: () => this.#events.onStale(),
    })
    this.#stack.use(watch)
    await watch.open()
    // A device that was told nothing yet is told all: nothing can fall between.
    if (!this.#stack.disposed) watch.begin(told ?? '')
  }

  /** Why it is over; undefined: it is not. */
  async findEnd(): Promise<EndedBy | undefined> {
    const { resting, clock } = this.#parts
    const { expiresAt, content } = this.#row
    if (clock.now() >= expiresAt) return 'expired'
    const cause = await resting.endOf(this.#principal, content.rest, content.createdAt)
    return cause === undefined ? undefined : 'sign-in-ended'
  }

  #tell(changed: Changed, token: string): void {
    this.#token = token
    // Of an account without the types he wants nothing is said.
    const some = [...changed].filter(([, states]) => Object.keys(states).length > 0)
    for (const [account, states] of some)
      this.#pending.set(account, { ...this.#pending.get(account), ...states })
    if (some.length > 0) this.#schedule()
  }

  #schedule(): void {
    if (this.#isBusy || this.#stack.disposed) return
    const waitMs = this.pace.waitMs(performance.now())
    this.#timer ??= setTimeout(() => {
      this.#running = this.#run()
    }, waitMs)
  }

  async #run(): Promise<void> {
    this.#timer = undefined
    this.#isBusy = true
    try {
      const end = (await this.findEnd()) ?? (await this.#push())
      if (end !== undefined && !this.#stack.disposed) this.#events.onEnd(end)
    } catch (error) {
      // The database is away, or there is a bug: it is tried again as if nobody had answered.
      this.#parts.log.error('pushing failed', error, { objectId: this.#row.id })
      this.pace.failed(performance.now(), undefined)
    }
    this.#isBusy = false
    if (this.#isUnverified() ? this.#row.content.isCodeSent !== true : this.#pending.size > 0)
      this.#schedule()
  }

  #isUnverified(): boolean {
    return this.#row.content.isVerified !== true
  }

  #push(): Promise<EndedBy | undefined> {
    return this.#isUnverified() ? this.#pushCode() : this.#pushChanges()
  }

  /** RFC 8620 §7.2.2: until it is said back, nothing else goes there. */
  async #pushCode(): Promise<EndedBy | undefined> {
    const { id, content } = this.#row
    const outcome = await this.#post(formatVerification(id, content.code))
    if (outcome === 'taken') return this.#save({ isCodeSent: true })
    if (outcome === 'gone') return 'gone'
    return this.pace.failures < verificationTriesMax ? undefined : 'unverified'
  }

  /** What changes meanwhile is told with the next. */
  async #pushChanges(): Promise<EndedBy | undefined> {
    const token = this.#token
    const left = [...piecesOf(this.#pending)]
    this.#pending = new Map()
    for (let piece = left[0]; piece !== undefined; piece = left[0]) {
      const outcome = await this.#post(formatStateChange(piece))
      if (outcome === 'gone') return 'gone'
      if (outcome === 'failed') {
        this.#keep(left)
        return undefined
      }
      left.shift()
    }
    return token === undefined ? undefined : this.#save({ told: token })
  }

  /** For the next time; what has changed since is newer. */
  #keep(pieces: readonly Changed[]): void {
    const newer = this.#pending
    this.#pending = new Map()
    for (const [account, states] of [...pieces.flatMap((piece) => [...piece]), ...newer])
      this.#pending.set(account, { ...this.#pending.get(account), ...states })
  }

  async #post(text: Buffer): Promise<'taken' | 'gone' | 'failed'> {
    const { post, vapidKey, contact, clock, log } = this.#parts
    const { id, content } = this.#row
    const { origin } = new URL(content.url)
    const authorization = vapidOf(vapidKey, { origin, contact, now: clock.now() })
    const push = { url: content.url, ...bodyOf(content, text), authorization }
    const answer = await post(push, this.#abort.signal).catch((error: unknown) => ({
      code: codeOf(error),
    }))
    // Whoever goes on tells it; the pace is his now.
    if (this.#stack.disposed) return 'failed'
    const now = performance.now()
    if ('code' in answer) {
      this.pace.failed(now, undefined)
      log.warn('nobody took a push', { objectId: id, ...answer, attempt: this.pace.failures })
      return 'failed'
    }
    const { status, retryAfterMs } = answer
    if (status >= 200 && status < 300) {
      if (this.#isUnverified()) this.pace.codeTaken()
      else this.pace.succeeded(now)
      return 'taken'
    }
    if (status === 404 || status === 410) return 'gone'
    if (status === 429) this.pace.tooOften()
    this.pace.failed(now, retryAfterMs)
    log.warn('a push was not taken', { objectId: id, status, attempt: this.pace.failures })
    return 'failed'
  }

  /** Whoever changed it meanwhile finds his change kept, and it begins anew with that. */
  async #save(change: Pick<Subscription['content'], 'isCodeSent' | 'told'>): Promise<undefined> {
    const { database } = this.#parts
    await database.transaction(async (tx) => {
      const row = await lockSubscription(tx, this.#parts, this.#row)
      if (row === undefined) return
      // Its code came back already: that it was taken needs no saying.
      if (change.isCodeSent === true && row.content.isVerified === true) return
      const content = { ...row.content, ...change }
      const saved = await replaceSubscription(tx, this.#parts, { ...row, content })
      if (row.version === this.#row.version) this.#row = saved
    })
  }

  [Symbol.dispose](): void {
    this.#stack.dispose()
    this.#timer = undefined
    this.#pending.clear()
  }
}

function bodyOf(
  { keys }: Subscription['content'],
  text: Buffer,
): { readonly body: Buffer; readonly isEncrypted: boolean } {
  if (keys === undefined) return { body: text, isEncrypted: false }
  const parsed = parsePushKeys(keys.p256dh, keys.auth)
  if (parsed === undefined) throw new Error('keys of a device that were good are no more')
  return { body: encryptPush(parsed, text), isEncrypted: true }
}

/** Never its message: that names the host. */
function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unreachable'
}

function restOf({ content }: Subscription): Rest {
  return content.rest
}

function principalOf({ personId: id, content }: Subscription): Principal {
  const { departmentId, address, openedAs, sessionId } = content
  return { id, departmentId, address, openedAs, sessionId }
}
