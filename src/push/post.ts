/**
 * One POST to a push service. RFC 8030 §5, RFC 8620 §7.2. Its address was named by a client: it is called over
 * HTTPS alone, out on the Internet alone, is not followed elsewhere, and of its answer only the status counts.
 */
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { request as requestThere } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { secondMs } from '../base/clock.ts'
import type { MailResolver } from '../dns/types.ts'
import { answerOctetsMax, connectTimeoutMs, postTimeoutMs, ttlSeconds } from './limits.ts'
import { isPublic } from './public-address.ts'

export interface PostParts {
  readonly resolver: Pick<MailResolver, 'addresses'>
  /** On a machine where everything is tried on itself. */
  readonly mayUseLoopback: boolean
}

export interface Push {
  readonly url: string
  readonly body: Buffer
  readonly isEncrypted: boolean
  readonly authorization: string
}

export interface PushAnswer {
  readonly status: number
  /** RFC 9110 §10.2.3 */
  readonly retryAfterMs: number | undefined
}

const httpsPort = '443'

/** Undefined: no push service may be there. A name, so that where it leads is looked at each time. */
export function parsePushUrl(text: string, mayUseLoopback: boolean): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol !== 'https:' || !text.startsWith('https://')) return undefined
  const { hostname, username, password, port, hash } = url
  const isName = isIP(hostname) === 0 && !hostname.startsWith('[') && hostname.includes('.')
  const isPlain = username === '' && password === '' && hash === ''
  const isPort = port === '' || port === httpsPort || mayUseLoopback
  return isName && isPlain && isPort ? url : undefined
}

/** Rejects when nobody answered, or nobody wants to know any more. */
export async function post(parts: PostParts, push: Push, signal: AbortSignal): Promise<PushAnswer> {
  const url = parsePushUrl(push.url, parts.mayUseLoopback)
  if (url === undefined) throw new Error('no push service may be there')
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const request = requestThere(
    url,
    {
      method: 'POST',
      agent: false,
      lookup: lookupBy(parts),
      timeout: connectTimeoutMs,
      signal: AbortSignal.any([signal, AbortSignal.timeout(postTimeoutMs)]),
      minVersion: 'TLSv1.2',
      headers: headersOf(push),
      maxHeaderSize: answerOctetsMax,
    },
    resolve,
  )
  request.on('error', reject)
  request.on('timeout', () => request.destroy(new Error('the push service does not answer')))
  request.end(push.body)
  try {
    const response = await promise
    const { statusCode: status = 0 } = response
    await readOver(response)
    return { status, retryAfterMs: parseRetryAfter(response.headers['retry-after']) }
  } finally {
    request.destroy()
  }
}

function headersOf({ body, isEncrypted, authorization }: Push): Record<string, string | number> {
  return {
    'content-type': 'application/json',
    'content-length': body.length,
    ...(isEncrypted && { 'content-encoding': 'aes128gcm' }),
    ttl: ttlSeconds,
    urgency: 'normal',
    authorization,
  }
}

/** Its status is known; whatever else it says is let go, and no more of it than little. */
async function readOver(response: IncomingMessage): Promise<void> {
  let octets = 0
  response.on('data', (chunk: Buffer) => {
    octets += chunk.length
    if (octets > answerOctetsMax) response.destroy()
  })
  response.on('error', () => undefined)
  await once(response, 'close').catch(() => undefined)
}

function parseRetryAfter(field: string | undefined): number | undefined {
  return field !== undefined && /^\d{1,9}$/.test(field) ? Number(field) * secondMs : undefined
}

/** Looked up for this connection, and connected to nothing else: a name cannot lead elsewhere in between. */
function lookupBy({ resolver, mayUseLoopback }: PostParts): LookupFunction {
  return (host, { all }, callback) => {
    const find = async () => {
      const { records = [] } = await resolver.addresses(host)
      // One that leads inside at all is no push service's.
      const [first] = records.every((each) => isPublic(each, mayUseLoopback)) ? records : []
      if (first === undefined) throw new Error('the host has no address for this')
      const family = (address: string) => (address.includes(':') ? 6 : 4)
      if (all === true)
        callback(
          null,
          records.map((address) => ({ address, family: family(address) })),
        )
      else callback(null, first, family(first))
    }
    // What is thrown here is an Error of the resolver's or the one above.
    find().catch((error: unknown) => callback(error as Error, ''))
  }
}
