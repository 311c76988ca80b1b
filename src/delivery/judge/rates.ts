/**
 * How many recipients an account and its department wrote to of late, in this process: each process of
 * each node counts for itself, so a limit is at most as many times as large as there are of them.
 */
import { minuteMs, type Millis } from '../../base/clock.ts'
import type { Facts } from '../../policy/types.ts'

export interface Sent {
  readonly accountId: string
  readonly departmentId: string
  readonly recipients: number
  readonly external: number
  readonly at: Millis
}

type Rates = Pick<Facts, 'recipientsInHour' | 'departmentRecipientsInHour' | 'externalInBurst'>

const hourMinutes = 60
const burstMinutes = 10
/** Accounts that are counted at the same time; with more, the longest silent are forgotten. */
const countersMax = 50_000

/** Counts by the minute. */
class Window {
  readonly #minutes: number
  #counts = new Map<number, number>()

  constructor(minutes: number) {
    this.#minutes = minutes
  }

  add(count: number, at: Millis): number {
    const minute = Math.floor(at / minuteMs)
    for (const old of this.#counts.keys())
      if (old <= minute - this.#minutes) this.#counts.delete(old)
    if (count > 0) this.#counts.set(minute, (this.#counts.get(minute) ?? 0) + count)
    return this.#counts.values().reduce((sum, each) => sum + each, 0)
  }
}

export class SendingRates {
  readonly #windows = new Map<string, Window>()

  /** This message counted in. */
  count({ accountId, departmentId, recipients, external, at }: Sent): Rates {
    const add = (key: string, minutes: number, count: number) =>
      this.#window(key, minutes).add(count, at)
    return {
      recipientsInHour: add(`account ${accountId}`, hourMinutes, recipients),
      departmentRecipientsInHour: add(`department ${departmentId}`, hourMinutes, recipients),
      externalInBurst: add(`burst ${accountId}`, burstMinutes, external),
    }
  }

  #window(key: string, minutes: number): Window {
    const window = this.#windows.get(key) ?? new Window(minutes)
    // The last used stand last in a map.
    this.#windows.delete(key)
    this.#windows.set(key, window)
    const [oldest] = this.#windows.keys()
    if (this.#windows.size > countersMax && oldest !== undefined) this.#windows.delete(oldest)
    return window
  }
}
