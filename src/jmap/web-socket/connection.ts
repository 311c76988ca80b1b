/**
 * One WebSocket: requests of one person and what changes for him. Each request is asked anew who he is, so that idle
 * and ended sessions end here too. Who does not read is not sent more, and not read from either. RFC 8887.
 */
import type { Socket } from 'node:net'
import type { WebSocket } from 'ws'
import type { Principal } from '../../access/types.ts'
import { isRefusal } from '../../base/refusal.ts'
import type { Requests } from '../core/answer-requests.ts'
import { RequestProblem } from '../core/problems.ts'
import { requestOf } from '../core/request.ts'
import { StateWatch, type Changed } from '../core/state-watch.ts'
import {
  concurrentRequestsMax,
  socketCloseMs,
  socketPingMs,
  socketUnreadOctetsMax,
} from '../limits.ts'
import type { JmapParts } from '../ports.ts'
import { parseClientMessage, type ClientMessage } from './messages.ts'

/** RFC 6455 §7.4.1 */
export const closeCodes = { goingAway: 1001, notText: 1003, policy: 1008, busy: 1013 } as const

export interface ConnectionOptions {
  readonly parts: JmapParts
  readonly requests: Requests
  readonly webSocket: WebSocket
  readonly socket: Socket
  readonly principal: Principal
  readonly remoteAddress: string
  /** By what was shown when it was opened. */
  readonly signInAgain: () => Promise<Principal>
}

export class Connection implements Disposable {
  readonly principal: Principal
  readonly #options: ConnectionOptions
  readonly #stack = new DisposableStack()
  #watch: StateWatch | undefined
  #running = 0
  /** Octets received and not yet answered for, which others cannot use meanwhile. */
  #held = 0
  #isAlive = true

  constructor(options: ConnectionOptions) {
    this.#options = options
    this.principal = options.principal
    const { webSocket, socket, parts, principal } = options
    webSocket.on('message', (data: Buffer, isBinary) => this.#take(data, isBinary))
    webSocket.on('close', () => this[Symbol.dispose]())
    // What went wrong with it closes it as well.
    webSocket.on('error', () => undefined)
    webSocket.on('pong', () => (this.#isAlive = true))
    for (const control of ['ping', 'pong'] as const)
      webSocket.on(control, (data: Buffer) => this.#give(data.length + frameHeadOctets))
    const count = (chunk: Buffer) => this.#hold(chunk.length)
    socket.on('data', count)
    this.#stack.defer(() => void socket.off('data', count))
    this.#stack.use(parts.access.onRevoked(principal, () => this.end(closeCodes.policy)))
    const timer = setInterval(() => this.#ping(), socketPingMs)
    this.#stack.defer(() => clearInterval(timer))
    this.#stack.defer(() => this.#give(this.#held))
  }

  onEnd(act: () => void): void {
    this.#stack.defer(act)
  }

  /** What is sent to it now is the last; who does not take it in a moment is cut off. */
  end(code: number): void {
    const { webSocket } = this.#options
    webSocket.close(code)
    setTimeout(() => webSocket.terminate(), socketCloseMs).unref()
    this[Symbol.dispose]()
  }

  #hold(octets: number): void {
    // These octets themselves may have ended it.
    if (this.#stack.disposed) return
    if (this.#options.parts.budget.take(octets)) this.#held += octets
    else this.end(closeCodes.busy)
  }

  #give(octets: number): void {
    const given = Math.min(octets, this.#held)
    this.#held -= given
    this.#options.parts.budget.give(given)
  }

  /** Who does not answer between two pings is gone. */
  #ping(): void {
    const { webSocket } = this.#options
    if (!this.#isAlive) return webSocket.terminate()
    this.#isAlive = false
    return webSocket.ping()
  }

  #take(octets: Buffer, isBinary: boolean): void {
    if (this.#stack.disposed) return
    // RFC 8887 §4.3: text frames alone.
    if (isBinary) return this.end(closeCodes.notText)
    void this.#receive(octets).finally(() => this.#give(octets.length + frameHeadOctets))
  }

  async #receive(octets: Buffer): Promise<void> {
    let id: string | undefined
    this.#running += 1
    try {
      const message = parseClientMessage(octets)
      if (message.kind === 'request') ({ id } = message)
      if (this.#running > concurrentRequestsMax)
        throw new RequestProblem('limit', 'Too many requests at once.', 'maxConcurrentRequests')
      if (message.kind === 'request') await this.#answer(message)
      else if (message.kind === 'push-enable') await this.#enablePush(message)
      else this.#disablePush()
    } catch (error) {
      this.#fault(error, id)
    } finally {
      this.#running -= 1
    }
  }

  async #answer({ id, request }: ClientMessage & { readonly kind: 'request' }): Promise<void> {
    const { requests, signInAgain, remoteAddress } = this.#options
    const asked = requestOf(request)
    const principal = await signInAgain()
    const response = await requests.answer({ principal, remoteAddress }, asked)
    const requestId = id === undefined ? {} : { requestId: id }
    this.#send({ '@type': 'Response', ...requestId, ...response })
  }

  async #enablePush({
    types,
    pushState,
  }: ClientMessage & { readonly kind: 'push-enable' }): Promise<void> {
    this.#disablePush()
    const { parts, webSocket } = this.#options
    const watch = new StateWatch(parts, this.principal, {
      types,
      tell: (changed, token) => this.#tell(changed, token),
      onFault: () => this.end(closeCodes.goingAway),
      isReady: () => webSocket.bufferedAmount < socketUnreadOctetsMax,
    })
    this.#watch = watch
    await watch.open()
    // It was ended, or enabled otherwise, while states were read.
    if (this.#stack.disposed || this.#watch !== watch) watch[Symbol.dispose]()
    else watch.begin(pushState)
  }

  #disablePush(): void {
    this.#watch?.[Symbol.dispose]()
    this.#watch = undefined
  }

  /** RFC 8887 §4.3.5.1: with what the client shows when it comes back. */
  #tell(changed: Changed, pushState: string): void {
    if (changed.size > 0)
      this.#send({ '@type': 'StateChange', changed: Object.fromEntries(changed), pushState })
  }

  #fault(error: unknown, requestId: string | undefined): void {
    const to = { '@type': 'RequestError', requestId: requestId ?? null }
    if (error instanceof RequestProblem) return this.#send({ ...to, ...error.body })
    // He is nobody here any more, or not now.
    if (isRefusal(error)) return this.end(closeCodes.policy)
    this.#options.parts.log.error('request failed', error, { door: 'jmap' })
    return this.#send({ ...to, type: 'about:blank', status: 500 })
  }

  #send(message: object): void {
    const { webSocket } = this.#options
    if (webSocket.readyState !== webSocket.OPEN) return
    webSocket.send(JSON.stringify(message), () => this.#resume())
    if (webSocket.bufferedAmount >= socketUnreadOctetsMax) webSocket.pause()
  }

  #resume(): void {
    const { webSocket } = this.#options
    if (webSocket.isPaused && webSocket.bufferedAmount < socketUnreadOctetsMax) webSocket.resume()
  }

  [Symbol.dispose](): void {
    this.#disablePush()
    this.#stack.dispose()
  }
}

/** RFC 6455 §5.2: at most, masked. */
const frameHeadOctets = 14
