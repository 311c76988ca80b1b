/**
 * Records of any kind that judging a sender asks for, each kind by itself. RFC 1035, RFC 3596. It keeps
 * nothing: a local resolver does.
 */
import { Resolver } from 'node:dns/promises'
import { Refusal } from '../base/refusal.ts'
import { queryTimeoutMs, queryTries } from './limits.ts'
import type { MailExchange } from './types.ts'

/** What stands in one record of a kind. */
export interface RecordKinds {
  readonly A: string
  readonly AAAA: string
  readonly CNAME: string
  readonly MX: MailExchange
  readonly PTR: string
  /** In one piece. */
  readonly TXT: string
}

export interface RecordResolver {
  /**
   * Undefined: no such name. Empty: it has nothing of this kind.
   * @throws Refusal('try-again') when nobody can say now.
   */
  records<K extends keyof RecordKinds>(
    name: string,
    kind: K,
  ): Promise<readonly RecordKinds[K][] | undefined>
}

/** `servers`: addresses, with a port where it is not 53; those of the machine if there are none. */
export function createRecordResolver(servers: readonly string[] = []): RecordResolver {
  const resolver = new Resolver({ timeout: queryTimeoutMs, tries: queryTries })
  if (servers.length > 0) resolver.setServers(servers)
  const asks: {
    readonly [K in keyof RecordKinds]: (name: string) => Promise<readonly RecordKinds[K][]>
  } = {
    A: (name) => resolver.resolve4(name),
    AAAA: (name) => resolver.resolve6(name),
    CNAME: (name) => resolver.resolveCname(name),
    MX: async (name) =>
      (await resolver.resolveMx(name)).map(({ priority, exchange }) => ({
        preference: priority,
        host: exchange,
      })),
    PTR: (name) => resolver.resolvePtr(name),
    TXT: async (name) => (await resolver.resolveTxt(name)).map((pieces) => pieces.join('')),
  }
  return { records: (name, kind) => ask(() => asks[kind](name)) }
}

async function ask<T>(query: () => Promise<readonly T[]>): Promise<readonly T[] | undefined> {
  try {
    return await query()
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (code === 'ENOTFOUND' || code === 'EBADNAME') return undefined
    if (code === 'ENODATA') return []
    throw new Refusal('try-again', { what: 'dns', dns: code }, { cause: error })
  }
}
