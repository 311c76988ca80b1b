/** Which hosts take mail for a domain, in which order. RFC 5321 §5.1, RFC 7505. Pure but for the resolver. */
import { isIP } from 'node:net'
import { domainToASCII } from 'node:url'
import { isRefusal } from '../../base/refusal.ts'
import type { Answer, MailExchange, MailResolver } from '../../dns/types.ts'
import type { QueueReply } from '../../queue/types.ts'
import { ourReplies } from './replies.ts'

export type Route =
  /** Host names or addresses, the best first. `isSecure`: nobody can have put others there. */
  | {
      readonly kind: 'hosts'
      readonly hosts: readonly string[]
      readonly isSecure: boolean
      readonly isLiteral?: true
    }
  | { readonly kind: 'none'; readonly reply: QueueReply }

export interface RouteParts {
  readonly resolver: Pick<MailResolver, 'mailExchanges' | 'addresses'>
  /** Our own name: a domain whose best exchange we are would loop. */
  readonly hostname: string
  /** In [0, 1): hosts of one preference share the load (RFC 5321 §5.1). */
  readonly random: () => number
}

export async function findRoute(parts: RouteParts, domain: string): Promise<Route> {
  const literal = addressOfLiteral(domain)
  if (literal !== undefined)
    return { kind: 'hosts', hosts: [literal], isSecure: true, isLiteral: true }
  const name = domainToASCII(domain)
  if (name === '') return none(ourReplies.noSuchDomain)
  try {
    const answer = await parts.resolver.mailExchanges(name)
    if (answer.records === undefined) return none(ourReplies.noSuchDomain)
    // RFC 5321 §5.1: a domain without an MX is its own; an alias leads to what it means.
    if (answer.records.length === 0) return await implicitRoute(parts, answer)
    return routeOver(parts, answer.records, answer.isSecure)
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

async function implicitRoute(
  { resolver }: RouteParts,
  { name, isSecure }: Answer<MailExchange>,
): Promise<Route> {
  const { records = [] } = await resolver.addresses(name)
  if (records.length === 0) return none(ourReplies.noSuchDomain)
  return { kind: 'hosts', hosts: [name], isSecure }
}

function routeOver(
  parts: RouteParts,
  exchanges: readonly MailExchange[],
  isSecure: boolean,
): Route {
  if (exchanges.every(({ host }) => host === '' || host === '.')) return none(ourReplies.nullMx)
  const own = exchanges.find(({ host }) => host === parts.hostname)?.preference
  // Those as far away as ourselves would send it back to us.
  const nearer = exchanges.filter(
    ({ host, preference }) => host !== '' && (own === undefined || preference < own),
  )
  if (nearer.length === 0) return none(ourReplies.loop)
  const ranked = nearer.map((exchange) => ({ ...exchange, lot: parts.random() }))
  ranked.sort((a, b) => a.preference - b.preference || a.lot - b.lot)
  return { kind: 'hosts', hosts: ranked.map(({ host }) => host), isSecure }
}
