/** How a person comes in by a browser. Architecture D14. */
import type { Clock } from '../../base/clock.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Directory, Person } from '../../directory/types.ts'
import type { SignIn } from '../sign-in.ts'
import type { Sessions } from '../sessions.ts'
import { webKind } from '../tokens/session-kind.ts'
import type { TokensOptions } from '../tokens/tokens.ts'
import type { OpenedWebSession, WebAccess, WebClient, WebPerson, WebSession } from './types.ts'
import { WebSessions, type KnownSession } from './web-sessions.ts'

export interface WebParts extends Omit<TokensOptions, 'kind' | 'table'> {
  readonly signIn: SignIn
  readonly sessions: Sessions
  readonly clock: Clock
  readonly directory: Directory
  /** Is a password alone enough for him? */
  readonly isPasswordEnough: (person: Person) => boolean
}

export interface OwnedWebAccess extends WebAccess {
  /** Closes what was ended elsewhere, and ends what opens nothing; called every two seconds. */
  sweep(): Promise<void>
  /** Another node ended a session. */
  heard(keyHex: string): Promise<void>
}

export function createWebAccess(parts: WebParts): OwnedWebAccess {
  const kept = { ...parts, kind: webKind, table: webKind.table }
  const sessions = new WebSessions(kept)
  return {
    signIn: (from, address, password) => signIn(parts, sessions, { from, address, password }),
    find: async (token, isUse) => viewOf(parts, await sessions.find(token, isUse)),
    sessionsOf: (principal) => sessions.list(principal),
    end: (principal, id, remoteAddress) => sessions.end(principal, id, remoteAddress),
    sweep: () => sessions.sweep(),
    heard: (keyHex) => sessions.heard(keyHex),
  }
}

async function signIn(
  parts: WebParts,
  sessions: WebSessions,
  given: { readonly from: WebClient; readonly address: string; readonly password: string },
): Promise<OpenedWebSession> {
  const { signIn: mechanism } = parts
  const { from, address: identity, password } = given
  const attempt = { door: 'http', remoteAddress: from.remoteAddress, isTls: true } as const
  const asked = { identity, password, authorizeAs: '' }
  const proved = await mechanism.provePassword(attempt, 'password', asked)
  if (!parts.isPasswordEnough(proved.person)) {
    await mechanism.recordFailure(proved.claim, 'not-permitted')
    throw new Refusal('not-permitted', { what: 'a password alone' })
  }
  const principal = await mechanism.finish(proved)
  const now = parts.clock.now()
  const opening = { ...from, mechanism: 'password', confirmedAt: now }
  const { token, ...known } = await sessions.open(principal, opening)
  const session = viewOf(parts, known)
  // The row is the session from now on, on every node.
  parts.sessions.end(principal)
  return { token, session }
}

function viewOf({ directory }: WebParts, { principal, row, usedAt }: KnownSession): WebSession {
  return {
    principal,
    person: personOf(directory, principal.id),
    signedInAt: row.content.createdAt,
    expiresAt: row.expiresAt,
    idleUntil: Math.min(usedAt + webKind.idleMs, row.expiresAt),
    hasSecondFactor: false,
  }
}

function personOf(directory: Directory, id: string): WebPerson {
  const person = directory.person(id)
  if (person === undefined) throw new Refusal('bad-credentials')
  const { names, address, departmentId } = person
  const department = directory.department(departmentId)?.code ?? ''
  return { id, nameEn: names.en, nameZh: names.zh, address, department }
}
