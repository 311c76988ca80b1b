/** An aggregate report in the XML that everybody reads. Pure. RFC 7489 Appendix C; RFC 9990 reads the same. */
import { dayMs, secondMs } from '../../base/clock.ts'
import type { ReportHead } from '../types.ts'
import type { DmarcObservation } from '../../mailauth/verify/observe.ts'

export interface DmarcReportInput extends ReportHead {
  readonly observations: readonly (DmarcObservation & { readonly count: number })[]
}

export function formatDmarcReport(input: DmarcReportInput): string {
  const { id, day, domain, organization, contact, observations } = input
  const begin = (day * dayMs) / secondMs
  const [first] = observations
  const date = element('begin', `${begin}`) + element('end', `${begin + dayMs / secondMs - 1}`)
  const metadata =
    element('org_name', text(organization)) +
    element('email', text(contact)) +
    element('report_id', text(id)) +
    element('date_range', date)
  return [
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    element(
      'feedback',
      element('version', '1.0') +
        element('report_metadata', metadata) +
        (first === undefined ? '' : publishedOf(domain, first)) +
        observations.map(recordOf).join(''),
    ),
    '\n',
  ].join('')
}

/** As it was first seen that day. */
function publishedOf(domain: string, { published }: DmarcObservation): string {
  const { p, sp, np, adkim, aspf, isTesting } = published
  return element(
    'policy_published',
    element('domain', text(domain)) +
      element('adkim', adkim) +
      element('aspf', aspf) +
      element('p', p) +
      element('sp', sp) +
      (np === undefined ? '' : element('np', np)) +
      element('testing', isTesting ? 'y' : 'n'),
  )
}

function recordOf(seen: DmarcReportInput['observations'][number]): string {
  const { disposition, override, dkim, spf } = seen
  const evaluated =
    element('disposition', disposition) +
    element('dkim', dkim) +
    element('spf', spf) +
    (override === undefined ? '' : element('reason', element('type', override)))
  const row =
    element('source_ip', text(seen.address)) +
    element('count', `${seen.count}`) +
    element('policy_evaluated', evaluated)
  const identifiers =
    element('header_from', text(seen.headerFrom)) +
    element('envelope_from', text(seen.envelopeFrom))
  return element(
    'record',
    element('row', row) +
      element('identifiers', identifiers) +
      element('auth_results', wayOf(seen)),
  )
}

function wayOf({ signatures, spfDomain, spfScope, spfResult }: DmarcObservation): string {
  const signed = signatures.map(({ domain, selector, result }) =>
    element(
      'dkim',
      element('domain', text(domain)) +
        element('selector', text(selector)) +
        element('result', text(result)),
    ),
  )
  const path =
    element('domain', text(spfDomain)) +
    element('scope', spfScope) +
    element('result', text(spfResult))
  return signed.join('') + element('spf', path)
}

function element(name: string, content: string): string {
  return `<${name}>${content}</${name}>`
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

/** A stranger's words: what XML cannot hold is left out (XML 1.0 §2.2). */
function text(value: string): string {
  return value
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replaceAll(/[&<>]/g, (found) => entities[found] ?? '')
}
