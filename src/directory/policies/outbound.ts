/**
 * The entries of the two policies of mail that leaves: who must have verified TLS, and who is reached
 * by another way than the DNS says. One line of text each, so that people can read and write them.
 * Pure.
 */
import { domainToASCII } from 'node:url'
import type { Order, PolicyChange } from './orders.ts'

/** `partner.example until=2027-06-30 hosts=mx.partner.example,*.mail.example` */
export interface VerifiedTls {
  readonly domain: string
  /** The last day, inclusive, in UTC. */
  readonly until: string
  /** Whom the domain may be served by; its own names when nothing is said. */
  readonly hosts: readonly string[]
}

/** `legacy.gov.example via mail.legacy.gov.example:25` */
export interface MailRoute {
  readonly domain: string
  readonly host: string
  readonly port: number
}

const verifiedPattern = /^(\S+) until=(\d{4}-\d{2}-\d{2})(?: hosts=(\S+))?$/
const routePattern = /^(\S+) via ([a-z0-9.-]{1,253}):(\d{1,5})$/i

export function parseVerifiedTls(text: string): VerifiedTls | undefined {
  const [, name = '', until = '', listed] = verifiedPattern.exec(text) ?? []
  const domain = asciiOf(name)
  const hosts = listed?.split(',').map(patternOf) ?? [domain ?? '', `*.${domain ?? ''}`]
  if (domain === undefined || Number.isNaN(Date.parse(until))) return undefined
  return hosts.every((host) => host !== undefined) ? { domain, until, hosts } : undefined
}

export function parseRoute(text: string): MailRoute | undefined {
  const [, name = '', host = '', port = ''] = routePattern.exec(text) ?? []
  const domain = asciiOf(name)
  const at = Number(port)
  if (domain === undefined || at < 1 || at > 65_535) return undefined
  return { domain, host: host.toLowerCase(), port: at }
}

function asciiOf(name: string): string | undefined {
  const ascii = /^[^\s@/:[\]*]+\.[^\s@/:[\]*]+$/.test(name) ? domainToASCII(name) : ''
  return ascii === '' ? undefined : ascii
}

function patternOf(name: string): string | undefined {
  if (!name.startsWith('*.')) return asciiOf(name)
  const parent = asciiOf(name.slice(2))
  return parent && `*.${parent}`
}

/** Another domain, a later day, fewer hosts: stricter. */
export const verifiedTlsOrder: Order<readonly string[]> = {
  compare: (from, to): PolicyChange => {
    const [before, after] = [from, to].map((list) =>
      list.flatMap((one) => parseVerifiedTls(one) ?? []),
    )
    const isKept = (before ?? []).every((old) => (after ?? []).some((one) => coversAll(one, old)))
    if (!isKept) return 'weaker'
    return from.toSorted().join('\n') === to.toSorted().join('\n') ? 'same' : 'stricter'
  },
  combine: (a, b) => [...new Set([...a, ...b])].toSorted(),
  words: 'more domains, later days, fewer hosts',
}

function coversAll(one: VerifiedTls, old: VerifiedTls): boolean {
  const isNarrow = one.hosts.every((host) => old.hosts.includes(host))
  return one.domain === old.domain && one.until >= old.until && isNarrow
}
