/**
 * Which messages stand in an entry of this minute already: what is done to the same ones again is not
 * written again, and who comes while it is being written waits for it too. `docs/audit.md` has the
 * rule in the auditor's words.
 */
import type { Clock, Millis } from '../../base/clock.ts'
import { readKnownMax, readUidsMax, readWindowMs } from '../limits.ts'

interface Window {
  readonly sessionId: string
  readonly endsAt: Millis
  /** Written, or being written: who comes meanwhile waits for `writing` too. */
  readonly known: Set<number>
  readonly writing: Set<Promise<void>>
}

/** What an entry is for, and what it is about but for the messages themselves. */
export interface WindowKey {
  readonly sessionId: string
  /** Whatever keeps two entries apart: mailbox, kind of the act. */
  readonly about: string
}

export class MinuteWindows {
  readonly #clock: Clock
  readonly #windows = new Map<string, Window>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /**
   * `write` is given those that no entry of this minute has. Resolves when all of `uids` are written;
   * those that could not be are tried again with the next act.
   */
  async add(
    key: WindowKey,
    uids: readonly number[],
    write: (fresh: readonly number[]) => Promise<void>,
  ): Promise<void> {
    const window = this.#windowOf(key)
    const fresh = uids.filter((uid) => !window.known.has(uid))
    if (fresh.length > 0) this.#write(window, fresh, write)
    await Promise.all(window.writing)
  }

  #windowOf({ sessionId, about }: WindowKey): Window {
    const key = `${sessionId} ${about}`
    const now = this.#clock.now()
    const open = this.#windows.get(key)
    if (open !== undefined && now < open.endsAt && open.known.size < readKnownMax) return open
    const endsAt = now + readWindowMs
    const window: Window = { sessionId, endsAt, known: new Set(), writing: new Set() }
    this.#windows.set(key, window)
    return window
  }

  #write(
    { known, writing }: Window,
    fresh: readonly number[],
    write: (fresh: readonly number[]) => Promise<void>,
  ): void {
    for (const uid of fresh) known.add(uid)
    const written = write(fresh)
      .catch((error: unknown) => {
        // It may not be in the trail: the next act tries again.
        for (const uid of fresh) known.delete(uid)
        throw error
      })
      .finally(() => writing.delete(written))
    writing.add(written)
  }

  /** Forgets the windows whose minute is over. */
  sweep(): void {
    const now = this.#clock.now()
    for (const [key, window] of this.#windows) if (now >= window.endsAt) this.#windows.delete(key)
  }

  signOut(sessionId: string): void {
    for (const [key, window] of this.#windows)
      if (window.sessionId === sessionId) this.#windows.delete(key)
  }
}

/** As many to an entry as it has room for; one without any where there are none. */
export function partsOf(uids: readonly number[]): readonly (readonly number[])[] {
  if (uids.length === 0) return [uids]
  const sorted = uids.toSorted((a, b) => a - b)
  const parts: number[][] = []
  for (let at = 0; at < sorted.length; at += readUidsMax)
    parts.push(sorted.slice(at, at + readUidsMax))
  return parts
}
