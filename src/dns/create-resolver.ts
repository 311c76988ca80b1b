/**
 * Asks the resolvers of the machine, or those it is given. It keeps nothing: a local resolver does.
 * That something was validated is believed of a resolver on this machine, or of all where whoever
 * configured them says that the way to them is safe (RFC 7672 §2.1.1, RFC 4035 §4.9.3).
 */
import { getServers } from 'node:dns'
import type { RecordType } from 'dns-packet'
import { Refusal } from '../base/refusal.ts'
import { aliasesMax, queryTries, serversMax } from './limits.ts'
import { query } from './query.ts'
import { parseServerAddress, type ServerAddress } from './server-address.ts'
import type { Answer, MailExchange, MailResolver, TlsaRecord } from './types.ts'

export interface ResolverOptions {
  /** Whether one that is not on this machine is believed, too. */
  readonly isTrusted?: boolean
}

/** `servers`: addresses, with a port where it is not 53; those of the machine if there are none. */
export function createResolver(
  servers: readonly string[] = [],
  { isTrusted = false }: ResolverOptions = {},
): MailResolver {
  const asked = (servers.length > 0 ? servers : getServers())
    .map(parseServerAddress)
    .filter((server) => server !== undefined)
    .slice(0, serversMax)
  const find = <T>(name: string, type: RecordType, pick: Pick<T>) =>
    ask({ servers: asked, isTrusted }, { name, type, pick })
  return {
    mailExchanges: (domain) => find(domain, 'MX', exchangeOf),
    texts: async (name) => (await find(name, 'TXT', textOf)).records,
    addresses: async (host) =>
      both(await Promise.all([find(host, 'AAAA', String), find(host, 'A', String)])),
    tlsa: (name) => find(name, 'TLSA', tlsaOf),
    alias: (name) => find(name, 'CNAME', (data) => clean(String(data))),
  }
}

/** From what the library read of a record of this kind. */
type Pick<T> = (data: unknown) => T

interface Wish<T> {
  readonly name: string
  readonly type: RecordType
  readonly pick: Pick<T>
}

interface Asked {
  readonly servers: readonly ServerAddress[]
  readonly isTrusted: boolean
}

async function ask<T>({ servers, isTrusted }: Asked, wish: Wish<T>): Promise<Answer<T>> {
  let cause: unknown
  let said = 'nobody'
  for (let round = 0; round < queryTries; round++)
    for (const server of servers) {
      try {
        const reply: Heard = await query(server, wish)
        said = reply.rcode ?? ''
        if (said === 'NOERROR' || said === 'NXDOMAIN')
          return answerOf(reply, wish, isTrusted || server.isLocal)
      } catch (error) {
        cause = error
      }
    }
  // RFC 4035 §5.5: a resolver that finds something forged says that it failed.
  throw new Refusal('try-again', { what: 'dns', dns: said }, { cause })
}

/** Of the library's types, what is used: they leave the response code out. */
interface Heard {
  readonly rcode?: string | undefined
  readonly flag_ad: boolean
  readonly answers?: readonly HeardRecord[] | undefined
}

interface HeardRecord {
  readonly type: string
  readonly name: string
  readonly data?: unknown
}

function answerOf<T>(reply: Heard, { name, type, pick }: Wish<T>, isBelieved: boolean): Answer<T> {
  const answers = reply.answers ?? []
  const of = (kind: string, owner: string) =>
    answers.filter((one) => one.type === kind && clean(one.name) === owner)
  let owner = clean(name)
  const hopsMax = type === 'CNAME' ? 0 : aliasesMax
  for (let hops = 0; hops < hopsMax; hops++) {
    const [alias] = of('CNAME', owner)
    if (alias === undefined) break
    owner = clean(String(alias.data))
  }
  const records = of(type, owner).map(({ data }) => pick(data))
  return {
    records: reply.rcode === 'NXDOMAIN' ? undefined : records,
    isSecure: isBelieved && reply.flag_ad,
    name: owner,
  }
}

/** Of both kinds together no more is validated than of each. */
function both([six, four]: readonly [Answer<string>, Answer<string>]): Answer<string> {
  const isThere = six.records !== undefined || four.records !== undefined
  return {
    records: isThere ? [...(six.records ?? []), ...(four.records ?? [])] : undefined,
    isSecure: six.isSecure && four.isSecure,
    name: four.name,
  }
}

// The library gives these shapes for records of their kind.

function exchangeOf(data: unknown): MailExchange {
  const { preference, exchange } = data as { preference: number; exchange: string }
  // The root, as the null MX names it, is the empty name.
  return { preference, host: clean(exchange) }
}

function tlsaOf(data: unknown): TlsaRecord {
  const { certificate, ...numbers } = data as Omit<TlsaRecord, 'data'> & { certificate: Buffer }
  return { ...numbers, data: Buffer.from(certificate) }
}

function textOf(data: unknown): string {
  const pieces = (Array.isArray(data) ? data : [data]) as readonly Buffer[]
  return Buffer.concat(pieces.map((piece) => Buffer.from(piece))).toString()
}

function clean(name: string): string {
  return name.toLowerCase().replace(/\.$/, '')
}
