/** Brings alerts to everybody who must hear them; what cannot be brought is tried again. */
import { retryAfterMs, waitingMax } from './limits.ts'
import type { Alert, AlertSender } from './types.ts'

export interface DispatcherOptions {
  readonly senders: readonly AlertSender[]
  readonly onAlarm: (what: string, facts: Readonly<Record<string, unknown>>) => void
}

/** A line for each sender: one that does not answer holds up nobody else. */
export class AlertDispatcher implements AsyncDisposable {
  readonly #lines: readonly Line[]

  constructor({ senders, onAlarm }: DispatcherOptions) {
    this.#lines = senders.map((sender) => new Line(sender, onAlarm))
  }

  send(alert: Alert): void {
    for (const line of this.#lines) line.add(alert)
  }

  /** All that was given has arrived everywhere. */
  get isIdle(): boolean {
    return this.#lines.every((line) => line.isIdle)
  }

  /** What is under way ends; what waits is found again in the log at the next start. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#lines.map((line) => line.close()))
  }
}

class Line {
  readonly #sender: AlertSender
  readonly #onAlarm: DispatcherOptions['onAlarm']
  readonly #waiting: Alert[] = []
  #running: Promise<void> | undefined
  #isClosed = false
  #wake = (): void => undefined

  constructor(sender: AlertSender, onAlarm: DispatcherOptions['onAlarm']) {
    this.#sender = sender
    this.#onAlarm = onAlarm
  }

  get isIdle(): boolean {
    return this.#running === undefined
  }

  add(alert: Alert): void {
    if (this.#isClosed) return
    if (this.#waiting.length >= waitingMax) {
      const lost = this.#waiting.shift()
      this.#onAlarm('an alert was dropped', { to: this.#sender.name, rule: lost?.rule })
    }
    this.#waiting.push(alert)
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined
    })
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#wake()
    await this.#running
  }

  async #run(): Promise<void> {
    let failures = 0
    while (!this.#isClosed) {
      const [alert] = this.#waiting
      if (alert === undefined) return
      try {
        await this.#sender.send(alert)
        this.#waiting.shift()
        failures = 0
      } catch (error) {
        if (failures === 0)
          this.#onAlarm('an alert cannot be sent', { to: this.#sender.name, error })
        await this.#rest(retryAfterMs[Math.min(failures++, retryAfterMs.length - 1)] ?? 0)
      }
    }
  }

  async #rest(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, ms)
    this.#wake = resolve
    await promise
    clearTimeout(timer)
  }
}
