/**
 * Group commit: what arrives within the same few milliseconds, or while the last group is being
 * written, goes in one statement. Everybody in a group shares one promise, so that a member costs
 * a push onto an array.
 */
import { Refusal } from './refusal.ts'

export interface GroupLimits {
  /** A group waits this long for company. */
  readonly windowMs: number
  /** Members of one group. */
  readonly groupMax: number
  /** Members that wait in all: beyond it newcomers hear "try again". */
  readonly backlogMax: number
}

/** Writes one group; durable when it resolves. */
export type WriteGroup<T> = (members: readonly T[]) => Promise<void>

interface Group<T> {
  readonly members: T[]
  readonly written: PromiseWithResolvers<void>
}

export class GroupWriter<T> implements AsyncDisposable {
  readonly #write: WriteGroup<T>
  readonly #limits: GroupLimits
  readonly #waiting: Group<T>[] = []
  #running: Promise<void> | undefined
  #isClosed = false
  #backlog = 0

  constructor(limits: GroupLimits, write: WriteGroup<T>) {
    this.#limits = limits
    this.#write = write
  }

  /** Durable when it resolves. @throws Refusal('try-again') when the backlog is full. */
  add(member: T): Promise<void> {
    if (this.#isClosed || this.#backlog >= this.#limits.backlogMax)
      return Promise.reject(
        new Refusal('try-again', { what: 'group commit', full: !this.#isClosed }),
      )
    let group = this.#waiting.at(-1)
    if (group === undefined || group.members.length >= this.#limits.groupMax) {
      group = { members: [], written: Promise.withResolvers<void>() }
      this.#waiting.push(group)
    }
    group.members.push(member)
    this.#backlog++
    this.#running ??= this.#run()
    return group.written.promise
  }

  async #run(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, this.#limits.windowMs))
    for (let group = this.#waiting.shift(); group !== undefined; group = this.#waiting.shift()) {
      try {
        await this.#write(group.members)
        group.written.resolve()
      } catch (error) {
        group.written.reject(error)
      }
      this.#backlog -= group.members.length
    }
    this.#running = undefined
  }

  /** Writes what waits; nothing is taken afterwards. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    await this.#running
  }
}
