/**
 * Sessions of people in a browser. Each is a row that every node knows; a node remembers those in use,
 * so that a request reads nothing, and looks every few seconds whether they are still there.
 */
import type { Millis } from '../../base/clock.ts'
import { Refusal } from '../../base/refusal.ts'
import { credentialChannel } from '../credentials/content.ts'
import {
  useGranularityMs,
  webEndedBatch,
  webForgetMs,
  webRecheckMs,
  webRememberedMax,
} from '../limits.ts'
import { basisOf } from '../tokens/basis.ts'
import { endDeadOf } from '../tokens/end-dead-tokens.ts'
import { findTokenKey, isLiving } from '../tokens/session-kind.ts'
import {
  findToken,
  presentTokens,
  tokensOf,
  touchToken,
  unusedSince,
  type TokenRow,
} from '../tokens/session-rows.ts'
import {
  endSession,
  findSession,
  livingOf,
  openSession,
  type Opening,
  type TokensOptions,
} from '../tokens/tokens.ts'
import type { Principal } from '../types.ts'
import type { WebSessionLine } from './types.ts'

/** What is said on the channel of the credentials when a web session was ended, before its key. */
export const endedNotice = 'web-session-ended '

interface Remembered {
  readonly principal: Principal
  row: TokenRow
  /** When the row was read. */
  readAt: Millis
  /** When it was used, here; the row says it later. */
  usedAt: Millis
}

export interface KnownSession {
  readonly principal: Principal
  readonly row: TokenRow
  readonly usedAt: Millis
}

export class WebSessions {
  readonly #options: TokensOptions
  /** By key in hex; the longest unused first. */
  readonly #known = new Map<string, Remembered>()
  #sweptAt: Millis = -Infinity

  constructor(options: TokensOptions) {
    this.#options = options
  }

