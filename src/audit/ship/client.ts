/** The audit process as a node meets it: HTTPS with mutual TLS on connections that are kept. */
import { once } from 'node:events'
import { Agent, request } from 'node:https'
import type { IncomingMessage } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { z } from 'zod'
import { Refusal } from '../../base/refusal.ts'
import type { Batch } from '../batch.ts'
import { formatBatch } from '../batch.ts'
import type { Credential } from '../credential.ts'
import { requestTimeoutMs, socketsMax } from './limits.ts'

const tipSchema = z.object({ seq: z.number(), mac: z.string() })
const refusedSchema = z.object({
  node: z.string(),
  seq: z.number(),
  what: z.string(),
  held: z.number(),
})
const receiptSchema = z.object({
  sealed: z.record(z.string(), z.number()),
  size: z.number(),
  refused: z.exactOptional(refusedSchema),
})
const chainSchema = z.object({
  tip: tipSchema,
  proven: z.exactOptional(
    z.object({
      seq: z.number(),
      mac: z.string(),
      index: z.number(),
      leaf: z.base64(),
      proof: z.array(z.base64()),
      checkpoint: z.string(),
    }),
  ),
})

const resolvedSchema = z.object({ seq: z.number() })

export type ShipReceipt = z.infer<typeof receiptSchema>
export type HeldChain = z.infer<typeof chainSchema>

/** Every call throws Refusal('audit-unavailable') when there is no answer. */
export interface AuditClient extends Disposable {
  send(batch: Batch): Promise<ShipReceipt>
  chain(node: string): Promise<HeldChain>
  /** Names are about to be looked up. @returns the number of its entry in the log. */
  resolve(asked: ResolutionAsked): Promise<number>
  /** A path of the log's public layout or of the API; undefined: there is none. */
  get(path: string): Promise<Buffer | undefined>
}

export interface ResolutionAsked {
  readonly pseudonyms: readonly string[]
  readonly ticket: string
  readonly approvedBy: string
}

export interface ClientOptions {
  /** `https://audit.gov.example:9443` */
  readonly url: string
  readonly credential: Credential
}

export function createAuditClient({ url, credential }: ClientOptions): AuditClient {
  const { key, certificate: cert, ca } = credential
  const agent = new Agent({ key, cert, ca, keepAlive: true, maxSockets: socketsMax })
  const ask = (method: 'GET' | 'POST', path: string, body?: Buffer) =>
    exchange(agent, method, new URL(path, `${url}/`), body)
  return {
    async send(batch) {
      const { status, body } = await ask('POST', 'v1/entries', formatBatch(batch))
      if (status !== 200 && status !== 409) throw away('entries', { status, said: said(body) })
      return receiptSchema.parse(JSON.parse(body.toString()))
    },
    async chain(node) {
      const { status, body } = await ask('GET', `v1/chains/${encodeURIComponent(node)}`)
      if (status !== 200) throw away('chain', { status, said: said(body) })
      return chainSchema.parse(JSON.parse(body.toString()))
    },
    async resolve(asked) {
      const { status, body } = await ask(
        'POST',
        'v1/resolutions',
        Buffer.from(JSON.stringify(asked)),
      )
      if (status !== 200) throw away('resolutions', { status, said: said(body) })
      return resolvedSchema.parse(JSON.parse(body.toString())).seq
    },
    async get(path) {
      const { status, body } = await ask('GET', path)
      if (status === 404) return undefined
      if (status !== 200) throw away(path, { status, said: said(body) })
      return body
    },
    [Symbol.dispose]: () => agent.destroy(),
  }
}

async function exchange(agent: Agent, method: string, url: URL, body: Buffer | undefined) {
  try {
    const signal = AbortSignal.timeout(requestTimeoutMs)
    const length = body === undefined ? {} : { 'content-length': body.length }
    const asked = request(url, { agent, method, headers: length, signal })
    asked.end(body)
    // `once` gives what the event carries: node:https has no narrower word for it.
    const [response] = (await once(asked, 'response')) as [IncomingMessage]
    return { status: response.statusCode ?? 0, body: await buffer(response) }
  } catch (error) {
    throw new Refusal(
      'audit-unavailable',
      { what: 'audit process', host: url.host },
      { cause: error },
    )
  }
}

function away(what: string, facts: { readonly status: number; readonly said: string }): Refusal {
  return new Refusal('audit-unavailable', { what, ...facts })
}

/** What it said of the cause, for our log: its own words, never an entry's. */
function said(body: Buffer): string {
  return body.toString('utf8', 0, Math.min(body.length, 500))
}
