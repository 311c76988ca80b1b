/** What the policies of the platform say of mail that leaves, as the transport asks it. */
import type { Clock } from '../base/clock.ts'
import { parseRoute, parseVerifiedTls } from '../directory/policies/outbound.ts'
import type { Directory } from '../directory/types.ts'
import type { OutboundRules } from '../smtp/outbound/remote-transport.ts'

export function outboundRules(directory: Pick<Directory, 'policy'>, clock: Clock): OutboundRules {
  const routes = byDomain(() => directory.policy('outbound.routes'), parseRoute)
  const verified = byDomain(() => directory.policy('outbound.verified-tls'), parseVerifiedTls)
  return {
    routeTo: (domain) => routes().get(domain),
    hostsOf: (domain) => {
      const entry = verified().get(domain)
      const today = new Date(clock.now()).toISOString().slice(0, 10)
      return entry !== undefined && entry.until >= today ? entry.hosts : undefined
    },
  }
}

/** Read anew when the policy is another. */
function byDomain<T extends { readonly domain: string }>(
  policy: () => readonly string[],
  parse: (text: string) => T | undefined,
): () => ReadonlyMap<string, T> {
  let read: readonly string[] | undefined
  let entries: ReadonlyMap<string, T> = new Map()
  return () => {
    const value = policy()
    if (value !== read) {
      entries = new Map(value.flatMap((text) => parse(text) ?? []).map((one) => [one.domain, one]))
      read = value
    }
    return entries
  }
}
