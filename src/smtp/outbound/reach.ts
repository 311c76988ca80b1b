/**
 * Opens a session with the first host of a route that answers. Encrypted where the host can; in clear
 * only where nothing asks for more (RFC 7435) and only after the encrypted way failed.
 */
import { isIP } from 'node:net'
import { isRefusal } from '../../base/refusal.ts'
import type { MailResolver } from '../../dns/types.ts'
import { isReachable } from './addresses.ts'
import { OutboundConnection, TlsFault, type ConnectOptions } from './connection.ts'
import { addressesMax } from './limits.ts'
import type { QueueReply } from '../../queue/types.ts'
import { ourReplies, replyOf } from './replies.ts'

export interface ReachParts {
  readonly resolver: MailResolver
  readonly hostname: string
  readonly port: number
  /** On one machine only: a host on the loopback network may be sent to. */
  readonly mayUseLoopback: boolean
}

/** Nobody answered, or nobody in a way that was allowed. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable'
  readonly reply: QueueReply

  constructor(reply: QueueReply, options?: ErrorOptions) {
    super('no mail server answers', options)
    this.reply = reply
  }
}

/** @throws Unreachable */
export async function reach(
  parts: ReachParts,
  hosts: readonly string[],
  tls: 'required' | 'opportunistic',
): Promise<OutboundConnection> {
  let last: Unreachable | undefined
  let tried = 0
  for (const host of hosts)
    for (const address of await addressesOf(parts, host)) {
      if (tried++ === addressesMax) break
      try {
        return await connect({ ...parts, address, servername: host, tls })
      } catch (error) {
        last = new Unreachable(replyFor(error, tls), { cause: error })
      }
    }
  throw last ?? new Unreachable(ourReplies.noAddress)
}

async function addressesOf(
  { resolver, mayUseLoopback }: ReachParts,
  host: string,
): Promise<readonly string[]> {
  const found = isIP(host) === 0 ? await resolve(resolver, host) : [host]
  return found.filter((address) => isReachable(address, mayUseLoopback))
}

/** A host whose name cannot be resolved now is as good as down: the next one may answer. */
async function resolve(resolver: MailResolver, host: string): Promise<readonly string[]> {
  try {
    return (await resolver.addresses(host)) ?? []
  } catch (error) {
    if (isRefusal(error, 'try-again')) return []
    throw error
  }
}

async function connect(options: ConnectOptions): Promise<OutboundConnection> {
  try {
    return await OutboundConnection.open(options)
  } catch (error) {
    if (options.tls !== 'opportunistic' || !(error instanceof TlsFault)) throw error
    return OutboundConnection.open({ ...options, tls: 'none' })
  }
}

function replyFor(error: unknown, tls: 'required' | 'opportunistic'): QueueReply {
  if (tls === 'required' && error instanceof TlsFault) return ourReplies.noTls
  if (error instanceof Error && 'responseCode' in error && typeof error.responseCode === 'number') {
    const response = 'response' in error ? String(error.response) : ''
    // RFC 5321 §4.2.4.2: who refuses the session refuses it now; another host may take the mail.
    const { enhanced, text } = replyOf(error.responseCode, response)
    return { code: 451, enhanced: enhanced.replace(/^5/, '4'), text }
  }
  return ourReplies.noAnswer
}
