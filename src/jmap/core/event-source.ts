/** Pushing state changes over an event stream. RFC 8620 §7.1 and §7.3. */
import type { FastifyReply } from 'fastify'
import type { Principal } from '../../access/types.ts'
import { isRefusal } from '../../base/refusal.ts'
import { eventStreamsMax, pingMsMax, pingMsMin, pushBatchMs } from '../limits.ts'
import type { JmapParts } from '../ports.ts'
import { accountsOf } from './account.ts'
import { RequestProblem } from './problems.ts'

export const pushedTypes = ['Mailbox', 'Email', 'Thread', 'EmailSubmission'] as const

export interface EventsAsked {
  /** Undefined: all of them. */
  readonly types: ReadonlySet<string> | undefined
  readonly closesAfterState: boolean
  /** 0: never. */
  readonly pingSeconds: number
}

/** The open streams of this process: each ends with its client, with revocation, or with the door. */
export class EventStreams implements Disposable {
  readonly #parts: JmapParts
  readonly #streams = new Set<EventStream>()

  constructor(parts: JmapParts) {
    this.#parts = parts
  }

  open(principal: Principal, asked: EventsAsked, reply: FastifyReply): void {
    const mine = [...this.#streams].filter((stream) => stream.principal.id === principal.id)
    if (mine.length >= eventStreamsMax)
      throw new RequestProblem('limit', 'Too many event streams.', 'maxConcurrentRequests')
    const stream = new EventStream(this.#parts, principal, asked, reply)
    this.#streams.add(stream)
    stream.onEnd(() => this.#streams.delete(stream))
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
  #timer: NodeJS.Timeout | undefined

  constructor(parts: JmapParts, principal: Principal, asked: EventsAsked, reply: FastifyReply) {
    this.#parts = parts
    this.principal = principal
    this.#asked = asked
    this.#reply = reply
    reply.hijack()
    const { raw } = reply
    const headers = { 'content-type': 'text/event-stream', 'cache-control': 'no-store' }
    raw.writeHead(200, { ...headers, 'x-content-type-options': 'nosniff' })
    raw.flushHeaders()
    raw.on('close', () => this[Symbol.dispose]())
    this.#stack.defer(() => raw.end())
    this.#stack.use(parts.access.onRevoked(principal, () => this[Symbol.dispose]()))
    for (const { id } of accountsOf(parts, principal))
      this.#stack.use(parts.store.watch(id, () => this.#note(id)))
    this.#ping()
  }

  onEnd(act: () => void): void {
    this.#stack.defer(act)
  }

  /** RFC 8620 §7.3: the interval that is really used is told. */
  #ping(): void {
    const { pingSeconds } = this.#asked
    if (pingSeconds === 0) return
    const everyMs = Math.min(Math.max(pingSeconds * 1_000, pingMsMin), pingMsMax)
    const ping = () => this.#send('ping', { interval: everyMs / 1_000 })
    const timer = setInterval(ping, everyMs)
    this.#stack.defer(() => clearInterval(timer))
    ping()
  }

  #note(account: string): void {
    this.#changed.add(account)
    this.#timer ??= setTimeout(() => void this.#tell(), pushBatchMs)
  }

  /** States are read anew: they are those that /get would answer with. */
  async #tell(): Promise<void> {
    this.#timer = undefined
    const changed: Record<string, object> = {}
    const accounts = accountsOf(this.#parts, this.principal).filter(({ id }) =>
      this.#changed.has(id),
    )
    this.#changed.clear()
    try {
      for (const account of accounts) {
        const { state } = await account.read()
        const { types } = this.#asked
        const told = pushedTypes.filter((type) => types === undefined || types.has(type))
        if (told.length > 0)
          changed[account.id] = Object.fromEntries(told.map((type) => [type, state]))
      }
    } catch (error) {
      // The client comes back by itself and reads what it missed.
      if (!isRefusal(error)) this.#parts.log.error('push failed', error, { door: 'jmap' })
      this[Symbol.dispose]()
      return
    }
    if (Object.keys(changed).length === 0) return
    this.#send('state', { '@type': 'StateChange', changed })
    if (this.#asked.closesAfterState) this[Symbol.dispose]()
  }

  #send(event: string, data: object): void {
    if (!this.#stack.disposed)
      this.#reply.raw.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer)
    this.#stack.dispose()
  }
}
