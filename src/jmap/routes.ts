/** The JMAP door: its routes on the HTTPS listener. RFC 8620 §2.2, §3.1, §6, §7.3. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Principal } from '../access/types.ts'
import { Refusal, isRefusal } from '../base/refusal.ts'
import { mayUpload } from './blob/upload.ts'
import { accountsOf, type Account } from './core/account.ts'
import { Requests } from './core/answer-requests.ts'
import { download } from './core/download.ts'
import { EventStreams, type EventsAsked } from './core/event-source.ts'
import { RequestProblem } from './core/problems.ts'
import { parseRequest } from './core/request.ts'
import { prefix, sessionOf, sessionPath, webSocketPath } from './core/session.ts'
import { SignIns } from './core/sign-ins.ts'
import { upload, UploadCounts } from './core/upload.ts'
import { sizeRequestMax } from './limits.ts'
import type { JmapParts } from './ports.ts'
import { WebSockets } from './web-socket/sockets.ts'

/** Ends with the server. */
export function addJmapRoutes(app: FastifyInstance, parts: JmapParts): void {
  void app.register(async (jmap) => {
    const door = new Door(parts)
    door.listenOn(app)
    jmap.addHook('preClose', async () => door[Symbol.dispose]())
    jmap.setErrorHandler(async (error: Error, request, reply) => {
      // Only browsers say so, and a page's 401 must not open their own window for a password.
      if (request.headers['sec-fetch-site'] === undefined) challenge(error, reply)
      return answerFault(door, error, reply)
    })
    jmap.removeAllContentTypeParsers()
    jmap.addContentTypeParser(
      '*',
      { parseAs: 'buffer' },
      async (_request: unknown, body: Buffer) => body,
    )
    jmap.get('/.well-known/jmap', async (_request, reply) => reply.redirect(sessionPath, 307))
    jmap.get(sessionPath, async (request) => {
      const principal = await door.principalOf(request)
      door.warm(principal)
      return sessionOf(parts, principal, `https://${hostOf(request)}`)
    })
    jmap.post(`${prefix}/api`, {
      bodyLimit: sizeRequestMax,
      onRequest: (request, reply) => door.admit(request, reply, sizeRequestMax),
      handler: (request, reply) => door.api(request, reply),
    })
    jmap.post(`${prefix}/upload/:accountId`, {
      bodyLimit: parts.messageOctetsMax,
      onRequest: (request, reply) => door.admitUpload(request, reply),
      handler: (request, reply) => door.upload(request, reply),
    })
    jmap.get(`${prefix}/download/:accountId/:blobId/:name`, (request, reply) =>
      door.download(request, reply),
    )
    // RFC 9110 §15.5.22: for who speaks HTTP there.
    jmap.get(webSocketPath, async (_request, reply) =>
      reply.code(426).header('upgrade', 'websocket').send(),
    )
    jmap.get(`${prefix}/events`, (request, reply) => door.events(request, reply))
  })
}

/** What the routes share. */
class Door implements Disposable {
  readonly parts: JmapParts
  readonly #signIns: SignIns
  readonly #streams: EventStreams
  readonly #uploads = new UploadCounts()
  readonly #requests: Requests
  readonly #sockets: WebSockets
  /** Who stands behind a request that was admitted before its body was read. */
  readonly #admitted = new WeakMap<FastifyRequest, Principal>()

  constructor(parts: JmapParts) {
    this.parts = parts
    this.#signIns = new SignIns(parts)
    this.#streams = new EventStreams(parts)
    this.#requests = new Requests(parts)
    const shared = { parts, requests: this.#requests, signIns: this.#signIns }
    this.#sockets = new WebSockets({ ...shared, statusOf })
  }

  listenOn(app: FastifyInstance): void {
    this.#sockets.listenOn(app)
  }

  principalOf(request: FastifyRequest): Promise<Principal> {
    return this.#signIns.principalOf(request)
  }

  /** Who asks for the session will work with his account: nobody waits for it. */
  warm(principal: Principal): void {
    const [own] = accountsOf(this.parts, principal)
    if (own?.may('mail.read') !== true) return
    this.parts.store.warmSearch(own.id).catch((error: unknown) => {
      this.parts.log.error('filters were not read', error, { door: 'jmap', what: 'session' })
    })
  }

  /** Nobody's body is read before it is known who he is. */
  async admit(request: FastifyRequest, reply: FastifyReply, octetsMax: number): Promise<void> {
    this.#admitted.set(request, await this.principalOf(request))
    const { budget } = this.parts
    const declared = Number(request.headers['content-length'] ?? octetsMax)
    // More than is allowed is refused when it is read, and never held.
    const octets = Number.isSafeInteger(declared) ? Math.min(declared, octetsMax) : octetsMax
    if (!budget.take(octets)) throw new Refusal('too-busy')
    reply.raw.once('close', () => budget.give(octets))
  }

  async admitUpload(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    await this.admit(request, reply, this.parts.messageOctetsMax)
    const account = this.#accountOf(request, this.#admittedOf(request))
    if (!mayUpload(account)) throw new Refusal('not-permitted')
    const slot = this.#uploads.take(account.principal.id)
    reply.raw.once('close', () => slot[Symbol.dispose]())
  }

  #admittedOf(request: FastifyRequest): Principal {
    const principal = this.#admitted.get(request)
    if (principal === undefined) throw new Refusal('bad-credentials')
    return principal
  }

