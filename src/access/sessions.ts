/**
 * Who is signed in on this node, on what credential, and when that ends: suspended, left, password
 * changed, app password revoked or expired, a holding ended.
 */
import type { Clock, Millis } from '../base/clock.ts'
import type { PrincipalId } from '../base/id.ts'
import type { Directory } from '../directory/types.ts'
import type { CredentialMemory } from './credentials/memory.ts'
import { hasRight, type Actor } from './decide.ts'
import { grantsOf, type Grants } from './grants.ts'
import { officesOf } from './offices.ts'
import type { PlatformState } from './platform-state.ts'
import type { OpenedAccount, AccountGrant, Principal } from './types.ts'

/** On what a session rests; the operator's at the local socket rests on no credential. */
export type Basis =
  | {
      readonly kind: 'credential'
      readonly id: string
      readonly version: number
      readonly expiresAt: Millis | undefined
      /** Other credentials of his that must be what they were. */
      readonly also?: readonly { readonly id: string; readonly version: number }[]
    }
  /** The government's identity provider said who he is; he may have no credential here. */
  | {
      readonly kind: 'provider'
      readonly expiresAt: Millis | undefined
      readonly also?: readonly { readonly id: string; readonly version: number }[]
    }
  /** He asked for it in a session that may be over: it rests on what the directory says of him now. */
  | { readonly kind: 'asked'; readonly expiresAt: undefined; readonly also?: undefined }
  | { readonly kind: 'operator' }

interface Session {
  readonly basis: Basis
  /** What this session is for: mail, or an office at the admin door. */
  readonly kind: Actor['session']
  /** It has a row that every node knows: whoever takes that away says so in the trail. */
  readonly isKept: boolean
  grants: Grants
  /** The generation of the memories at which `grants` was made. */
  generation: number
}

/** Whose end somebody waits for, and what he had when it was looked at last. */
interface Watch {
  readonly listeners: Set<() => void>
  grants: Grants
}

/** Why sessions end that their owner did not end; `docs/audit.md` says what each means. */
export type EndCause =
  | 'suspended'
  | 'left'
  | 'moved'
  | 'credential-changed'
  | 'grant-ended'
  | 'expired'

/** Sessions of one person that ended together. */
export interface EndedSessions {
  readonly personId: PrincipalId
  readonly cause: EndCause
  readonly sessionIds: readonly string[]
}

export interface SessionsOptions {
  readonly clock: Clock
  readonly directory: Directory
  readonly credentials: CredentialMemory
  /** What is open to him by approval. */
  readonly openedTo: (personId: string) => readonly OpenedAccount[]
  /** Told of those that somebody waited for. */
  readonly onEnded: (ended: readonly EndedSessions[]) => void
}

const noGrants: Grants = { list: [], byAccount: new Map(), validUntil: Infinity }

export class Sessions {
  readonly #options: SessionsOptions
  readonly #sessions = new WeakMap<Principal, Session>()
  readonly #watched = new Map<Principal, Watch>()
  #generation = 1

  constructor(options: SessionsOptions) {
    this.#options = options
  }

  start(
    principal: Principal,
    basis: Basis,
    { kind, isKept = false }: { readonly kind: Actor['session']; readonly isKept?: boolean },
  ): void {
    this.#sessions.set(principal, { basis, kind, isKept, grants: noGrants, generation: 0 })
  }

  end(principal: Principal): void {
    this.#sessions.delete(principal)
    this.#watched.delete(principal)
  }

  /** Ends it, and whoever waits for that hears so. */
  close(principal: Principal): void {
    const watch = this.#watched.get(principal)
    this.end(principal)
    for (const listener of watch?.listeners ?? []) listener()
  }

  /** On what his session rests; undefined: he has none here. */
  basisOf(principal: Principal): Basis | undefined {
    return this.#sessions.get(principal)?.basis
  }

  /** Who he is to the gate at this moment; who is not signed in reaches nothing. */
  actor(principal: Principal, state: PlatformState | undefined): Actor {
    const { directory, clock } = this.#options
    const { id } = principal
    const session = this.#sessions.get(principal)
    const isOperator = session?.basis.kind === 'operator'
    const { byAccount: accounts } = this.grants(principal)
    const isIn = session?.kind === 'office' && accounts.size > 0
    const offices = isIn ? officesOf(directory, id, clock.now()) : []
    const kind = isOperator ? 'operator' : 'person'
    return { kind, id, accounts, offices, session: session?.kind ?? 'mail', state }
  }

  /** It has a row that every node knows. */
  isKept(principal: Principal): boolean {
    return this.#sessions.get(principal)?.isKept === true
  }

  isFor(principal: Principal): Actor['session'] | undefined {
    return this.#sessions.get(principal)?.kind
  }

