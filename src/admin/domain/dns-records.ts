/** What a domain must have in DNS, and what is not to be there yet. Pure. */
import { z } from 'zod'
import type { DkimKeyView } from '../../mailauth/dkim/key-store.ts'
import { formatStsRecord } from '../../mailauth/mta-sts.ts'
import type { MailHosts, OwnKeys, ReportPlaces } from './port.ts'

export const recordSchema = z.strictObject({
  name: z.string(),
  type: z.enum(['MX', 'TXT', 'TLSA', 'SRV', 'CNAME']),
  /** Of a TXT record the whole text, however many strings it takes. */
  value: z.string(),
  about: z.string(),
})
export type DnsRecord = z.output<typeof recordSchema>

const stateWords = {
  waiting: 'not seen in DNS yet: it signs from when it is',
  signing: 'it signs',
  retired: 'another signs since',
} as const

export interface DnsWish {
  readonly domain: string
  readonly hosts: Pick<MailHosts, 'hostname' | 'smartHost'>
  readonly reportsTo: ReportPlaces
  readonly keys: readonly DkimKeyView[]
  readonly ours: OwnKeys
  /** Undefined: the domain says nothing over HTTPS. */
  readonly stsPolicy: string | undefined
}

interface DnsRecords {
  readonly records: readonly DnsRecord[]
  readonly notes: readonly string[]
}

export function dnsRecords(wish: DnsWish): DnsRecords {
  const records = [
    ...receiving(wish),
    ...sending(wish),
    ...proving(wish),
    ...serving(wish.domain, wish.hosts.hostname),
  ]
  return { records, notes: notesOf(wish) }
}

function txt(name: string, value: string, about: string): DnsRecord {
  return { name, type: 'TXT', value, about }
}

function receiving({ domain, hosts: { hostname } }: DnsWish): readonly DnsRecord[] {
  return [{ name: domain, type: 'MX', value: `10 ${hostname}.`, about: 'who takes its mail' }]
}

function sending({ domain, hosts, keys, reportsTo }: DnsWish): readonly DnsRecord[] {
  const { hostname, smartHost } = hosts
  const senders = smartHost === undefined ? 'mx' : `a:${smartHost}`
  const { dmarc: reportsAt } = reportsTo
  const reports = reportsAt === undefined ? '' : `; rua=mailto:${reportsAt}`
  return [
    // RFC 7208 §3, §5.
    txt(domain, `v=spf1 ${senders} -all`, 'SPF: who sends its mail'),
    // RFC 7208 §2.3: reports of ours have no sender but the name of the node.
    txt(hostname, 'v=spf1 a -all', 'SPF of the node itself, for reports'),
    ...keys.map((key) =>
      txt(`${key.selector}._domainkey.${domain}`, key.record, `DKIM: ${describeKey(key)}`),
    ),
    // RFC 7489 §6.3.
    txt(
      `_dmarc.${domain}`,
      `v=DMARC1; p=reject${reports}`,
      'DMARC: what is neither SPF nor DKIM is refused',
    ),
    ...(reportsAt === undefined ? [] : consenting(domain, reportsAt)),
  ]
}

/** Nobody sends reports to another domain that did not say that it wants them. RFC 7489 §7.1, RFC 9990 §4 */
function consenting(domain: string, address: string): readonly DnsRecord[] {
  const host = address.slice(address.lastIndexOf('@') + 1).toLowerCase()
  if (host === domain || host.endsWith(`.${domain}`)) return []
  const about = `DMARC: reports of ${domain} may go there`
  return [txt(`${domain}._report._dmarc.${host}`, 'v=DMARC1', about)]
}

/** How others know that they speak to us. RFC 7672 §3.1, RFC 8461 §3.1, RFC 8460 §3 */
function proving(wish: DnsWish): readonly DnsRecord[] {
  const { domain, hosts, reportsTo, ours, stsPolicy } = wish
  const { hostname } = hosts
  const { tls: address, tlsUrl } = reportsTo
  const uris = [...(address === undefined ? [] : [`mailto:${address}`]), tlsUrl ?? []].flat()
  const tlsa = (value: string, about: string): DnsRecord => ({
    name: `_25._tcp.${hostname}`,
    type: 'TLSA',
    value,
    about: `DANE: ${about}; in a signed zone only`,
  })
  return [
    tlsa(ours.current, 'the key in use'),
    ...(ours.next === undefined ? [] : [tlsa(ours.next, 'the key that follows')]),
    ...(stsPolicy === undefined
      ? []
      : [
          txt(`_mta-sts.${domain}`, formatStsRecord(stsPolicy), 'MTA-STS: there is a policy'),
          {
            name: `mta-sts.${domain}`,
            type: 'CNAME',
            value: `${hostname}.`,
            about: 'MTA-STS: where the policy is',
          } as const,
        ]),
    ...(uris.length === 0
      ? []
      : [
          txt(
            `_smtp._tls.${domain}`,
            `v=TLSRPTv1; rua=${uris.join(',')}`,
            'TLS-RPT: who hears of TLS that failed',
          ),
        ]),
  ]
}

/** Where mail programs find us: RFC 6186 §3, RFC 8314 §5.1, RFC 8620 §2.2, RFC 5804 §1.8. */
function serving(domain: string, hostname: string): readonly DnsRecord[] {
  const services = [
    ['_imaps', 993],
    ['_submissions', 465],
    ['_submission', 587],
    ['_jmap', 443],
    ['_sieve', 4190],
  ] as const
  return services.map(([service, port]) => ({
    name: `${service}._tcp.${domain}`,
    type: 'SRV',
    value: `0 1 ${port} ${hostname}.`,
    about: 'where mail programs find it',
  }))
}

function describeKey({ algorithm, state, until }: DkimKeyView): string {
  const end = until === undefined ? '' : `; take it out after ${new Date(until).toISOString()}`
  return `${algorithm}, ${stateWords[state]}${end}`
}

function notesOf({ keys, stsPolicy, reportsTo, domain, ours }: DnsWish): readonly string[] {
  const isSigned = keys.some(({ state }) => state === 'signing')
  return [
    ...(isSigned
      ? []
      : [
          'Publish the DMARC record last, when the DKIM keys are said to sign: nothing is signed yet.',
        ]),
    'Every node that sends must have the address that the SPF record means, and every node that ' +
      'receives its own MX and TLSA records: ask each.',
    ...(ours.next === undefined
      ? ['There is no next key: name one with tls.nextKey, and publish it before you use it.']
      : []),
    ...(stsPolicy === undefined
      ? []
      : [
          `The certificate at port 443 must be trusted by others, for mta-sts.${domain} too, before ` +
            'the MTA-STS record is published.',
        ]),
    ...reportNotes(reportsTo),
  ]
}

function reportNotes({ dmarc, tls, isRead }: ReportPlaces): readonly string[] {
  return [
    { what: 'mail in its name', policy: 'inbound.dmarc-reports-to', address: dmarc },
    { what: 'TLS with its servers', policy: 'inbound.tls-reports-to', address: tls },
  ].flatMap(({ what, policy, address }) => {
    if (address === undefined)
      return [`Reports of ${what} have no reader: name an address by the policy ${policy}.`]
    if (isRead(address)) return []
    return [
      `Reports of ${what} go to ${address} as somebody’s mail and are not read: name an address ` +
        `that nobody has by the policy ${policy}.`,
    ]
  })
}
