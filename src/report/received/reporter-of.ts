/** Who vouches for a report that came as mail. Pure. RFC 8460 §5.3, RFC 9990 §3.5. */
import type { Authentication } from '../../mailauth/verify/types.ts'
import type { ReportKind } from './types.ts'

export type Vouching =
  | { readonly kind: 'proven'; readonly domain: string }
  /** Nobody, and it will not change. */
  | { readonly kind: 'nobody' }
  /** DNS does not say now. */
  | { readonly kind: 'unknown' }

/**
 * TLS: a good signature of the reporting domain itself over all of the body, nothing else counts. DMARC: what makes
 * any mail its author's.
 */
export function reporterOf(
  kind: ReportKind,
  { dkim, dmarc, spf, authorDomains }: Authentication,
): Vouching {
  const [author, ...others] = authorDomains
  if (author === undefined || others.length > 0) return { kind: 'nobody' }
  const proven = { kind: 'proven', domain: author } as const
  const isSigned = dkim.some(({ result, domain }) => result === 'pass' && speaksFor(domain, author))
  if (isSigned || dmarc.published?.alignedDkim === true) return proven
  if (kind === 'dmarc') {
    const isSent = spf.result === 'pass' && spf.identity === 'mailfrom'
    if (dmarc.result === 'pass' || (isSent && speaksFor(spf.domain, author))) return proven
    if (spf.result === 'temperror' || dmarc.result === 'temperror') return { kind: 'unknown' }
  }
  return dkim.some(({ result }) => result === 'temperror')
    ? { kind: 'unknown' }
    : { kind: 'nobody' }
}

/** The same, or above it: whoever is below a public suffix does not speak for the suffix. */
export function speaksFor(domain: string, author: string): boolean {
  return domain === author || author.endsWith(`.${domain}`)
}
