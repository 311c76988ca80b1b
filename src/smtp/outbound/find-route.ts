/** Which hosts take mail for a domain, in which order. RFC 5321 §5.1, RFC 7505. Pure but for the resolver. */
import { isIP } from 'node:net'
import { domainToASCII } from 'node:url'
import { isRefusal } from '../../base/refusal.ts'
import type { MailExchange, MailResolver } from '../../dns/types.ts'
import type { QueueReply } from '../../queue/types.ts'
import { ourReplies } from './replies.ts'

export type Route =
  /** Host names or addresses, the best first. */
  | { readonly kind: 'hosts'; readonly hosts: readonly string[] }
  | { readonly kind: 'none'; readonly reply: QueueReply }

export interface RouteParts {
  readonly resolver: MailResolver
  /** Our own name: a domain whose best exchange we are would loop. */
  readonly hostname: string
  /** In [0, 1): hosts of one preference share the load (RFC 5321 §5.1). */
  readonly random: () => number
}

export async function findRoute(parts: RouteParts, domain: string): Promise<Route> {
  const literal = addressOfLiteral(domain)
  if (literal !== undefined) return { kind: 'hosts', hosts: [literal] }
  const name = domainToASCII(domain)
  if (name === '') return none(ourReplies.noSuchDomain)
  try {
    const exchanges = await parts.resolver.mailExchanges(name)
    if (exchanges === undefined) return none(ourReplies.noSuchDomain)
    // RFC 5321 §5.1: a domain without an MX is its own.
    if (exchanges.length === 0) return await implicitRoute(parts, name)
    return routeOver(parts, exchanges)
  } catch (error) {
    if (isRefusal(error, 'try-again')) return none(ourReplies.dns)
    throw error
  }
}

function none(reply: QueueReply): Route {
  return { kind: 'none', reply }
}

/** `[192.0.2.1]` or `[IPv6:2001:db8::1]` (RFC 5321 §4.1.3). */
function addressOfLiteral(domain: string): string | undefined {
  const found = /^\[(?:IPv6:)?([0-9a-f:.]+)\]$/i.exec(domain)?.[1]
  return found !== undefined && isIP(found) !== 0 ? found : undefined
}

async function implicitRoute({ resolver }: RouteParts, name: string): Promise<Route> {
  const addresses = await resolver.addresses(name)
  if (addresses === undefined || addresses.length === 0) return none(ourReplies.noSuchDomain)
  return { kind: 'hosts', hosts: [name] }
}

function routeOver(parts: RouteParts, exchanges: readonly MailExchange[]): Route {
  if (exchanges.every(({ host }) => host === '' || host === '.')) return none(ourReplies.nullMx)
  const own = exchanges.find(({ host }) => host === parts.hostname)?.preference
  // Those as far away as ourselves would send it back to us.
  const nearer = exchanges.filter(
    ({ host, preference }) => host !== '' && (own === undefined || preference < own),
  )
  if (nearer.length === 0) return none(ourReplies.loop)
  const ranked = nearer.map((exchange) => ({ ...exchange, lot: parts.random() }))
  ranked.sort((a, b) => a.preference - b.preference || a.lot - b.lot)
  return { kind: 'hosts', hosts: ranked.map(({ host }) => host) }
}
