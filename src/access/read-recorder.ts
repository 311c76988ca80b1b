/**
 * Who read what in an account that is not his own: one audit entry a principal, session, mailbox
 * and minute. The first read of a minute is written before it is answered; what he reads besides in
 * that minute follows at its end, at sign-out or when the node stops, in one more entry.
 */
import type { Audit } from '../audit/types.ts'
import type { Clock, Millis } from '../base/clock.ts'
import type { AccountId, MailboxId } from '../base/id.ts'
import { readUidsMax, readWindowMs } from './limits.ts'
import type { Principal } from './types.ts'

interface Window {
  readonly principal: Principal
  readonly accountId: AccountId
  readonly mailboxId: MailboxId
  readonly endsAt: Millis
  readonly known: Set<number>
  fresh: number[]
  /** The first entry of the window; those who come meanwhile wait for it too. */
  first: Promise<void>
}

export class ReadRecorder {
  readonly #audit: Audit
  readonly #clock: Clock
  readonly #windows = new Map<string, Window>()
  readonly #writing = new Set<Promise<void>>()

  constructor(audit: Audit, clock: Clock) {
    this.#audit = audit
    this.#clock = clock
  }

  async record(
    principal: Principal,
    object: { readonly accountId: AccountId; readonly mailboxId: MailboxId },
    uids: readonly number[],
  ): Promise<void> {
    const key = `${principal.sessionId} ${object.mailboxId}`
    const now = this.#clock.now()
    const open = this.#windows.get(key)
    if (open !== undefined && now < open.endsAt) return this.#add(key, open, uids)
    if (open !== undefined) this.#close(key, open)
    const window: Window = {
      principal,
      ...object,
      endsAt: now + readWindowMs,
      known: new Set(uids),
      fresh: [],
      first: Promise.resolve(),
    }
    window.first = this.#write(window, [...window.known])
    this.#windows.set(key, window)
    return this.#first(key, window)
  }

  /** Ends the windows whose minute is over. */
  sweep(): void {
    const now = this.#clock.now()
    for (const [key, window] of this.#windows) if (now >= window.endsAt) this.#close(key, window)
  }

  signOut(principal: Principal): void {
    for (const [key, window] of this.#windows)
      if (window.principal.sessionId === principal.sessionId) this.#close(key, window)
  }

  /** Resolves when everything is written. */
  async flush(): Promise<void> {
    for (const [key, window] of this.#windows) this.#close(key, window)
    await Promise.all(this.#writing)
  }

  async #add(key: string, window: Window, uids: readonly number[]): Promise<void> {
    for (const uid of uids)
      if (!window.known.has(uid)) {
        window.known.add(uid)
        window.fresh.push(uid)
      }
    if (window.known.size >= readUidsMax) this.#close(key, window)
    return this.#first(key, window)
  }

  async #first(key: string, window: Window): Promise<void> {
    try {
      await window.first
    } catch (error) {
      // Nothing of this window is in the trail: the next read begins a new one.
      if (this.#windows.get(key) === window) this.#windows.delete(key)
      throw error
    }
  }

  #close(key: string, window: Window): void {
    this.#windows.delete(key)
    const uids = window.fresh
    if (uids.length === 0) return
    window.fresh = []
    const written = this.#write(window, uids)
      // Kept for the next round: what was read must reach the trail.
      .catch(() => this.#keep(key, window, uids))
      .finally(() => this.#writing.delete(written))
    this.#writing.add(written)
  }

  #keep(key: string, window: Window, uids: readonly number[]): void {
    const open = this.#windows.get(key)
    if (open === undefined) this.#windows.set(key, { ...window, fresh: [...uids] })
    else open.fresh.push(...uids)
  }

  #write(window: Window, uids: readonly number[]): Promise<void> {
    const { principal, accountId, mailboxId } = window
    return this.#audit.recordAlone({
      kind: 'mail-read',
      principalId: principal.id,
      sessionId: principal.sessionId,
      accountId,
      mailboxId,
      uids: uids.toSorted((a, b) => a - b),
    })
  }
}
