/**
 * What somebody asked for at a door for mail and may not: HKSARG G3 §14.4 wants unauthorised tries. One
 * entry a session, act and minute: a program that repeats itself is one try. Nobody waits for it.
 */
import type { Audit } from '../../audit/types.ts'
import type { Clock, Millis } from '../../base/clock.ts'
import { isRefusal } from '../../base/refusal.ts'
import { readWindowMs, refusalsNotedMax } from '../limits.ts'
import type { Principal, RefusedAct } from '../types.ts'

export interface RefusalRecorderOptions {
  readonly audit: Pick<Audit, 'recordAlone'>
  readonly clock: Clock
}

export class RefusalRecorder {
  readonly #options: RefusalRecorderOptions
  /** When each was written last; the oldest first. */
  readonly #noted = new Map<string, Millis>()

  constructor(options: RefusalRecorderOptions) {
    this.#options = options
  }

  note({ id: principalId, sessionId }: Principal, { act, code, accountId }: RefusedAct): void {
    const { audit, clock } = this.#options
    const key = `${sessionId} ${act} ${accountId ?? ''}`
    const now = clock.now()
    if (now - (this.#noted.get(key) ?? -Infinity) < readWindowMs) return
    this.#remember(key, now)
    const about = accountId === undefined ? {} : { accountId }
    const tried = { principalId, role: 'officer', sessionId, act, code } as const
    const entry = { kind: 'refused', ...tried, ...about } as const
    audit.recordAlone(entry).catch((error: unknown) => {
      // A full spool or a database that is away: his next try is noted again.
      this.#noted.delete(key)
      if (!isRefusal(error, 'try-again')) throw error
    })
  }

  #remember(key: string, now: Millis): void {
    this.#noted.delete(key)
    this.#noted.set(key, now)
    if (this.#noted.size <= refusalsNotedMax) return
    const [oldest] = this.#noted.keys()
    if (oldest !== undefined) this.#noted.delete(oldest)
  }
}