  /** A map look-up and two comparisons, unless something changed. */
  grants(principal: Principal): Grants {
    const session = this.#sessions.get(principal)
    if (session === undefined) return noGrants
    const now = this.#options.clock.now()
    if (session.generation !== this.#generation || now >= session.grants.validUntil) {
      session.grants = this.#isValid(principal, session.basis)
        ? until(this.#grantsOf(principal.id, now), expiryOf(session.basis))
        : noGrants
      session.generation = this.#generation
    }
    return session.grants
  }

  #grantsOf(personId: string, now: Millis): Grants {
    const { directory, openedTo } = this.#options
    return grantsOf(directory, personId, now, openedTo(personId))
  }

  watch(principal: Principal, listener: () => void): Disposable {
    const watch = this.#watched.get(principal) ?? {
      listeners: new Set<() => void>(),
      grants: this.grants(principal),
    }
    watch.listeners.add(listener)
    this.#watched.set(principal, watch)
    return {
      [Symbol.dispose]: () => {
        watch.listeners.delete(listener)
        if (watch.listeners.size === 0) this.#watched.delete(principal)
      },
    }
  }

  isWatched(principal: Principal): boolean {
    return this.#watched.has(principal)
  }

  /** The directory or the credentials changed: nothing that was derived from them holds. */
  forget(): void {
    this.#generation++
    this.revoke()
  }

  /** Ends the sessions that have lost an account; time alone may have ended a holding. */
  revoke(): void {
    const ended: Ended[] = []
    for (const [principal, watch] of this.#watched) {
      const before = watch.grants
      watch.grants = this.grants(principal)
      if (watch.grants === before || !hasLost(principal, before, watch.grants)) continue
      this.#watched.delete(principal)
      const session = this.#sessions.get(principal)
      if (session?.isKept !== true) {
        const cause = (session && this.causeOf(principal, session.basis)) ?? 'grant-ended'
        ended.push({ personId: principal.id, sessionId: principal.sessionId, cause })
      }
      for (const listener of watch.listeners) listener()
    }
    if (ended.length > 0) this.#options.onEnded(together(ended))
  }

  /** Why a session of his on this basis opens nothing any more; undefined: it does. */
  causeOf(
    { id, departmentId }: Pick<Principal, 'id' | 'departmentId'>,
    basis: Basis,
  ): EndCause | undefined {
    if (basis.kind === 'operator') return undefined
    const { clock, credentials, directory } = this.#options
    const person = directory.person(id)
    if (person === undefined || person.state === 'left') return 'left'
    if (person.state !== 'active') return 'suspended'
    // Who moves to another department begins there anew.
    if (person.departmentId !== departmentId) return 'moved'
    if (basis.expiresAt !== undefined && clock.now() >= basis.expiresAt) return 'expired'
    const rests = [...(basis.kind === 'credential' ? [basis] : []), ...(basis.also ?? [])]
    const isWhatItWas = rests.every(({ id, version }) => credentials.isCurrent(id, version))
    return isWhatItWas ? undefined : 'credential-changed'
  }

  #isValid(principal: Principal, basis: Basis): boolean {
    return basis.kind !== 'operator' && this.causeOf(principal, basis) === undefined
  }
}

interface Ended {
  readonly personId: PrincipalId
  readonly sessionId: string
  readonly cause: EndCause
}

/** Those of one person and cause are one event. */
export function together(ended: readonly Ended[]): readonly EndedSessions[] {
  const groups = Map.groupBy(ended, ({ personId, cause }) => `${personId} ${cause}`)
  return [...groups.values()].flatMap((group) => {
    const [first] = group
    if (first === undefined) return []
    const { personId, cause } = first
    return [{ personId, cause, sessionIds: group.map(({ sessionId }) => sessionId) }]
  })
}

function expiryOf(basis: Basis): Millis | undefined {
  return basis.kind === 'operator' ? undefined : basis.expiresAt
}

function until(grants: Grants, expiresAt: Millis | undefined): Grants {
  if (expiresAt === undefined || expiresAt >= grants.validUntil) return grants
  return { ...grants, validUntil: expiresAt }
}

function hasLost(principal: Principal, before: Grants, after: Grants): boolean {
  if (principal.openedAs !== undefined && !after.byAccount.has(principal.openedAs)) return true
  return before.list.some((grant) => {
    const now = after.byAccount.get(grant.accountId)
    return now === undefined || hasLostRight(grant, now)
  })
}

/** In all the account, or in a mailbox that he had been let into. */
function hasLostRight(before: AccountGrant, after: AccountGrant): boolean {
  if (Array.from(before.rights).some((right) => !after.rights.includes(right))) return true
  for (const [mailboxId, rights] of before.mailboxes ?? [])
    if (Array.from(rights).some((right) => !hasRight(after, right, mailboxId))) return true
  return false
}
