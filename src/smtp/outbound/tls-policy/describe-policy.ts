/** What a domain asks for, as a report shows it to the domain itself. Pure. RFC 8460 §4.2. */
import type { TlsFailure, TlsSession } from '../../../report/tls/types.ts'
import { matchesHost } from '../mta-sts/match-host.ts'
import type { DomainFacts, TlsDecision } from './decide-tls.ts'
import type { DaneFinding } from './find-dane.ts'

type Described = Pick<TlsSession, 'policy' | 'policyLines' | 'policyHosts'>

export function describePolicy({ sts }: DomainFacts, dane: DaneFinding): Described {
  if (dane.kind === 'usable') {
    const policyLines = dane.records.map(({ usage, selector, matchingType, data }) =>
      [usage, selector, matchingType, data.toString('hex')].join(' '),
    )
    return { policy: 'tlsa', policyLines, policyHosts: [dane.base] }
  }
  if (sts === undefined || sts.mode === 'none')
    return { policy: 'no-policy-found', policyLines: [], policyHosts: [] }
  const policyLines = [
    'version: STSv1',
    `mode: ${sts.mode}`,
    ...sts.mx.map((host) => `mx: ${host}`),
    `max_age: ${sts.maxAgeMs / 1000}`,
  ]
  return { policy: 'sts', policyLines, policyHosts: [...sts.mx] }
}

/**
 * Why a session that was opened all the same would not be under a policy in testing, which is told to its domain and
 * keeps no mail back; undefined: it would, or there is none. RFC 8461 §5
 */
export function failureInTesting(
  { sts }: DomainFacts,
  dane: DaneFinding,
  { host, trustFailure }: { readonly host: string; readonly trustFailure: TlsFailure | undefined },
): TlsFailure | undefined {
  if (sts?.mode !== 'testing' || dane.kind === 'usable') return undefined
  return matchesHost(sts.mx, host) ? trustFailure : 'validation-failure'
}

/** What we ourselves or the message ask for is nobody else's affair. */
export function isOfDomain({ because }: TlsDecision): boolean {
  return because === 'nothing' || because === 'dane' || because === 'mta-sts'
}
