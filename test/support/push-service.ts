/** A push service on loopback, as RFC 8030 has one: it keeps what is posted to it, and opens it as the device would. */
import assert from 'node:assert/strict'
import { createECDH, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingHttpHeaders } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import ece from 'http_ece'
import { importJWK, jwtVerify, type JWTPayload } from 'jose'
import { makeCertificate } from './certificate.ts'
import { until } from './until.ts'

const arrivalMs = 10_000

export interface Posted {
  readonly path: string
  readonly method: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export interface Reaction {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
}

/** What a device gives the platform, and keeps for itself. */
export class Device {
  readonly #ecdh = createECDH('prime256v1')
  readonly #auth = randomBytes(16).toString('base64url')
  readonly keys: { readonly p256dh: string; readonly auth: string }

  constructor() {
    const p256dh = this.#ecdh.generateKeys().toString('base64url')
    this.keys = { p256dh, auth: this.#auth }
  }

  open(body: Buffer): string {
    const parameters = { version: 'aes128gcm', privateKey: this.#ecdh } as const
    return ece.decrypt(body, { ...parameters, authSecret: this.#auth }).toString()
  }
}

export async function openPushService(host: string) {
  const certificate = await makeCertificate([host])
  const posted: Posted[] = []
  const reactions = new Map<string, Reaction[]>()
  const server = createServer(certificate, (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { url: path = '', method = '', headers } = request
      posted.push({ path, method, headers, body: Buffer.concat(chunks) })
      const waiting = reactions.get(path) ?? []
      // The last one stays.
      const next = waiting.length > 1 ? waiting.shift() : waiting[0]
      response.writeHead(next?.status ?? 201, next?.headers).end('x'.repeat(100))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A server on an address and port has an address with a port.
  const { port } = server.address() as AddressInfo
  const at = (path: string) => posted.filter((each) => each.path === path)
  return {
    certificate,
    posted,
    url: (path: string) => `https://${host}:${port}${path}`,
    origin: `https://${host}:${port}`,
    at,
    /** In this order; the last again and again. */
    react: (path: string, ...some: readonly Reaction[]) => void reactions.set(path, [...some]),
    /** The number of those at this path that came. */
    until: (path: string, count: number) =>
      until(`push ${count} to ${path}`, arrivalMs, () => {
        const there = at(path)
        return there.length >= count && there
      }),
    [Symbol.asyncDispose]: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

export type PushService = Awaited<ReturnType<typeof openPushService>>

/** RFC 8292 §3, by jose: of whom the push is. */
export async function vapidClaimsOf(
  { headers }: Posted,
  audience: string,
  currentDate = new Date(),
): Promise<{ readonly publicKey: string; readonly payload: JWTPayload }> {
  const field = /^vapid t=([\w.-]+), k=([\w-]+)$/.exec(headers.authorization ?? '')
  assert.ok(field, 'there is a token')
  const [, token = '', publicKey = ''] = field
  const point = Buffer.from(publicKey, 'base64url')
  const x = point.subarray(1, 33).toString('base64url')
  const y = point.subarray(33).toString('base64url')
  const key = await importJWK({ kty: 'EC', crv: 'P-256', x, y }, 'ES256')
  const { payload } = await jwtVerify(token, key, { audience, currentDate, algorithms: ['ES256'] })
  return { publicKey, payload }
}
