/**
 * Until when a session waits for its peer. RFC 5321 §4.5.3.2, and what a slow peer on purpose may
 * not do: neither a command nor a message is made longer by sending it octet by octet.
 */
import type { Clock, Millis } from '../../base/clock.ts'
import type { SmtpLimits } from '../limits.ts'

export class Deadlines {
  readonly #clock: Clock
  readonly #limits: SmtpLimits
  readonly #openedAt: Millis
  #commandSince: Millis
  #contentSince: Millis | undefined
  #contentLastAt: Millis = 0
  #contentOctets = 0

  constructor(clock: Clock, limits: SmtpLimits) {
    this.#clock = clock
    this.#limits = limits
    this.#openedAt = clock.now()
    this.#commandSince = this.#openedAt
  }

  get isInContent(): boolean {
    return this.#contentSince !== undefined
  }

  /** A command was answered: the wait for the next begins. */
  startCommand(): void {
    this.#commandSince = this.#clock.now()
    this.#contentSince = undefined
  }

  startContent(): void {
    this.#contentSince = this.#contentLastAt = this.#clock.now()
    this.#contentOctets = 0
  }

  noteContent(octets: number): void {
    this.#contentOctets += octets
    this.#contentLastAt = this.#clock.now()
  }

  isOver(now: Millis): boolean {
    const limits = this.#limits
    if (now - this.#openedAt > limits.sessionTimeoutMs) return true
    if (this.#contentSince === undefined) return now - this.#commandSince > limits.commandTimeoutMs
    const spent = now - this.#contentSince
    if (spent > limits.dataTimeoutMs) return true
    if (now - this.#contentLastAt > limits.blockTimeoutMs) return true
    const least = (limits.dataOctetsPerSecondMin * spent) / 1000
    return spent > limits.dataRateGraceMs && this.#contentOctets < least
  }
}
