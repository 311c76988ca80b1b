/**
 * Idempotency-Key (draft-ietf-httpapi-idempotency-key-header): who did not hear the answer asks again
 * with the same key and hears the first one; nothing is done twice. Kept for a day, sealed.
 */
import type { FastifyRequest } from 'fastify'
import { Refusal } from '../base/refusal.ts'
import type { Tx } from '../db/types.ts'
import { CallFault } from './call-fault.ts'
import { idempotencyAnswerOctetsMax, idempotencyKeptMs, idempotencyKeyMax } from './limits.ts'
import { requestTimeoutMs } from './limits.ts'
import { type KeptCall, keptCalls } from './kept-calls.ts'
import type { AdminPorts } from './ports.ts'
import type { Verb } from './verb.ts'

export class IdempotentCall {
  /** What was answered before; undefined: do it now. */
  readonly answer: unknown
  readonly #ports: AdminPorts
  readonly #verb: Verb
  readonly #key: Buffer | undefined

  private constructor(verb: Verb, ports: AdminPorts, key: Buffer | undefined, answer: unknown) {
    this.#verb = verb
    this.#ports = ports
    this.#key = key
    this.answer = answer
  }

  /** CallFault; Refusal('invalid') for what is no key. */
  static async begin(
    verb: Verb,
    ports: AdminPorts,
    request: FastifyRequest,
    given: unknown,
  ): Promise<IdempotentCall> {
    const text = request.headers['idempotency-key']
    // A stranger has nothing to repeat: a sign-in is made anew.
    if (text === undefined || verb.act === 'anyone')
      return new IdempotentCall(verb, ports, undefined, undefined)
    if (typeof text !== 'string' || text === '' || text.length > idempotencyKeyMax)
      throw new Refusal('invalid', {
        message: `An Idempotency-Key has 1 to ${idempotencyKeyMax} characters.`,
      })
    const { platform } = ports.writing.keys
    const callerId = ports.caller.personId ?? 'operator'
    const key = platform.hash('idempotency-key', JSON.stringify([callerId, text]))
    const print = platform.hash('idempotency-call', JSON.stringify([verb.id, given]))
    const now = ports.clock.now()
    const isNew = await keptCalls.insert(ports.database, { key, print, at: now })
    if (isNew) return new IdempotentCall(verb, ports, key, undefined)
    const kept = await keptCalls.find(ports.database, key)
    if (kept === undefined) throw new Refusal('try-again')
    return new IdempotentCall(verb, ports, key, answerBefore(ports, kept, print, key))
  }

  /** In the transaction of the act: from now on it is certain that it is not done again. */
  async committing(tx: Tx): Promise<void> {
    if (this.#key !== undefined) await keptCalls.commit(tx, this.#key)
  }

  async finish(work: () => Promise<unknown>): Promise<unknown> {
    if (this.#key === undefined) return work()
    const { database, writing } = this.#ports
    try {
      const answer = await work()
      const octets = Buffer.from(JSON.stringify(answer))
      const isKept = !this.#verb.isSecret && octets.length <= idempotencyAnswerOctetsMax
      const place = placeOf(this.#key)
      const sealed = isKept ? writing.keys.platform.seal(place, octets) : undefined
      await keptCalls.answer(database, this.#key, sealed)
      return answer
    } catch (error) {
      // Nothing was done: the same key may try again.
      await keptCalls.forget(database, this.#key)
      throw error
    }
  }
}

function answerBefore(ports: AdminPorts, kept: KeptCall, print: Buffer, key: Buffer): unknown {
  if (!kept.print.equals(print)) throw new CallFault('key-reused')
  if (kept.answer !== null) {
    const octets = ports.writing.keys.platform.open(placeOf(key), kept.answer)
    return JSON.parse(octets.toString())
  }
  const isOld = ports.clock.now() - kept.started_at > requestTimeoutMs
  if (kept.state === 'begun' && !isOld) throw new CallFault('under-way')
  throw new CallFault(kept.state === 'begun' ? 'end-unknown' : 'done-before')
}

function placeOf(key: Buffer): { readonly object: string; readonly field: string } {
  return { object: key.toString('hex'), field: 'kept_call.answer' }
}

/** When rows of before may go. */
export function keptSince(now: number): number {
  return now - idempotencyKeptMs
}
