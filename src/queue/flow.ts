/**
 * What one worker has under way, so that no destination keeps another waiting: so many attempts to
 * one destination, so many in all; and which destinations it lets alone for a while because they did
 * not answer.
 */
import type { Millis } from '../base/clock.ts'
import {
  attemptsMax,
  destinationAttemptsMax,
  destinationUnderWayMax,
  restingMax,
  restMs,
  underWayMax,
} from './limits.ts'

/** One message's recipients at one destination. */
export interface Task {
  readonly destination: string
  readonly recipients: number
  /** The lower goes first, also of those that came before it. */
  readonly rank: number
  /** @returns whether the destination did not answer. */
  run(): Promise<boolean>
}

interface Line {
  readonly waiting: Task[]
  running: number
  /** Claimed and not settled. */
  recipients: number
}

export class Flow {
  readonly #lines = new Map<string, Line>()
  readonly #resting = new Map<string, Millis>()
  readonly #now: () => Millis
  #running = 0
  #recipients = 0
  #ended = Promise.withResolvers<void>()
  /** How many tasks have ended: who claimed nothing while one did looks again. */
  endings = 0
  /** How often a destination that was left out may be claimed for again: who left it out looks again. */
  freed = 0

  constructor(now: () => Millis) {
    this.#now = now
  }

  get isEmpty(): boolean {
    return this.#recipients === 0
  }

  get isFull(): boolean {
    return this.#recipients >= underWayMax
  }

  /** Resolves when something under way has ended. */
  oneEnded(): Promise<void> {
    return this.#ended.promise
  }

  start(task: Task): void {
    const line = this.#lines.get(task.destination) ?? { waiting: [], running: 0, recipients: 0 }
    this.#lines.set(task.destination, line)
    insert(line.waiting, task)
    line.recipients += task.recipients
    this.#recipients += task.recipients
    this.#begin(task.destination, line)
  }

  /** Ends the rest of those that have rested. */
  wakeRested(): void {
    const now = this.#now()
    for (const [destination, until] of this.#resting)
      if (until <= now) {
        this.#resting.delete(destination)
        this.freed += 1
      }
  }

  /** Destinations nothing more is to be claimed for now; what is urgent passes those that are busy. */
  excluded(isUrgent: boolean): readonly string[] {
    if (isUrgent) return [...this.#resting.keys()]
    const busy = [...this.#lines].flatMap(([destination, { recipients }]) =>
      recipients >= destinationUnderWayMax ? [destination] : [],
    )
    return [...this.#resting.keys(), ...busy]
  }

  /** An operator wants them tried now. */
  wakeResting(): void {
    this.#resting.clear()
    this.freed += 1
  }

  #begin(destination: string, line: Line): void {
    while (this.#running < attemptsMax && line.running < destinationAttemptsMax) {
      const task = line.waiting.shift()
      if (task === undefined) return
      line.running += 1
      this.#running += 1
      void task.run().then((isUnanswered) => {
        if (isUnanswered && this.#resting.size < restingMax)
          this.#resting.set(destination, this.#now() + restMs)
        this.#end(task, line)
      })
    }
  }

  #beginOthers(isUrgent: boolean): void {
    for (const [name, line] of this.#lines) {
      if (this.#running >= attemptsMax) return
      if ((line.waiting[0]?.rank ?? 0) < 0 === isUrgent) this.#begin(name, line)
    }
  }

  #end({ destination, recipients }: Task, line: Line): void {
    line.running -= 1
    const wasFull = line.recipients >= destinationUnderWayMax
    line.recipients -= recipients
    if (wasFull && line.recipients < destinationUnderWayMax) this.freed += 1
    this.#running -= 1
    this.#recipients -= recipients
    // To the end of the order: the others come first.
    this.#lines.delete(destination)
    if (line.recipients > 0) this.#lines.set(destination, line)
    this.#beginOthers(true)
    this.#beginOthers(false)
    this.endings += 1
    const { resolve } = this.#ended
    this.#ended = Promise.withResolvers()
    resolve()
  }
}

/** Behind all of its rank. */
function insert(waiting: Task[], task: Task): void {
  let at = waiting.length
  while (at > 0 && (waiting[at - 1]?.rank ?? task.rank) > task.rank) at -= 1
  waiting.splice(at, 0, task)
}
