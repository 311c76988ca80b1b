/**
 * The HTTPS door of the audit process: mutual TLS 1.3 only, with certificates of its own authority,
 * and of those only the enrolled. RFC 8446 §4.3.2, RFC 9110.
 */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { CertificateFiles } from '../../net/certificates.ts'
import type { EnrolledList } from './enrolment.ts'
import { batchOctetsMax, closeGraceMs } from './limits.ts'
import { answerRoute } from './routes.ts'
import type { Answer, RouteParts } from './routes.ts'

export interface AuditServerOptions extends RouteParts {
  readonly listen: { readonly host: string; readonly port: number }
  readonly certificates: CertificateFiles
  readonly enrolled: EnrolledList
  /** A fault of ours, or a disk that does not take entries. */
  readonly onFault: (error: unknown) => void
}

export interface AuditServer extends AsyncDisposable {
  readonly address: { readonly host: string; readonly port: number }
}

export async function openAuditServer(options: AuditServerOptions): Promise<AuditServer> {
  const { listen, certificates } = options
  const server = createServer(
    {
      key: readFileSync(certificates.keyPath),
      cert: readFileSync(certificates.certificatePath),
      ca: readFileSync(certificates.caPath),
      requestCert: true,
      rejectUnauthorized: true,
      minVersion: 'TLSv1.3',
      keepAliveTimeout: 0,
    },
    (request, response) => void serve(options, request, response),
  )
  server.listen(listen.port, listen.host)
  await once(server, 'listening')
  // A TCP server has an address and a port.
  const { address: host, port } = server.address() as AddressInfo
  return {
    address: { host, port },
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeIdleConnections()
      const cut = setTimeout(() => server.closeAllConnections(), closeGraceMs)
      await closed
      clearTimeout(cut)
    },
  }
}

async function serve(
  options: AuditServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    send(response, await answer(options, request))
  } catch (error) {
    // Whoever asked has gone; or it is a fault of ours.
    if (!request.errored && !request.destroyed) options.onFault(error)
    if (!response.headersSent) send(response, plain(500))
    else response.destroy()
  }
}

async function answer(options: AuditServerOptions, request: IncomingMessage): Promise<Answer> {
  const { socket } = request
  const certificate = socket instanceof TLSSocket ? socket.getPeerCertificate() : undefined
  const enrolled = options.enrolled.find(certificate?.fingerprint256 ?? '')
  const { remoteAddress } = socket
  if (enrolled === undefined) {
    await options.own.refuses(undefined, 'audit.connect', remoteAddress)
    return plain(403)
  }
  const body = await readBody(request)
  if (body === undefined) return plain(413)
  const path = (request.url ?? '/').slice(1)
  return answerRoute(options, { method: request.method ?? '', path, body, enrolled, remoteAddress })
}

/** Undefined: more than a batch may be. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let octets = 0
  for await (const chunk of request) {
    // No encoding is set, so chunks are Buffers.
    octets += (chunk as Buffer).length
    if (octets > batchOctetsMax) return undefined
    chunks.push(chunk as Buffer)
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)
}

function send(response: ServerResponse, { status, contentType, body }: Answer): void {
  response.writeHead(status, { 'content-type': contentType, 'content-length': body.length })
  response.end(body)
}

function plain(status: number): Answer {
  return { status, contentType: 'text/plain', body: Buffer.alloc(0) }
}
