/** What a domain asks for, as a report shows it to the domain itself. Pure. RFC 8460 §4.2. */
import type { TlsSession } from '../../../report/tls/types.ts'
import type { DomainFacts, TlsDecision } from './decide-tls.ts'
import type { DaneFinding } from './find-dane.ts'

type Described = Pick<TlsSession, 'policy' | 'policyLines' | 'policyHosts'>

/** A policy in testing is not checked against certificates here, and counts as none. */
export function describePolicy({ sts }: DomainFacts, dane: DaneFinding): Described {
  if (dane.kind === 'usable') {
    const policyLines = dane.records.map(({ usage, selector, matchingType, data }) =>
      [usage, selector, matchingType, data.toString('hex')].join(' '),
    )
    return { policy: 'tlsa', policyLines, policyHosts: [dane.base] }
  }
  if (sts?.mode !== 'enforce')
    return { policy: 'no-policy-found', policyLines: [], policyHosts: [] }
  const policyLines = [
    'version: STSv1',
    `mode: ${sts.mode}`,
    ...sts.mx.map((host) => `mx: ${host}`),
    `max_age: ${sts.maxAgeMs / 1000}`,
  ]
  return { policy: 'sts', policyLines, policyHosts: [...sts.mx] }
}

/** What we ourselves or the message ask for is nobody else's affair. */
export function isOfDomain({ because }: TlsDecision): boolean {
  return because === 'nothing' || because === 'dane' || because === 'mta-sts'
}
