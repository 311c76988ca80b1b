/** Asks the resolvers of the machine, or those it is given. It keeps nothing: a local resolver does. */
import { Resolver } from 'node:dns/promises'
import { Refusal } from '../base/refusal.ts'
import { queryTimeoutMs, queryTries } from './limits.ts'
import type { MailExchange, MailResolver, TextResolver } from './types.ts'

/** `servers`: addresses, with a port where it is not 53; those of the machine if there are none. */
export function createResolver(servers: readonly string[] = []): MailResolver & TextResolver {
  const resolver = new Resolver({ timeout: queryTimeoutMs, tries: queryTries })
  if (servers.length > 0) resolver.setServers(servers)
  return {
    mailExchanges: async (domain) => {
      const records = await ask(() => resolver.resolveMx(domain))
      return records?.map(exchangeOf)
    },
    texts: async (name) => {
      const records = await ask(() => resolver.resolveTxt(name))
      return records?.map((pieces) => pieces.join(''))
    },
    addresses: async (host) => {
      const [six, four] = await Promise.all([
        ask(() => resolver.resolve6(host)),
        ask(() => resolver.resolve4(host)),
      ])
      return six === undefined && four === undefined ? undefined : [...(six ?? []), ...(four ?? [])]
    },
  }
}

function exchangeOf(record: {
  readonly priority: number
  readonly exchange: string
}): MailExchange {
  return { preference: record.priority, host: record.exchange.toLowerCase().replace(/\.$/, '') }
}

/** Undefined: no such name. Empty: the name is there and has nothing of this kind. */
async function ask<T>(query: () => Promise<T[]>): Promise<readonly T[] | undefined> {
  try {
    return await query()
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (code === 'ENOTFOUND' || code === 'EBADNAME') return undefined
    if (code === 'ENODATA') return []
    throw new Refusal('try-again', { what: 'dns', dns: code }, { cause: error })
  }
}
