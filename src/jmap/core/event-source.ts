/** Pushing state changes over an event stream. RFC 8620 §7.1 and §7.3. */
import { createHash } from 'node:crypto'
import type { FastifyReply } from 'fastify'
import type { Principal } from '../../access/types.ts'
import { isRefusal, Refusal } from '../../base/refusal.ts'
import { eventStreamsMax, pingMsMax, pingMsMin, pushBatchMs } from '../limits.ts'
import type { JmapParts } from '../ports.ts'
import { accountsOf } from './account.ts'
import { RequestProblem } from './problems.ts'
import { statesOf, type TypeStates } from './pushed-states.ts'

export interface EventsAsked {
  /** Undefined: all of them. */
  readonly types: ReadonlySet<string> | undefined
  readonly closesAfterState: boolean
  /** 0: never. */
  readonly pingSeconds: number
  /** The last event a client saw that comes back. */
  readonly lastEventId: string | undefined
}

/** The open streams of this process: each ends with its client, with revocation, or with the door. */
export class EventStreams implements Disposable {
  readonly #parts: JmapParts
  readonly #streams = new Set<EventStream>()

  constructor(parts: JmapParts) {
    this.#parts = parts
  }

  async open(principal: Principal, asked: EventsAsked, reply: FastifyReply): Promise<void> {
    const mine = [...this.#streams].filter((stream) => stream.principal.id === principal.id)
    if (mine.length >= eventStreamsMax)
      throw new RequestProblem('limit', 'Too many event streams.', 'maxConcurrentRequests')
    const stream = new EventStream(this.#parts, principal, asked, reply)
    this.#streams.add(stream)
    stream.onEnd(() => this.#streams.delete(stream))
    await stream.begin()
  }

  [Symbol.dispose](): void {
    for (const stream of this.#streams) stream[Symbol.dispose]()
  }
}

class EventStream implements Disposable {
  readonly principal: Principal
  readonly #parts: JmapParts
  readonly #asked: EventsAsked
  readonly #reply: FastifyReply
  readonly #stack = new DisposableStack()
  readonly #changed = new Set<string>()
  /** What the client knows, by account. */
  readonly #told = new Map<string, TypeStates>()
  #hasBegun = false
  #timer: NodeJS.Timeout | undefined
  #pingTimer: NodeJS.Timeout | undefined

  constructor(parts: JmapParts, principal: Principal, asked: EventsAsked, reply: FastifyReply) {
    this.#parts = parts
    this.principal = principal
    this.#asked = asked
    this.#reply = reply
    reply.raw.on('close', () => this[Symbol.dispose]())
    this.#stack.use(parts.access.onRevoked(principal, () => this[Symbol.dispose]()))
  }

  onEnd(act: () => void): void {
    this.#stack.defer(act)
  }

  /** What changes after the client hears that it is connected is after the states read here. */
  async begin(): Promise<void> {
    const { types, lastEventId } = this.#asked
    try {
      for (const account of accountsOf(this.#parts, this.principal)) {
        this.#stack.use(this.#parts.store.watch(account.id, () => this.#note(account.id)))
        this.#told.set(account.id, await statesOf(account, types))
      }
    } catch (error) {
      this[Symbol.dispose]()
      throw error
    }
    // Its client went, or he was revoked, while states were read.
    if (this.#stack.disposed) throw new Refusal('bad-credentials')
    this.#reply.hijack()
    const { raw } = this.#reply
    const headers = { 'content-type': 'text/event-stream', 'cache-control': 'no-store' }
    raw.writeHead(200, { ...headers, 'x-content-type-options': 'nosniff' })
    raw.flushHeaders()
    this.#stack.defer(() => raw.end())
    this.#hasBegun = true
    if (this.#asked.pingSeconds !== 0) this.#ping()
    const hasMissed = lastEventId !== undefined && lastEventId !== this.#eventId()
    if (hasMissed) this.#tellStates(this.#told)
    else if (this.#changed.size > 0) this.#schedule()
  }

  /** RFC 8620 §7.3: the interval that is really used is told. */
  #ping(): void {
    const everyMs = Math.min(Math.max(this.#asked.pingSeconds * 1_000, pingMsMin), pingMsMax)
    this.#send(`event: ping\ndata: ${JSON.stringify({ interval: everyMs / 1_000 })}\n\n`)
    this.#pingTimer ??= setInterval(() => this.#ping(), everyMs)
  }

  #note(account: string): void {
    this.#changed.add(account)
    if (this.#hasBegun) this.#schedule()
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => void this.#tell(), pushBatchMs)
  }

  /** States are read anew: they are those that /get would answer with. */
  async #tell(): Promise<void> {
    this.#timer = undefined
    const changed = new Map<string, TypeStates>()
    const accounts = accountsOf(this.#parts, this.principal).filter(({ id }) =>
      this.#changed.has(id),
    )
    this.#changed.clear()
    try {
      for (const account of accounts) {
        const states = await statesOf(account, this.#asked.types)
        const before = this.#told.get(account.id)
        this.#told.set(account.id, states)
        const others = Object.entries(states).filter(([type, state]) => before?.[type] !== state)
        if (others.length > 0) changed.set(account.id, Object.fromEntries(others))
      }
    } catch (error) {
      // The client comes back by itself and reads what it missed.
      if (!isRefusal(error)) this.#parts.log.error('push failed', error, { door: 'jmap' })
      this[Symbol.dispose]()
      return
    }
    this.#tellStates(changed)
  }

  #tellStates(changed: ReadonlyMap<string, TypeStates>): void {
    if (changed.size === 0) return
    const data = { '@type': 'StateChange', changed: Object.fromEntries(changed) }
    this.#send(`id: ${this.#eventId()}\nevent: state\ndata: ${JSON.stringify(data)}\n\n`)
    if (this.#asked.closesAfterState) this[Symbol.dispose]()
  }

  /** Of all the client was told: whoever comes back with it has missed nothing. */
  #eventId(): string {
    const told = [...this.#told].toSorted(([a], [b]) => (a < b ? -1 : 1))
    return createHash('sha256').update(JSON.stringify(told)).digest('base64url').slice(0, 16)
  }

  /** A ping is due when nothing was said for its time. */
  #send(event: string): void {
    if (this.#stack.disposed) return
    this.#reply.raw.write(event)
    this.#pingTimer?.refresh()
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer)
    clearInterval(this.#pingTimer)
    this.#stack.dispose()
  }
}
