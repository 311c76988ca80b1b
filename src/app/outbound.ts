/** Plugs in what sends to other systems, where the configuration wants any. */
import type { Clock } from '../base/clock.ts'
import type { Directory } from '../directory/types.ts'
import { createResolver } from '../dns/create-resolver.ts'
import type { MailResolver } from '../dns/types.ts'
import type { NoteTlsSession } from '../report/tls/types.ts'
import type { Transport } from '../queue/types.ts'
import { createStsPolicies } from '../smtp/outbound/mta-sts/policies.ts'
import { createRemoteTransport } from '../smtp/outbound/remote-transport.ts'
import type { Config } from './config.ts'
import type { Ground } from './ground.ts'
import { outboundRules } from './outbound-rules.ts'

/** RFC 5321 §4.5.4.2. */
const smtpPort = 25

const httpsPort = 443

export interface OutboundParts {
  readonly config: Config
  readonly clock: Clock
  readonly ground: Pick<Ground, 'database' | 'keys'>
  readonly directory: Pick<Directory, 'policy'>
  readonly noteTls?: NoteTlsSession
}

/** Undefined: mail for other systems stays in the queue. */
export function openOutbound(parts: OutboundParts): (Transport & Disposable) | undefined {
  const { clock, config, ground, directory, noteTls } = parts
  const { outbound, hostname } = config
  if (outbound.kind === 'no') return undefined
  const resolver = openResolver(config)
  const way =
    outbound.kind === 'direct'
      ? { port: outbound.port, mayUseLoopback: outbound.mayUseLoopback }
      : { port: smtpPort, mayUseLoopback: false, smartHost: outbound }
  const { database } = ground
  const { mayUseLoopback } = way
  const keys = ground.keys.platform
  const sts = { resolver, database, keys, clock, mayUseLoopback, port: httpsPort }
  const rules = outboundRules(directory, clock)
  const common = {
    resolver,
    clock,
    hostname,
    random: Math.random,
    rules,
    ...(noteTls && { noteTls }),
  }
  return createRemoteTransport({ ...common, ...way, sts: createStsPolicies(sts) })
}

/** Who is asked for other domains' records. */
export function openResolver({ outbound }: Config): MailResolver {
  if (outbound.kind !== 'direct') return createResolver()
  return createResolver(outbound.resolvers, { isTrusted: outbound.trustsResolvers })
}
