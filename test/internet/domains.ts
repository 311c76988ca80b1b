/**
 * Who there is in the world: `world.` is signed, `plain.` is not, and what is said of `bogus.` is
 * forged. A hostile domain's server is the proxy, which stands before Postfix.
 */
import { places } from './network.ts'

export type Protection = 'dane' | 'mta-sts' | 'none'

export interface HostileDomain {
  readonly domain: string
  readonly address: string
  readonly protection: Protection
}

const hostileNames = [
  ['strip-dane.world', 'dane'],
  ['swap-dane.world', 'dane'],
  ['corrupt-dane.world', 'dane'],
  ['strip-sts.plain', 'mta-sts'],
  ['swap-sts.plain', 'mta-sts'],
  ['strip-flag.plain', 'none'],
  ['swap-flag.plain', 'none'],
  ['delay.plain', 'none'],
  ['cut.plain', 'none'],
  ['cut-late.plain', 'none'],
] as const satisfies readonly (readonly [string, Protection])[]

export type HostileName = (typeof hostileNames)[number][0]

export const hostile: readonly HostileDomain[] = hostileNames.map(([domain, protection], at) => ({
  domain,
  protection,
  address: places.proxies[at] ?? '',
}))

const { postfix, exim, policies, postfix6, dead6, names } = places

/** Domains whose servers do what they should. */
export const honest = {
  postfix: 'postfix.world',
  exim: 'exim.plain',
  implicit: 'implicit.world',
  alias: 'alias.world',
  international: '郵政.world',
  six: 'six.world',
  fallback: 'fallback.world',
  nullMx: 'null.world',
  wrongMx: 'wrongmx.plain',
  bogus: 'forged.bogus',
} as const

const international = 'xn--5bvx68g.world'

/** Domains that have a policy at `mta-sts.`, and which servers it names. */
export const stsPolicies: ReadonlyMap<string, string> = new Map([
  [honest.exim, `mx.${honest.exim}`],
  [honest.wrongMx, 'mx.somebody-else.plain'],
  ...hostile
    .filter(({ protection }) => protection === 'mta-sts')
    .map(({ domain }) => [domain, `mx.${domain}`] as const),
])

/** Every name that a certificate of the world is for. */
export const certificateNames: readonly string[] = [
  `mx.${honest.postfix}`,
  `mx.${honest.exim}`,
  `mx.${international}`,
  `mx.${honest.wrongMx}`,
  honest.implicit,
  ...hostile.map(({ domain }) => `mx.${domain}`),
  ...[...stsPolicies.keys()].map((domain) => `mta-sts.${domain}`),
]

/** Records in the form of a zone file. `tlsa`: usage, selector, matching type, hash. */
export function zoneOf(zone: 'world' | 'plain' | 'bogus', tlsa: string): string {
  const lines = [
    `$ORIGIN ${zone}.`,
    '$TTL 60',
    `@ SOA ns.${zone}. root.${zone}. 1 3600 600 86400 60`,
    `@ NS ns.${zone}.`,
    `ns A ${names}`,
  ]
  const add = (name: string, ...records: readonly string[]) => {
    if (name.endsWith(`.${zone}`)) lines.push(...records.map((record) => `${name}. ${record}`))
  }
  const serve = (domain: string, ...addresses: readonly string[]) => {
    add(domain, `MX 10 mx.${domain}.`)
    add(`mx.${domain}`, ...addresses)
  }
  serve(honest.postfix, `A ${postfix}`)
  add(`_25._tcp.mx.${honest.postfix}`, `TLSA ${tlsa}`)
  serve(honest.exim, `A ${exim}`)
  serve(international, `A ${postfix}`)
  serve(honest.six, `AAAA ${postfix6}`)
  serve(honest.fallback, `AAAA ${dead6}`, `A ${postfix}`)
  serve(honest.wrongMx, `A ${postfix}`)
  serve(honest.bogus, `A ${postfix}`)
  add(honest.implicit, `A ${postfix}`)
  add(honest.alias, `CNAME ${honest.postfix}.`)
  add(honest.nullMx, 'MX 0 .')
  for (const { domain, address, protection } of hostile) {
    serve(domain, `A ${address}`)
    if (protection === 'dane') add(`_25._tcp.mx.${domain}`, `TLSA ${tlsa}`)
  }
  for (const domain of stsPolicies.keys()) {
    add(`_mta-sts.${domain}`, 'TXT "v=STSv1; id=1;"')
    add(`mta-sts.${domain}`, `A ${policies}`)
  }
  return `${lines.join('\n')}\n`
}
