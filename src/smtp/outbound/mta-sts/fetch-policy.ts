/** Fetches a policy over HTTPS, from a host whose certificate is trusted for its name. RFC 8461 §3.3. */
import type { IncomingMessage } from 'node:http'
import { get } from 'node:https'
import type { LookupFunction } from 'node:net'
import type { MailResolver } from '../../../dns/types.ts'
import { isReachable } from '../addresses.ts'
import type { TlsFailure } from '../tls-policy/demand.ts'
import { connectTimeoutMs, fetchTimeoutMs, policyOctetsMax } from './limits.ts'
import { parseStsPolicy } from './parse.ts'
import type { StsPolicy } from './types.ts'

export interface FetchParts {
  readonly resolver: Pick<MailResolver, 'texts' | 'addresses'>
  readonly mayUseLoopback: boolean
  /** 443, but on a machine where everything is tried on itself. */
  readonly port: number
}

/** There is a record and no policy behind it. */
export class PolicyFault extends Error {
  override readonly name = 'PolicyFault'
  readonly failure: TlsFailure

  constructor(failure: TlsFailure, options?: ErrorOptions) {
    super('no policy could be fetched', options)
    this.failure = failure
  }
}

/** @throws PolicyFault */
export async function fetchPolicy(parts: FetchParts, domain: string): Promise<StsPolicy> {
  const host = `mta-sts.${domain}`
  const text = await fetchText(parts, host).catch((error: unknown) => {
    if (error instanceof PolicyFault) throw error
    const isTls =
      error instanceof Error &&
      'code' in error &&
      /CERT|SELF_SIGNED|ISSUER/.test(String(error.code))
    throw new PolicyFault(isTls ? 'sts-webpki-invalid' : 'sts-policy-fetch-error', { cause: error })
  })
  const policy = parseStsPolicy(text)
  if (policy === undefined) throw new PolicyFault('sts-policy-invalid')
  return policy
}

async function fetchText(parts: FetchParts, host: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const request = get(
    {
      host,
      servername: host,
      port: parts.port,
      path: '/.well-known/mta-sts.txt',
      agent: false,
      lookup: lookupBy(parts),
      timeout: connectTimeoutMs,
      signal: AbortSignal.timeout(fetchTimeoutMs),
      minVersion: 'TLSv1.2',
      headers: { accept: 'text/plain' },
    },
    resolve,
  )
  request.on('error', reject)
  request.on('timeout', () => request.destroy(new Error('the host does not answer')))
  try {
    return await readText(await promise)
  } finally {
    request.destroy()
  }
}

/** RFC 8461 §3.3: no redirect, and nothing but text. */
async function readText(response: IncomingMessage): Promise<string> {
  const type = response.headers['content-type'] ?? ''
  if (response.statusCode !== 200) throw new PolicyFault('sts-policy-fetch-error')
  if (!/^text\/plain\s*(?:;|$)/i.test(type)) throw new PolicyFault('sts-policy-invalid')
  const chunks: Buffer[] = []
  let octets = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    octets += chunk.length
    if (octets > policyOctetsMax) throw new PolicyFault('sts-policy-invalid')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

/** By the resolver that is asked for mail, and nowhere where mail may not go. */
function lookupBy({ resolver, mayUseLoopback }: FetchParts): LookupFunction {
  return (host, { all }, callback) => {
    const find = async () => {
      const { records = [] } = await resolver.addresses(host)
      const found = records.filter((address) => isReachable(address, mayUseLoopback))
      const [first] = found
      if (first === undefined) throw new Error('the host has no address')
      const some = found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
      if (all === true) callback(null, some)
      else callback(null, first, first.includes(':') ? 6 : 4)
    }
    find().catch((error: unknown) => callback(error as Error, ''))
  }
}
