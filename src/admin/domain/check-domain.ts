/**
 * Whether a domain stands in the DNS as it should, test by test, with the names of the Internet.nl
 * mail test. Facts are looked up first (`look-up-domain.ts`); this is pure.
 */
import { z } from 'zod'
import type { DomainFacts } from './look-up-domain.ts'

export const checkSchema = z.strictObject({
  category: z.enum(['IPv6', 'DNSSEC', 'DMARC, DKIM and SPF', 'STARTTLS and DANE', 'Beyond']),
  test: z.string(),
  /** `unknown`: it cannot be seen from here. */
  result: z.enum(['good', 'bad', 'unknown']),
  detail: z.string(),
})
export type Check = z.output<typeof checkSchema>
type Category = Check['category']

export function checkDomain(facts: DomainFacts): readonly Check[] {
  return [
    ...checkAddresses(facts),
    ...checkDnssec(facts),
    ...checkSenders(facts),
    ...checkTls(facts),
    ...checkBeyond(facts),
  ]
}

function checkAddresses({ servers }: DomainFacts): readonly Check[] {
  const without = servers.filter(({ addresses }) => !addresses.some((one) => one.includes(':')))
  return [
    unknown('IPv6', 'IPv6 addresses for name servers', 'Ask the name servers’ operator.'),
    unknown('IPv6', 'IPv6 reachability of name servers', 'Ask the name servers’ operator.'),
    judged(
      'IPv6',
      'IPv6 addresses for mail servers',
      servers.length > 0 && without.length === 0,
      servers.length === 0 ? 'There is no MX record.' : listed('No AAAA record', without),
    ),
    unknown('IPv6', 'IPv6 reachability of mail servers', 'Try it from outside.'),
  ]
}

function checkDnssec({ isMxSecure, servers }: DomainFacts): readonly Check[] {
  const open = servers.filter(({ isSecure }) => !isSecure)
  const words = 'The resolver did not validate it: unsigned, or the resolver does not validate.'
  // A zone that is signed and does not validate has no answer at all: then the look-up fails.
  return [
    judged('DNSSEC', 'DNSSEC existence (email address domain)', isMxSecure, words),
    judged('DNSSEC', 'DNSSEC validity (email address domain)', isMxSecure, words),
    judged(
      'DNSSEC',
      'DNSSEC existence (mail server domains)',
      servers.length > 0 && open.length === 0,
      listed('Not validated', open),
    ),
    judged(
      'DNSSEC',
      'DNSSEC validity (mail server domains)',
      servers.length > 0 && open.length === 0,
      listed('Not validated', open),
    ),
  ]
}

function checkSenders({ spf, dmarc, signingKeys, publishedKeys }: DomainFacts): readonly Check[] {
  const category = 'DMARC, DKIM and SPF'
  const policies = dmarc.filter((text) => /^v=DMARC1\s*;/.test(text))
  const senders = spf.filter((text) => /^v=spf1(?: |$)/i.test(text))
  const policy = /;\s*p=(\w+)/.exec(policies[0] ?? '')?.[1]
  return [
    judged(category, 'DMARC existence', policies.length === 1, countOf('DMARC record', policies)),
    judged(
      category,
      'DMARC policy',
      policy === 'reject' || policy === 'quarantine',
      policy === undefined ? 'There is none.' : `It is p=${policy}; it should be p=reject.`,
    ),
    judged(
      category,
      'DKIM existence',
      signingKeys > 0 && publishedKeys >= signingKeys,
      `${publishedKeys} of our keys stand in the DNS, ${signingKeys} sign.`,
    ),
    judged(category, 'SPF existence', senders.length === 1, countOf('SPF record', senders)),
    judged(
      category,
      'SPF policy',
      /[~-]all\b/.test(senders[0] ?? '') || /\bredirect=/.test(senders[0] ?? ''),
      'It should end in -all.',
    ),
  ]
}

function checkTls({ servers, ours, hostname }: DomainFacts): readonly Check[] {
  const category = 'STARTTLS and DANE'
  const own = servers.find(({ host }) => host === hostname)
  const records = own?.tlsa ?? []
  const has = (record: string | undefined) => record !== undefined && records.includes(record)
  return [
    judged(
      category,
      'STARTTLS available',
      own !== undefined,
      `No MX record names this node, ${hostname}, which offers STARTTLS.`,
    ),
    ...tlsTests.map((test) =>
      unknown(category, test, 'Look with testssl.sh: it is the same for every domain.'),
    ),
    judged(
      category,
      'Domain name on certificate',
      ours.isForHostname,
      `The certificate is not for ${hostname}.`,
    ),
    judged(
      category,
      'DANE existence',
      own?.isTlsaSecure === true && records.length > 0,
      records.length === 0 ? 'There is no TLSA record.' : 'The TLSA records are not validated.',
    ),
    judged(
      category,
      'DANE validity',
      has(ours.current),
      `No record is of the key in use, ${ours.current}.`,
    ),
    judged(
      category,
      'DANE rollover scheme',
      has(ours.current) && has(ours.next),
      ours.next === undefined
        ? 'There is no next key: see tls.nextKey.'
        : `No record is of the next key, ${ours.next}.`,
    ),
    unknown('STARTTLS and DANE', 'RPKI', 'Ask who announces the addresses.'),
  ]
}

/** What a node does by itself, whichever domain is looked at. */
const tlsTests = [
  'TLS version',
  'Ciphers',
  'Cipher order',
  'Key exchange parameters',
  'Hash function for key exchange',
  'TLS compression',
  'Secure renegotiation',
  'Client-initiated renegotiation',
  '0-RTT',
  'Trust chain of certificate',
  'Public key of certificate',
  'Signature of certificate',
]

function checkBeyond({ sts, reports, wantedSts }: DomainFacts): readonly Check[] {
  return [
    judged(
      'Beyond',
      'MTA-STS record',
      wantedSts === undefined || sts.includes(wantedSts),
      `It should be "${wantedSts ?? ''}".`,
    ),
    judged(
      'Beyond',
      'TLS-RPT record',
      reports.some((text) => /^v=TLSRPTv1\s*;/.test(text)),
      'Nobody is told when others cannot reach us safely.',
    ),
  ]
}

function judged(category: Category, test: string, isGood: boolean, fault: string): Check {
  return { category, test, result: isGood ? 'good' : 'bad', detail: isGood ? '' : fault }
}

function unknown(category: Category, test: string, detail: string): Check {
  return { category, test, result: 'unknown', detail }
}

function listed(what: string, servers: DomainFacts['servers']): string {
  return servers.length === 0 ? '' : `${what}: ${servers.map(({ host }) => host).join(', ')}.`
}

function countOf(what: string, found: readonly string[]): string {
  return found.length === 0 ? `There is no ${what}.` : `There are ${found.length} of them.`
}
