/**
 * What goes on after a request and only as long as the sign-in behind it: on which credential or session it
 * rests, whether that is still what it was, and who he is meanwhile. RFC 8620 §7.2.
 */
import type { Millis } from '../base/clock.ts'
import type { CredentialMemory } from './credentials/memory.ts'
import { tokenYoungMs } from './limits.ts'
import type { Basis, EndCause } from './sessions.ts'
import { basisOf, noCredential } from './tokens/basis.ts'
import type { RestsOn } from './tokens/session-rows.ts'
import { livingOf, type TokensOptions } from './tokens/tokens.ts'
import type { Principal, Resumed } from './types.ts'

/** Stored data depends on it: add optional fields, never rename or remove. */
export interface Rest {
  /** Empty: somebody else said who he is. */
  readonly credentialId: string
  readonly credentialVersion: number
  readonly also?: readonly RestsOn[]
  /** Of a session that every node knows: it ends with that. */
  readonly sessionId?: string
  readonly expiresAt?: Millis
}

export interface Resting {
  /** On what a request of his rests. Undefined: on nothing that can be kept. */
  restOf(principal: Principal): Rest | undefined
  /** Why it opens nothing any more; undefined: it does. */
  endOf(principal: Principal, rest: Rest, since: Millis): Promise<EndCause | undefined>
  /** He may what his sign-in lets him do at each moment, and nothing once that has ended. */
  resumeOn(principal: Principal, rest: Rest): Resumed
}

export interface RestingParts extends TokensOptions {
  readonly credentials: CredentialMemory
}

export function createResting(parts: RestingParts): Resting {
  const { sessions, clock } = parts
  return {
    restOf: (principal) => {
      const basis = sessions.basisOf(principal)
      const isMail = sessions.isFor(principal) === 'mail'
      return basis === undefined || !isMail ? undefined : restOn(parts, principal, basis)
    },
    endOf: async (principal, rest, since) => {
      const cause = sessions.causeOf(principal, basisOn(rest))
      // This node may not have heard yet of the person or the credential it rests on.
      if (cause !== undefined) return clock.now() - since < tokenYoungMs ? undefined : cause
      if (rest.sessionId === undefined) return undefined
      const living = await livingOf(parts, principal.id)
      return living.some(({ id }) => id === rest.sessionId) ? undefined : 'expired'
    },
    resumeOn: (asked, rest) => {
      const principal = { ...asked, openedAs: asked.openedAs ?? undefined }
      // Whoever it belongs to says in the trail that it ended.
      sessions.start(principal, basisOn(rest), { kind: 'mail', isKept: true })
      return { principal, [Symbol.dispose]: () => sessions.end(principal) }
    },
  }
}

function restOn(
  { credentials, sessions }: RestingParts,
  principal: Principal,
  basis: Basis,
): Rest | undefined {
  if (basis.kind === 'operator' || basis.kind === 'asked') return undefined
  const { also } = basis
  const [credentialId, credentialVersion] =
    basis.kind === 'credential' ? [basis.id, basis.version] : [noCredential, 0]
  // RFC 8620 §7.2: of OAuth not the access token, which lives for an hour, but the consent behind it.
  const expiresAt = credentials.findProgram(credentialId)?.content.expiresAt ?? basis.expiresAt
  return {
    credentialId,
    credentialVersion,
    ...(also === undefined || also.length === 0 ? {} : { also }),
    ...(sessions.isKept(principal) && { sessionId: principal.sessionId }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  }
}

function basisOn({ expiresAt, credentialId, credentialVersion, also }: Rest): Basis {
  const rests = also === undefined ? {} : { also }
  const content = { credentialId, credentialVersion, ...rests }
  return basisOf({ content, expiresAt })
}
