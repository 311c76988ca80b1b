/** What a domain must have in DNS, and what is not to be there yet. Pure. */
import { z } from 'zod'
import type { DkimKeyView } from '../../mailauth/dkim/key-store.ts'
import type { MailHosts } from '../ports.ts'

export const recordSchema = z.strictObject({
  name: z.string(),
  type: z.enum(['MX', 'TXT']),
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

export function dnsRecords(
  domain: string,
  { hostname, smartHost }: MailHosts,
  keys: readonly DkimKeyView[],
): { readonly records: readonly DnsRecord[]; readonly notes: readonly string[] } {
  const txt = (name: string, value: string, about: string): DnsRecord => ({
    name,
    type: 'TXT',
    value,
    about,
  })
  const senders = smartHost === undefined ? 'mx' : `a:${smartHost}`
  return {
    records: [
      { name: domain, type: 'MX', value: `10 ${hostname}.`, about: 'who takes its mail' },
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
        'v=DMARC1; p=reject',
        'DMARC: what is neither SPF nor DKIM is refused',
      ),
    ],
    notes: notesOf(keys),
  }
}

function describeKey({ algorithm, state, until }: DkimKeyView): string {
  const end = until === undefined ? '' : `; take it out after ${new Date(until).toISOString()}`
  return `${algorithm}, ${stateWords[state]}${end}`
}

function notesOf(keys: readonly DkimKeyView[]): readonly string[] {
  const isSigned = keys.some(({ state }) => state === 'signing')
  return [
    ...(isSigned
      ? []
      : [
          'Publish the DMARC record last, when the DKIM keys are said to sign: nothing is signed yet.',
        ]),
    'Every node that sends must have the address that the SPF record means.',
    'Do not publish MTA-STS, TLS-RPT, TLSA or a DMARC rua= for this domain: Tamar serves no ' +
      'policy and reads no reports yet.',
  ]
}
