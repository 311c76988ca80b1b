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
import { tokenExpiresMs, tokenIdleMs, tokensMax, tokenTouchMs } from '../limits.ts'
import type { Sessions } from '../sessions.ts'
import type { Principal } from '../types.ts'
import { endDeadTokens } from './end-dead-tokens.ts'
import { deleteToken, findToken, insertToken, tokensOf, touchToken } from './session-rows.ts'
import type { TokenRow, TokenShelf } from './session-rows.ts'
import { findTokenKey, newToken } from './token.ts'

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
  /** For a principal who has just signed in with his password. */
  open(principal: Principal, remoteAddress: string): Promise<OpenedToken>
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
  readonly clock: Clock
  readonly directory: Directory
  readonly sessions: Sessions
  readonly audit: Audit
}

export function createTokens(options: TokensOptions): Tokens {
  return {
    open: (principal, remoteAddress) => open(options, principal, remoteAddress),
    find: (token) => find(options, token),
    end: (personId, id, by) => end(options, { personId, id, by }),
    endDead: () => endDeadTokens(options, (row) => isLiving(row, options.clock.now())),
    list: async (personId) => (await livingOf(options, personId)).map(viewOf),
  }
}

async function open(
  options: TokensOptions,
  principal: Principal,
  remoteAddress: string,
): Promise<OpenedToken> {
  const { clock, keys, sessions } = options
  const basis = sessions.basisOf(principal)
  // A session for mail never becomes one for an office: it was opened elsewhere, with less.
  const isOffice = sessions.isFor(principal) === 'office'
  if (basis?.kind !== 'credential' || !isOffice) throw new Refusal('not-permitted')
  const now = clock.now()
  const token = newToken()
  const key = findTokenKey(keys.platform, token)
  if (key === undefined) throw new Error('a new token has not the shape of one')
  const { id: personId } = principal
  await makeRoom(options, personId)
  const expiresAt = now + tokenExpiresMs
  const { id: credentialId, version: credentialVersion } = basis
  const { departmentId } = principal
  const content = { departmentId, credentialId, credentialVersion, createdAt: now, remoteAddress }
  const id = newId(clock)
  await insertToken(options, { key, id, personId, usedAt: now, expiresAt, content })
  return { id, token, personId, expiresAt }
}

async function find(options: TokensOptions, token: string): Promise<Principal> {
  const { clock, directory, keys, sessions } = options
  const key = findTokenKey(keys.platform, token)
  const row = key && (await findToken(options, key))
  const now = clock.now()
  if (row === undefined || !isLiving(row, now)) throw ended()
  const person = directory.person(row.personId)
  if (person?.state !== 'active') throw ended()
  const { id, address } = person
  const { departmentId } = row.content
  // A person who moved has other roles: he says again who he is.
  if (departmentId !== person.departmentId) throw ended()
  const principal = { id, departmentId, address, openedAs: undefined, sessionId: row.id }
  const { credentialId, credentialVersion: version } = row.content
  const { expiresAt } = row
  const basis = { kind: 'credential', id: credentialId, version, expiresAt } as const
  sessions.start(principal, basis, 'office')
  // Nothing is granted when the credential is not the one that it was.
  if (sessions.grants(principal).list.length === 0) throw ended()
  if (now - row.usedAt >= tokenTouchMs) await touchToken(options, row, now)
  return principal
}

async function end(
  options: TokensOptions,
  { personId, id, by }: { personId: string; id: string; by: Ending },
): Promise<boolean> {
  const row = (await tokensOf(options, personId)).find((one) => one.id === id)
  if (row === undefined) return false
  const isOwn = by.principalId === personId
  await options.database.transaction(async (tx) => {
    await deleteToken(tx, row.key)
    await options.audit.record(tx, { ...entryOf(personId, id, isOwn), ...by })
  })
  return true
}

function entryOf(personId: string, id: string, isOwn: boolean): AuditEntry {
  return isOwn
    ? { kind: 'administration', act: 'session.end-own', objectId: id, fields: ['session'] }
    : { kind: 'session-ended', ofPrincipalId: personId, ofSessionId: id, cause: 'administrator' }
}

/** The oldest goes: who loses his notebook every day must not lock himself out. */
async function makeRoom(options: TokensOptions, personId: string): Promise<void> {
  const rows = await tokensOf(options, personId)
  const [oldest] = rows
  if (rows.length < tokensMax || oldest === undefined) return
  await options.database.transaction(async (tx) => void (await deleteToken(tx, oldest.key)))
}

async function livingOf(options: TokensOptions, personId: string): Promise<readonly TokenRow[]> {
  const now = options.clock.now()
  return (await tokensOf(options, personId)).filter((row) => isLiving(row, now))
}

function isLiving({ usedAt, expiresAt }: TokenRow, now: Millis): boolean {
  return now < expiresAt && now - usedAt < tokenIdleMs
}

function viewOf({ id, personId, usedAt, expiresAt, content }: TokenRow): TokenView {
  const { createdAt, remoteAddress } = content
  return { id, personId, createdAt, usedAt, expiresAt, remoteAddress }
}

function ended(): Refusal {
  return new Refusal('bad-credentials', { message: 'The token opens nothing, or no more.' })
}
