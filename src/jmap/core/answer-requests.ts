/** Requests, answered whatever brought them: over HTTP, or over a WebSocket. RFC 8620 §3.3, §3.4. */
import type { Principal } from '../../access/types.ts'
import { concurrentRequestsMax } from '../limits.ts'
import { methods } from '../methods.ts'
import type { Actor, JmapParts } from '../ports.ts'
import { runCalls } from './dispatch.ts'
import { RequestProblem } from './problems.ts'
import type { JmapRequest } from './request.ts'
import { stateOf } from './session.ts'
import { Turns } from './turns.ts'

export class Requests {
  readonly #parts: JmapParts
  readonly #turns = new Turns()
  readonly #running = new Map<string, number>()

  constructor(parts: JmapParts) {
    this.#parts = parts
  }

  /** The Response object. @throws RequestProblem: he has too many at once. */
  async answer({ principal, remoteAddress }: Actor, asked: JmapRequest): Promise<object> {
    using _slot = this.#slotOf(principal)
    const parts = this.#parts
    const createdIds = new Map(Object.entries(asked.createdIds ?? {}))
    const shared = { parts, turns: this.#turns, readings: new Map() }
    const { using } = asked
    const scope = { ...shared, principal, using, createdIds, remoteAddress }
    const methodResponses = await runCalls(methods, scope, asked)
    const created =
      asked.createdIds === undefined ? {} : { createdIds: Object.fromEntries(createdIds) }
    return { methodResponses, ...created, sessionState: stateOf(parts, principal) }
  }

  #slotOf({ id }: Principal): Disposable {
    const count = this.#running.get(id) ?? 0
    if (count >= concurrentRequestsMax)
      throw new RequestProblem('limit', 'Too many requests at once.', 'maxConcurrentRequests')
    this.#running.set(id, count + 1)
    return {
      [Symbol.dispose]: () => {
        const left = (this.#running.get(id) ?? 1) - 1
        if (left === 0) this.#running.delete(id)
        else this.#running.set(id, left)
      },
    }
  }
}
