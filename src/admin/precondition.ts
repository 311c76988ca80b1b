/**
 * If-Match (RFC 9110 §13.1.1, RFC 6585 §3): a change says what it is a change of. It is compared with
 * what the directory is at a version, and done only when it still is at that version under the lock of
 * its writers. Who was overtaken looks again; nothing is read on a second connection under the lock,
 * or all connections could wait for one another.
 */
import type { FastifyRequest } from 'fastify'
import type { Tx } from '../db/types.ts'
import { lockDirectory, readDirectoryVersion } from '../directory/write/lock-directory.ts'
import { CallFault } from './call-fault.ts'
import { etagOf, isMatch } from './etag.ts'
import { overtakenMax } from './limits.ts'
import type { AdminPorts } from './ports.ts'
import type { Turns } from './turns.ts'
import type { Verb } from './verb.ts'

/** Somebody wrote to the directory between the look and the lock. */
class Overtaken extends Error {
  override readonly name = 'Overtaken'
}

export class Precondition {
  readonly #verb: Verb
  readonly #ports: AdminPorts
  readonly #input: unknown
  /** Undefined: whatever it is now. */
  readonly #tags: string | undefined
  #version = 0

  private constructor(verb: Verb, ports: AdminPorts, input: unknown, tags: string | undefined) {
    this.#verb = verb
    this.#ports = ports
    this.#input = input
    this.#tags = tags
  }

  /** CallFault('changed' | 'condition-missing'), and what `current` throws. */
  static async of(
    verb: Verb,
    ports: AdminPorts,
    input: unknown,
    request: FastifyRequest,
  ): Promise<Precondition> {
    if (verb.current === undefined) return new Precondition(verb, ports, input, undefined)
    // What is not there is not found, whatever the condition.
    await verb.current(ports, input)
    const field = request.headers['if-match']
    if (field === undefined) throw new CallFault('condition-missing')
    const tags = field.trim() === '*' ? undefined : field
    return new Precondition(verb, ports, input, tags)
  }

  /** In the transaction, before anything is written. */
  async check(tx: Tx): Promise<void> {
    if (this.#tags === undefined) return
    if ((await lockDirectory(tx, this.#ports.writing)) !== this.#version) throw new Overtaken()
  }

  holdFor<T>(turns: Turns, work: () => Promise<T>): Promise<T> {
    const tags = this.#tags
    return tags === undefined ? work() : turns.take(() => this.#untilHeld(tags, work))
  }

  async #untilHeld<T>(tags: string, work: () => Promise<T>): Promise<T> {
    for (let tries = 1; tries <= overtakenMax; tries++) {
      await this.#look(tags)
      try {
        return await work()
      } catch (error) {
        if (!(error instanceof Overtaken)) throw error
      }
    }
    throw new CallFault('changed')
  }

  async #look(tags: string): Promise<void> {
    const { database, refresh } = this.#ports
    this.#version = await readDirectoryVersion(database)
    await refresh()
    const now: unknown = await this.#verb.current?.(this.#ports, this.#input)
    if (!isMatch(tags, etagOf(now))) throw new CallFault('changed')
  }
}