  async open(principal: Principal, opening: Opening): Promise<KnownSession & { token: string }> {
    const { row, token } = await openSession(this.#options, principal, opening)
    return { principal, row, token, usedAt: row.usedAt }
  }

  /** Refusal('bad-credentials') */
  async find(token: string, isUse: boolean): Promise<KnownSession> {
    const { keys, kind, clock } = this.#options
    const key = findTokenKey(keys.platform, kind, token)
    if (key === undefined) throw new Refusal('bad-credentials')
    const hex = key.toString('hex')
    const known = (await this.#recall(hex)) ?? (await this.#read(hex, token, isUse))
    if (isUse) {
      known.usedAt = clock.now()
      this.#known.delete(hex)
      this.#known.set(hex, known)
      await this.#saveUse(known)
    }
    return known
  }

  /** He has said again who he is, at this moment. Refusal('bad-credentials') */
  async confirmed(token: string): Promise<KnownSession> {
    const { keys, kind, clock } = this.#options
    const key = findTokenKey(keys.platform, kind, token)
    const hex = key?.toString('hex') ?? ''
    const known = this.#known.get(hex)
    if (known === undefined) throw new Refusal('bad-credentials')
    await this.#recheck(hex, known)
    const now = clock.now()
    const { row } = known
    const content = { ...row.content, confirmedAt: now }
    // Another node may be writing that it was used; then it is said once more.
    if (!(await touchToken(this.#options, row, { usedAt: Math.max(now, row.usedAt + 1), content })))
      throw new Refusal('try-again')
    await this.#recheck(hex, known)
    return known
  }

  /** As it stands now, whatever is remembered. */
  async reread(principal: Principal): Promise<KnownSession | undefined> {
    for (const [hex, known] of this.#known) {
      if (known.principal !== principal) continue
      await this.#recheck(hex, known)
      return this.#known.get(hex)
    }
    return undefined
  }

  async list(principal: Principal): Promise<readonly WebSessionLine[]> {
    const rows = await livingOf(this.#options, principal.id)
    return rows.map(({ id, usedAt, expiresAt, content }) => ({
      id,
      client: content.client ?? '',
      remoteAddress: content.remoteAddress,
      signedInAt: content.createdAt,
      usedAt: Math.floor(usedAt / useGranularityMs) * useGranularityMs,
      expiresAt,
      isCurrent: id === principal.sessionId,
    }))
  }

  async end(principal: Principal, id: string, remoteAddress: string): Promise<boolean> {
    const personId = principal.id
    const by = { principalId: personId, sessionId: principal.sessionId, remoteAddress }
    const key = await endSession(this.#options, { personId, id, by })
    if (key === undefined) return false
    const hex = key.toString('hex')
    this.#close(hex)
    await this.#options.database.notify(credentialChannel, endedNotice + hex)
    return true
  }

  /** Each with an entry of its own; `but` goes on. */
  async endAll(principal: Principal, remoteAddress: string, but?: string): Promise<void> {
    for (const { id } of await tokensOf(this.#options, principal.id))
      if (id !== but) await this.end(principal, id, remoteAddress)
  }

  /** Another node says that it ended one; only its row's absence is believed. */
  async heard(hex: string): Promise<void> {
    const known = this.#known.get(hex)
    if (known !== undefined) await this.#recheck(hex, known)
  }

  /** Closes what other nodes have ended, and ends what opens nothing any more. */
  async sweep(): Promise<void> {
    const now = this.#options.clock.now()
    if (now < this.#sweptAt + webRecheckMs) return
    this.#sweptAt = now
    this.#forgetUnused(now)
    const known = [...this.#known]
    const present = await presentTokens(
      this.#options,
      known.map(([, { row }]) => row.key),
    )
    for (const [hex, each] of known) {
      if (!present.has(hex)) this.#close(hex)
      else if (!this.#isOpen(each, now)) await this.#recheck(hex, each)
      else each.readAt = now
    }
    const { kind } = this.#options
    const since = now - kind.idleMs - kind.touchMs
    await this.#endDead(await unusedSince(this.#options, since, webEndedBatch))
  }

  async #recall(hex: string): Promise<Remembered | undefined> {
    const known = this.#known.get(hex)
    if (known === undefined) return undefined
    const now = this.#options.clock.now()
    if (now - known.readAt < webRecheckMs && this.#isOpen(known, now)) return known
    await this.#recheck(hex, known)
    return this.#known.get(hex)
  }

  async #read(hex: string, token: string, isUse: boolean): Promise<Remembered> {
    const found = await findSession(this.#options, token, isUse)
    // Somebody may have read it meanwhile: one session is one principal, who is watched.
    const other = this.#known.get(hex)
    if (other !== undefined) return other
    const { usedAt } = found.row
    const known = { ...found, readAt: this.#options.clock.now(), usedAt }
    this.#known.set(hex, known)
    if (this.#known.size > webRememberedMax) {
      const [oldest] = this.#known.keys()
      if (oldest !== undefined) this.#close(oldest)
    }
    return known
  }

  /** Reads the row again; another node may have written that it was used. */
  async #recheck(hex: string, known: Remembered): Promise<void> {
    const { clock } = this.#options
    const row = await findToken(this.#options, known.row.key)
    if (row === undefined) return this.#close(hex)
    const now = clock.now()
    known.row = row
    known.readAt = now
    known.usedAt = Math.max(known.usedAt, row.usedAt)
    if (this.#isOpen(known, now)) return
    await this.#endDead([row])
    this.#close(hex)
  }

  #isOpen({ principal, row, usedAt }: Remembered, now: Millis): boolean {
    const { kind, sessions } = this.#options
    if (!isLiving(kind, { usedAt, expiresAt: row.expiresAt }, now)) return false
    return sessions.causeOf(principal, basisOf(row)) === undefined
  }

  #endDead(rows: readonly TokenRow[]): Promise<void> {
    const { kind, clock } = this.#options
    return endDeadOf(this.#options, rows, (row) => isLiving(kind, row, clock.now()))
  }

  async #saveUse(known: Remembered): Promise<void> {
    const { row, usedAt } = known
    if (usedAt - row.usedAt < this.#options.kind.touchMs) return
    known.row = { ...row, usedAt }
    await touchToken(this.#options, row, { usedAt })
  }

  #forgetUnused(now: Millis): void {
    const { sessions } = this.#options
    for (const [hex, { usedAt, principal }] of this.#known) {
      if (now - usedAt < webForgetMs || sessions.isWatched(principal)) continue
      this.#known.delete(hex)
      sessions.end(principal)
    }
  }

  #close(hex: string): void {
    const known = this.#known.get(hex)
    if (known === undefined) return
    this.#known.delete(hex)
    this.#options.sessions.close(known.principal)
  }
}
