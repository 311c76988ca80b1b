/** Plugs in what sends to other systems, where the configuration wants any. */
import type { Clock } from '../base/clock.ts'
import { createResolver } from '../dns/create-resolver.ts'
import type { Transport } from '../queue/types.ts'
import { createRemoteTransport } from '../smtp/outbound/remote-transport.ts'
import type { Config } from './config.ts'

/** RFC 5321 §4.5.4.2. */
const smtpPort = 25

/** Undefined: mail for other systems stays in the queue. */
export function openOutbound(
  { outbound, hostname }: Config,
  clock: Clock,
): (Transport & Disposable) | undefined {
  const parts = { clock, hostname, random: Math.random }
  if (outbound.kind === 'no') return undefined
  if (outbound.kind === 'direct') {
    const { resolvers, port, mayUseLoopback } = outbound
    const resolver = createResolver(resolvers)
    return createRemoteTransport({ ...parts, resolver, port, mayUseLoopback })
  }
  const { host, port } = outbound
  const where = { port: smtpPort, mayUseLoopback: false, smartHost: { host, port } }
  return createRemoteTransport({ ...parts, resolver: createResolver(), ...where })
}
