/**
 * Who read what in an account that is not his own. Nothing of it is shown before the audit process has
 * sealed that it will be; the same messages read again in the same session, mailbox and minute are
 * not written again.
 */
import type { Audit } from '../audit/types.ts'
import type { Clock, Millis } from '../base/clock.ts'
import type { AccountId, MailboxId } from '../base/id.ts'
import type { Database, Tx } from '../db/types.ts'
import type { LedgerWriter } from './ledger/types.ts'
import { readKnownMax, readUidsMax, readWindowMs } from './limits.ts'
import type { AccountGrant, Principal } from './types.ts'

export interface Read {
  readonly accountId: AccountId
  readonly mailboxId: MailboxId
  /** On what it rests. */
  readonly grant: AccountGrant | undefined
}

interface Window extends Read {
  readonly principal: Principal
  readonly endsAt: Millis
  /** Written, or being written: who comes meanwhile waits for `writing` too. */
  readonly known: Set<number>
  readonly writing: Set<Promise<void>>
}

export interface ReadRecorderOptions {
  readonly audit: Audit
  readonly clock: Clock
  readonly database: Pick<Database, 'transaction'>
  readonly ledger: LedgerWriter
}

export class ReadRecorder {
  readonly #options: ReadRecorderOptions
  readonly #windows = new Map<string, Window>()

  constructor(options: ReadRecorderOptions) {
    this.#options = options
  }

  /** @throws Refusal('audit-unavailable'): nothing may be shown. */
  async record(principal: Principal, object: Read, uids: readonly number[]): Promise<void> {
    const window = this.#windowOf(principal, object)
    const fresh = uids.filter((uid) => !window.known.has(uid))
    if (fresh.length > 0) this.#write(window, fresh)
    await Promise.all(window.writing)
  }

  #windowOf(principal: Principal, object: Read): Window {
    const key = `${principal.sessionId} ${object.mailboxId}`
    const now = this.#options.clock.now()
    const open = this.#windows.get(key)
    if (open !== undefined && now < open.endsAt && open.known.size < readKnownMax) return open
    const window: Window = {
      principal,
      ...object,
      endsAt: now + readWindowMs,
      known: new Set(),
      writing: new Set(),
    }
    this.#windows.set(key, window)
    return window
  }

  #write(window: Window, fresh: readonly number[]): void {
    for (const uid of fresh) window.known.add(uid)
    const written = this.#entries(window, fresh)
      .catch((error: unknown) => {
        // It may not be in the trail: the next read tries again.
        for (const uid of fresh) window.known.delete(uid)
        throw error
      })
      .finally(() => window.writing.delete(written))
    window.writing.add(written)
  }

  async #entries(window: Window, uids: readonly number[]): Promise<void> {
    const { principal, accountId, mailboxId } = window
    const sorted = uids.toSorted((a, b) => a - b)
    const parts: number[][] = []
    for (let at = 0; at < sorted.length; at += readUidsMax)
      parts.push(sorted.slice(at, at + readUidsMax))
    const { audit, database } = this.#options
    const { id: principalId, sessionId } = principal
    const { approvalId } = window.grant ?? {}
    const why = approvalId === undefined ? {} : { approvalId }
    const entry = {
      kind: 'mail-read',
      principalId,
      sessionId,
      accountId,
      mailboxId,
      ...why,
    } as const
    await database.transaction(async (tx) => {
      for (const part of parts) await audit.record(tx, { ...entry, uids: part })
      await this.#tellOwner(tx, window, sorted.length)
    })
    await audit.acknowledged()
  }

  /** Members of a shared mailbox read what is theirs; it has no other owner who would want to know. */
  async #tellOwner(tx: Tx, { principal, accountId, mailboxId, grant }: Window, count: number) {
    const { basis = 'unknown', approvalId, approvedBy } = grant ?? {}
    if (basis === 'member') return
    const line = { byId: principal.id, what: 'read', basis, mailboxId, count } as const
    await this.#options.ledger.write(tx, accountId, { ...line, approvalId, approvedBy })
  }

  /** Forgets the windows whose minute is over. */
  sweep(): void {
    const now = this.#options.clock.now()
    for (const [key, window] of this.#windows) if (now >= window.endsAt) this.#windows.delete(key)
  }

  signOut(principal: Principal): void {
    for (const [key, window] of this.#windows)
      if (window.principal.sessionId === principal.sessionId) this.#windows.delete(key)
  }
}
