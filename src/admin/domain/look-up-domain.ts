/** What the DNS says of a domain of ours, and what we are ourselves. */
import type { Answer, MailExchange } from '../../dns/types.ts'
import type { DkimKeyView } from '../../mailauth/dkim/key-store.ts'
import type { DomainResolver, MailHosts, OwnKeys } from './port.ts'

export interface ServerFacts {
  readonly host: string
  readonly addresses: readonly string[]
  readonly isSecure: boolean
  /** As they are written: `3 1 1 …`. */
  readonly tlsa: readonly string[]
  readonly isTlsaSecure: boolean
}

export interface DomainFacts {
  readonly hostname: string
  readonly isMxSecure: boolean
  readonly servers: readonly ServerFacts[]
  readonly spf: readonly string[]
  readonly dmarc: readonly string[]
  readonly sts: readonly string[]
  readonly reports: readonly string[]
  readonly signingKeys: number
  readonly publishedKeys: number
  readonly ours: OwnKeys
  /** Undefined: the domain has no policy. */
  readonly wantedSts: string | undefined
}

export interface LookUp {
  readonly resolver: DomainResolver
  readonly domain: string
  readonly hosts: Pick<MailHosts, 'hostname'>
  readonly keys: readonly DkimKeyView[]
  readonly ours: OwnKeys
  readonly wantedSts: string | undefined
}

/** @throws Refusal('try-again') when nobody can say now. */
export async function lookUpDomain(wish: LookUp): Promise<DomainFacts> {
  const { resolver, domain, hosts, keys, ours, wantedSts } = wish
  const textsOf = async (name: string) => (await resolver.texts(name)) ?? []
  const exchanges = await resolver.mailExchanges(domain)
  const [spf, dmarc, sts, reports, servers] = await Promise.all([
    textsOf(domain),
    textsOf(`_dmarc.${domain}`),
    textsOf(`_mta-sts.${domain}`),
    textsOf(`_smtp._tls.${domain}`),
    serversOf(resolver, exchanges),
  ])
  return {
    hostname: hosts.hostname,
    isMxSecure: exchanges.isSecure,
    servers,
    spf,
    dmarc,
    sts,
    reports,
    signingKeys: keys.filter(({ state }) => state === 'signing').length,
    publishedKeys: keys.filter(({ state }) => state !== 'waiting').length,
    ours,
    wantedSts,
  }
}

/** More than any domain has: what is asked has a bound. */
const serversMax = 10

function serversOf(
  resolver: DomainResolver,
  { records = [] }: Answer<MailExchange>,
): Promise<readonly ServerFacts[]> {
  const named = records.filter(({ host }) => host !== '').slice(0, serversMax)
  return Promise.all(
    named.map(async ({ host }) => {
      const [found, tlsa] = await Promise.all([
        resolver.addresses(host),
        resolver.tlsa(`_25._tcp.${host}`),
      ])
      return {
        host,
        addresses: found.records ?? [],
        isSecure: found.isSecure,
        tlsa: (tlsa.records ?? []).map(
          ({ usage, selector, matchingType, data }) =>
            `${usage} ${selector} ${matchingType} ${data.toString('hex')}`,
        ),
        isTlsaSecure: tlsa.isSecure,
      }
    }),
  )
}
