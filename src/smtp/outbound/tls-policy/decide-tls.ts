/**
 * How a host may be spoken to: what the DNS, the domain's own policy, our own rules and the message
 * ask, the strictest of them. Pure. RFC 7672, RFC 8461 §5, RFC 8689 §4.2.1.
 */
import { matchesHost } from '../mta-sts/match-host.ts'
import type { StsPolicy } from '../mta-sts/types.ts'
import type { DaneFinding } from './find-dane.ts'
import type { TlsDemand } from './demand.ts'

/** Of the domain, before any host is known. */
export interface DomainFacts {
  readonly domain: string
  /** The list of its servers is validated, or ours. */
  readonly isMxSecure: boolean
  readonly sts: StsPolicy | undefined
  /** Ours: only these hosts, only verified. */
  readonly forcedHosts: readonly string[] | undefined
  /** The message may go only to who is known. */
  readonly needsVerified: boolean
}

export type TlsDecision =
  | { readonly isAllowed: true; readonly demand: TlsDemand; readonly because: Because }
  /** Not to this host: it is not one that the domain, or we, named. */
  | { readonly isAllowed: false; readonly because: Because }

export type Because = 'nothing' | 'dane' | 'mta-sts' | 'forced' | 'message'

export function decideTls(facts: DomainFacts, host: string, dane: DaneFinding): TlsDecision {
  const { sts, forcedHosts, needsVerified } = facts
  if (forcedHosts !== undefined && !matchesHost(forcedHosts, host))
    return { isAllowed: false, because: 'forced' }
  // RFC 8461 §2: a policy never overrides what DANE says.
  if (dane.kind === 'usable') return allow({ ...dane, kind: 'dane' }, 'dane')
  if (sts?.mode === 'enforce')
    return matchesHost(sts.mx, host)
      ? allow({ kind: 'trusted' }, 'mta-sts')
      : { isAllowed: false, because: 'mta-sts' }
  if (forcedHosts !== undefined) return allow({ kind: 'trusted' }, 'forced')
  if (needsVerified)
    return isKnown(facts, host)
      ? allow({ kind: 'trusted' }, 'message')
      : { isAllowed: false, because: 'message' }
  if (dane.kind === 'unusable') return allow({ kind: 'encrypted' }, 'dane')
  return allow({ kind: 'opportunistic' }, 'nothing')
}

function allow(demand: TlsDemand, because: Because): TlsDecision {
  return { isAllowed: true, demand, because }
}

/** A certificate proves no more than a name: that must come from who can be believed. */
function isKnown({ domain, isMxSecure }: DomainFacts, host: string): boolean {
  return isMxSecure || host === domain || host.endsWith(`.${domain}`)
}
