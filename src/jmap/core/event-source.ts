/** Pushing state changes over an event stream. RFC 8620 §7.1 and §7.3. */
import type { FastifyReply } from 'fastify'
import type { Principal } from '../../access/types.ts'
import { Refusal } from '../../base/refusal.ts'
import { eventStreamsMax, pingMsMax, pingMsMin } from '../limits.ts'
import type { JmapParts } from '../ports.ts'
import { RequestProblem } from './problems.ts'
import { StateWatch, type Changed } from './state-watch.ts'

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
  readonly #asked: EventsAsked
  readonly #reply: FastifyReply
  readonly #stack = new DisposableStack()
  readonly #watch: StateWatch
  #pingTimer: NodeJS.Timeout | undefined

  constructor(parts: JmapParts, principal: Principal, asked: EventsAsked, reply: FastifyReply) {
    this.principal = principal
    this.#asked = asked
    this.#reply = reply
    reply.raw.on('close', () => this[Symbol.dispose]())
    this.#stack.use(parts.access.onRevoked(principal, () => this[Symbol.dispose]()))
    this.#watch = this.#stack.use(
      new StateWatch(parts, principal, {
        types: asked.types,
        tell: (changed, token) => this.#tell(changed, token),
        onFault: () => this[Symbol.dispose](),
      }),
    )
  }

  onEnd(act: () => void): void {
    this.#stack.defer(act)
  }

  async begin(): Promise<void> {
    try {
      await this.#watch.open()
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
    if (this.#asked.pingSeconds !== 0) this.#ping()
    this.#watch.begin(this.#asked.lastEventId)
  }

  /** RFC 8620 §7.3: the interval that is really used is told. */
  #ping(): void {
    const everyMs = Math.min(Math.max(this.#asked.pingSeconds * 1_000, pingMsMin), pingMsMax)
    this.#send(`event: ping\ndata: ${JSON.stringify({ interval: everyMs / 1_000 })}\n\n`)
    this.#pingTimer ??= setInterval(() => this.#ping(), everyMs)
  }

  #tell(changed: Changed, token: string): void {
    if (changed.size === 0) return
    const data = { '@type': 'StateChange', changed: Object.fromEntries(changed) }
    this.#send(`id: ${token}\nevent: state\ndata: ${JSON.stringify(data)}\n\n`)
    if (this.#asked.closesAfterState) this[Symbol.dispose]()
  }

  /** A ping is due when nothing was said for its time. */
  #send(event: string): void {
    if (this.#stack.disposed) return
    this.#reply.raw.write(event)
    this.#pingTimer?.refresh()
  }

  [Symbol.dispose](): void {
    clearInterval(this.#pingTimer)
    this.#stack.dispose()
  }
}
