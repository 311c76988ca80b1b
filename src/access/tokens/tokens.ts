/**
 * Tokens: sessions of the admin API that every node knows. A token rests on the credential that
 * opened it, so that a changed password, a suspension and a departure end it on all nodes as soon as
 * they hear of it (two seconds), without anybody deleting anything.
 */
import type { Audit, AuditEntry } from '../../audit/types.ts'
import type { Clock, Millis } from '../../base/clock.ts'
import { newId, type PrincipalId } from '../../base/id.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Directory } from '../../directory/types.ts'
import type { Sessions } from '../sessions.ts'
import type { Principal } from '../types.ts'
import { basisOf, noCredential } from './basis.ts'
import { endDeadTokens } from './end-dead-tokens.ts'
import { deleteToken, findToken, insertToken, tokensOf, touchToken } from './session-rows.ts'
import type { TokenRow, TokenShelf } from './session-rows.ts'
import { findTokenKey, isLiving, newToken, type SessionKind } from './session-kind.ts'

export interface OpenedToken {
  readonly id: string
  /** Shown once; kept nowhere. */
  readonly token: string
  readonly personId: PrincipalId
  readonly expiresAt: Millis
}

export interface TokenView {
  readonly id: string
  readonly personId: PrincipalId
  readonly createdAt: Millis
  /** To the minute. */
  readonly usedAt: Millis
  readonly expiresAt: Millis
  readonly remoteAddress: string
}

export interface Tokens {
  /** For a principal who has just said who he is; `until`: no longer than that. */
  open(principal: Principal, remoteAddress: string, until?: Millis): Promise<OpenedToken>
  /** Refusal('bad-credentials'): unknown, ended, or what it rested on is no more. */
  find(token: string): Promise<Principal>
  /** @returns whether he had it. */
  end(personId: PrincipalId, id: string, by: Ending): Promise<boolean>
  list(personId: PrincipalId): Promise<readonly TokenView[]>
  /** Takes away those that open nothing any more, with an entry each; called every minute. */
  endDead(): Promise<void>
}

/** Who ends a session, for the audit trail. */
export interface Ending {
  readonly principalId?: PrincipalId
  readonly sessionId?: string
  readonly remoteAddress?: string
}

export interface TokensOptions extends TokenShelf {
  readonly kind: SessionKind
  readonly clock: Clock
  readonly directory: Directory
  readonly sessions: Sessions
  readonly audit: Audit
}

/** What is remembered of how a session began. */
export interface Opening {
  readonly remoteAddress: string
  readonly client?: string
  readonly mechanism?: string
  readonly confirmedAt?: Millis
}

export function createTokens(options: TokensOptions): Tokens {
  const { kind, clock } = options
  return {
    open: async (principal, remoteAddress, until = Infinity) => {
      const expiresMs = Math.min(kind.expiresMs, until - clock.now())
      const lasting = { ...options, kind: { ...kind, expiresMs } }
      const { row, token } = await openSession(lasting, principal, { remoteAddress })
      const { id, personId, expiresAt } = row
      return { id, token, personId, expiresAt }
    },
    find: async (token) => (await findSession(options, token)).principal,
    end: async (personId, id, by) =>
      (await endSession(options, { personId, id, by })) !== undefined,
    endDead: () => endDeadTokens(options, (row) => isLiving(kind, row, clock.now())),
    list: async (personId) => (await livingOf(options, personId)).map(viewOf),
  }
}

