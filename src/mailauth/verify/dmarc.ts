/**
 * Does the author's domain stand behind the message, and what does it ask for where it does not? The
 * domain's record is found by the tree walk of RFC 9989 §4.10, which takes the place of the list of
 * public suffixes in RFC 7489 §3.2.
 */
import type { Judging } from './authenticate.ts'
import type { DmarcResponse } from './library.ts'
import type { Signed } from './dkim.ts'
import type { Authentication, DmarcPolicy, DmarcResult } from './types.ts'

export async function judgeDmarc(
  { library, resolve }: Judging,
  { signed, spf }: { readonly signed: Signed; readonly spf: Authentication['spf'] },
): Promise<Authentication['dmarc']> {
  const { authors, fromFields, authorDomains, dkim } = signed
  const { response } = await library.evaluateDmarc({
    headerFrom: authors,
    fromFields,
    spfDomains: spf.result === 'pass' ? [spf.domain] : [],
    dkimDomains: dkim.flatMap(({ result, domain }, at) =>
      result === 'pass' ? [{ id: `${at}`, domain }] : [],
    ),
    resolver: resolve,
    strict: true,
  })
  if (response === false) return { result: 'unclear', policy: 'none', domain: '' }
  const result = dmarcResults.get(response.status.result) ?? 'temperror'
  // A domain whose records cannot be had now may pass with what is still unknown.
  const isOpen = result === 'fail' && hasTemporary(signed, spf)
  const policy = policies.get(response.policy ?? '') ?? 'none'
  const published = publishedIn(response)
  return {
    result: isOpen ? 'temperror' : result,
    policy,
    domain: authorDomains[0] ?? '',
    ...(published && { published }),
  }
}

function publishedIn({ policyDomain, p, sp, np, testMode, alignment }: DmarcResponse) {
  if (policyDomain === undefined || alignment === undefined) return undefined
  const { dkim, spf } = alignment
  const below = policies.get(np ?? '')
  return {
    domain: policyDomain,
    p: policies.get(p ?? '') ?? 'none',
    sp: policies.get(sp ?? '') ?? 'none',
    ...(below && { np: below }),
    adkim: dkim.strict ? ('s' as const) : ('r' as const),
    aspf: spf.strict ? ('s' as const) : ('r' as const),
    isTesting: testMode === true,
    alignedDkim: dkim.result !== undefined,
    alignedSpf: spf.result !== undefined,
  }
}

/** RFC 9989 §5.3.4: a fail needs that nothing that could have aligned failed for now. */
function hasTemporary({ dkim }: Signed, spf: Authentication['spf']): boolean {
  return spf.result === 'temperror' || dkim.some(({ result }) => result === 'temperror')
}

const dmarcResults: ReadonlyMap<string, DmarcResult> = new Map([
  ['pass', 'pass'],
  ['fail', 'fail'],
  ['none', 'none'],
  ['temperror', 'temperror'],
])

const policies: ReadonlyMap<string, DmarcPolicy> = new Map([
  ['none', 'none'],
  ['quarantine', 'quarantine'],
  ['reject', 'reject'],
])