  #accountOf(request: FastifyRequest, principal: Principal): Account {
    const { accountId } = request.params as { readonly accountId: string } // The route has it.
    const account = accountsOf(this.parts, principal).find(({ id }) => id === accountId)
    if (account === undefined) throw new Refusal('not-found')
    return account
  }

  async api(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const principal = this.#admittedOf(request)
    if (!/^application\/json(?:\s*;|$)/i.test(request.headers['content-type'] ?? ''))
      throw new RequestProblem('notJSON', 'The content type of a request is application/json.')
    const asked = parseRequest(Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0))
    const response = await this.#requests.answer({ principal, remoteAddress: request.ip }, asked)
    // Octets are sealed for the connection as they are; a string would be read once more.
    const octets = Buffer.from(JSON.stringify(response))
    return reply.type('application/json; charset=utf-8').send(octets)
  }

  upload(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const account = this.#accountOf(request, this.#admittedOf(request))
    return upload(account, request, reply)
  }

  async download(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const account = this.#accountOf(request, await this.principalOf(request))
    // The route has them; the query has what the client wrote.
    const { blobId, name } = request.params as { readonly blobId: string; readonly name: string }
    const { type } = request.query as { readonly type?: unknown }
    const asked = { blobId, name, type: typeof type === 'string' ? type : undefined }
    return download(account, asked, request, reply)
  }

  async events(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const principal = await this.principalOf(request)
    const lastEventId = request.headers['last-event-id']
    const asked = { ...eventsAsked(request.query), lastEventId: lastEventId?.toString() }
    await this.#streams.open(principal, asked, reply)
  }

  [Symbol.dispose](): void {
    this.#sockets[Symbol.dispose]()
    this.#streams[Symbol.dispose]()
    this.#signIns[Symbol.dispose]()
  }
}

/** RFC 8620 §7.3. Refusal('invalid'). */
function eventsAsked(query: unknown): Omit<EventsAsked, 'lastEventId'> {
  // What the client wrote after the question mark.
  const { types, closeafter, ping } = query as Readonly<Record<string, unknown>>
  const isWrong =
    typeof types !== 'string' ||
    (closeafter !== 'state' && closeafter !== 'no') ||
    typeof ping !== 'string' ||
    !/^\d{1,6}$/.test(ping)
  if (isWrong) throw new Refusal('invalid')
  return {
    types: types === '*' ? undefined : new Set(types.split(',')),
    closesAfterState: closeafter === 'state',
    pingSeconds: Number(ping),
  }
}

/** As the client reached us; a name that is none says nothing to others anyhow. */
function hostOf({ host }: FastifyRequest): string {
  return /^[\w.:[\]-]{1,255}$/.test(host) ? host : 'localhost'
}

function answerFault({ parts }: Door, error: Error, reply: FastifyReply): FastifyReply {
  const problem = problemOf(error, reply.request)
  if (problem === undefined) {
    if (isRefusal(error)) return answerRefusal(error, reply)
    const status = 'statusCode' in error && Number(error.statusCode) < 500 ? 400 : 500
    if (status === 500) parts.log.error('request failed', error, { door: 'jmap' })
    return sendProblem(reply, status, { title: 'The request cannot be served', status })
  }
  return sendProblem(reply, 400, problem.body)
}

function problemOf(error: Error, request: FastifyRequest): RequestProblem | undefined {
  if (error instanceof RequestProblem) return error
  if (!('code' in error) || error.code !== 'FST_ERR_CTP_BODY_TOO_LARGE') return undefined
  const isUpload = request.url.startsWith(`${prefix}/upload/`)
  const limit = isUpload ? 'maxSizeUpload' : 'maxSizeRequest'
  return new RequestProblem('limit', 'What is sent is too large.', limit)
}

const statuses: Readonly<Partial<Record<Refusal['code'], number>>> = {
  'bad-credentials': 401,
  throttled: 429,
  suspended: 403,
  'not-permitted': 403,
  'not-found': 404,
  'no-such-account': 404,
  'no-such-message': 404,
  'over-quota': 507,
  'too-large': 413,
  invalid: 400,
}

/** RFC 7617 §2.1 */
function challenge(error: Error, reply: FastifyReply): void {
  if (isRefusal(error, 'bad-credentials'))
    void reply.header('www-authenticate', 'Basic realm="Tamar", charset="UTF-8"')
}

function statusOf(error: unknown): number {
  return isRefusal(error) ? (statuses[error.code] ?? 503) : 500
}

function answerRefusal(error: Refusal, reply: FastifyReply): FastifyReply {
  const status = statusOf(error)
  return sendProblem(reply, status, { title: 'The request cannot be served', status })
}

function sendProblem(reply: FastifyReply, status: number, body: object): FastifyReply {
  return reply.code(status).type('application/problem+json').send(body)
}