/** For a principal who has just said who he is: from now on every node knows this session of his. */
export async function openSession(
  options: TokensOptions,
  principal: Principal,
  opening: Opening,
): Promise<{ readonly row: TokenRow; readonly token: string }> {
  const { clock, keys, kind, sessions } = options
  const basis = sessions.basisOf(principal)
  // A session for mail never becomes one for an office, nor the other way round.
  const isRight = sessions.isFor(principal) === kind.opens
  if (basis === undefined || basis.kind === 'operator' || !isRight)
    throw new Refusal('not-permitted')
  const now = clock.now()
  const token = newToken(kind)
  const key = findTokenKey(keys.platform, kind, token)
  if (key === undefined) throw new Error('a new token has not the shape of one')
  const { id: personId, departmentId, sessionId } = principal
  const others = await makeRoom(options, personId)
  // The sign-in's entry has its number, unless it opens more than one.
  const id = others.some((row) => row.id === sessionId) ? newId(clock) : sessionId
  const { also } = basis
  const { id: credentialId, version: credentialVersion } =
    basis.kind === 'credential' ? basis : { id: noCredential, version: 0 }
  const more = also === undefined || also.length === 0 ? {} : { also }
  const rests = { departmentId, credentialId, credentialVersion, ...more }
  const content = { ...rests, createdAt: now, ...opening }
  const row = { key, id, personId, usedAt: now, expiresAt: now + kind.expiresMs, content }
  await insertToken(options, row)
  return { row, token }
}

export interface FoundSession {
  readonly row: TokenRow
  readonly principal: Principal
}

/** Refusal('bad-credentials'): unknown, ended, or what it rested on is no more. */
export async function findSession(
  options: TokensOptions,
  token: string,
  isUse = true,
): Promise<FoundSession> {
  const { clock, directory, keys, kind, sessions } = options
  const key = findTokenKey(keys.platform, kind, token)
  const row = key && (await findToken(options, key))
  const now = clock.now()
  if (row === undefined || !isLiving(kind, row, now)) throw ended()
  const person = directory.person(row.personId)
  if (person?.state !== 'active') throw ended()
  const { id, address } = person
  const { departmentId } = row.content
  // A person who moved has other roles: he says again who he is.
  if (departmentId !== person.departmentId) throw ended()
  const principal = { id, departmentId, address, openedAs: undefined, sessionId: row.id }
  sessions.start(principal, basisOf(row), { kind: kind.opens, isKept: true })
  // Nothing is granted when the credential is not the one that it was.
  if (sessions.grants(principal).list.length === 0) throw ended()
  const usedAt = isUse && now - row.usedAt >= kind.touchMs ? now : row.usedAt
  if (usedAt !== row.usedAt) await touchToken(options, row, { usedAt })
  return { principal, row: { ...row, usedAt } }
}

/** @returns its key, if he had it. */
export async function endSession(
  options: TokensOptions,
  { personId, id, by }: { personId: string; id: string; by: Ending },
): Promise<Buffer | undefined> {
  const row = (await tokensOf(options, personId)).find((one) => one.id === id)
  if (row === undefined) return undefined
  const isOwn = by.principalId === personId
  return options.database.transaction(async (tx) => {
    if (!(await deleteToken(tx, options.table, row.key))) return undefined
    await options.audit.record(tx, { ...entryOf(personId, id, isOwn), ...by })
    return row.key
  })
}

function entryOf(personId: string, id: string, isOwn: boolean): AuditEntry {
  return isOwn
    ? { kind: 'administration', act: 'session.end-own', objectId: id, fields: ['session'] }
    : { kind: 'session-ended', ofPrincipalId: personId, ofSessionId: id, cause: 'administrator' }
}

/** The oldest goes: who loses his notebook every day must not lock himself out. */
async function makeRoom(options: TokensOptions, personId: string): Promise<readonly TokenRow[]> {
  const rows = await tokensOf(options, personId)
  const [oldest, ...others] = rows
  if (rows.length < options.kind.max || oldest === undefined) return rows
  await options.database.transaction(
    async (tx) => void (await deleteToken(tx, options.table, oldest.key)),
  )
  return others
}

export async function livingOf(
  options: TokensOptions,
  personId: string,
): Promise<readonly TokenRow[]> {
  const now = options.clock.now()
  return (await tokensOf(options, personId)).filter((row) => isLiving(options.kind, row, now))
}

function viewOf({ id, personId, usedAt, expiresAt, content }: TokenRow): TokenView {
  const { createdAt, remoteAddress } = content
  return { id, personId, createdAt, usedAt, expiresAt, remoteAddress }
}

function ended(): Refusal {
  return new Refusal('bad-credentials', { message: 'The token opens nothing, or no more.' })
}
