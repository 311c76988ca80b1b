/**
 * `/auth`: how people come in by a browser, in JSON. The contract is in `docs/sign-in.md`. Whatever
 * changes something must come from a page of ours; the session is in a cookie no script sees.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { WebClient, WebSession } from '../../access/web/types.ts'
import { isRefusal, Refusal } from '../../base/refusal.ts'
import {
  clearCookie,
  findSessionToken,
  formatCookie,
  sessionCookie,
} from '../../net/session-cookie.ts'
import { isFromOwnPage } from '../../net/own-page.ts'
import { clientName } from './client-name.ts'
import type { AuthParts } from './ports.ts'
import { addAuthErrors, AuthProblem } from './problems.ts'
import { AuthRate } from './rate.ts'

const line = z.string().min(1).max(1_024)
const signInBody = z.strictObject({ address: line, password: line })
const sessionParams = z.object({ id: z.uuid() })

export function addAuthRoutes(app: FastifyInstance, parts: AuthParts): void {
  void app.register(async (auth) => {
    addAuthErrors(auth, parts.log)
    acceptJsonAlone(auth)
    const rate = new AuthRate(parts.clock)
    auth.addHook('onRequest', async (request) => {
      rate.take(request.ip)
      if (!isReading(request) && !isFromOwnPage(request.headers))
        throw new AuthProblem(403, 'not-from-our-page')
    })
    addSignIn(auth, parts)
    addSessions(auth, parts)
  })
}

/** A form of another site could carry nothing that is understood. */
function acceptJsonAlone(auth: FastifyInstance): void {
  auth.removeAllContentTypeParsers()
  const parser = auth.getDefaultJsonParser('error', 'error')
  auth.addContentTypeParser('application/json', { parseAs: 'string' }, parser)
}

function isReading({ method }: FastifyRequest): boolean {
  return method === 'GET' || method === 'HEAD'
}

function addSignIn(auth: FastifyInstance, { web, log }: AuthParts): void {
  auth.post('/auth/sign-in', async (request, reply) => {
    const { address, password } = parse(signInBody, request.body)
    try {
      const { token, session } = await web.signIn(clientOf(request), address, password)
      void reply.header('set-cookie', formatCookie(sessionCookie, token))
      return { session: viewOf(session) }
    } catch (error) {
      if (!isRefusal(error, 'not-permitted')) throw error
      log.refused('request refused', error, { door: 'http', route: '/auth/sign-in' })
      throw new AuthProblem(403, 'second-factor-needed')
    }
  })
  auth.post('/auth/sign-out', async (request, reply) => {
    const { principal } = await sessionOf(web, request)
    await web.end(principal, principal.sessionId, request.ip)
    return signedOut(reply)
  })
}

function addSessions(auth: FastifyInstance, { web }: AuthParts): void {
  auth.get('/auth/session', async (request) => viewOf(await sessionOf(web, request)))
  auth.get('/auth/sessions', async (request) => {
    const { principal } = await sessionOf(web, request)
    return { sessions: await web.sessionsOf(principal) }
  })
  auth.delete('/auth/sessions/:id', async (request, reply) => {
    const { principal } = await sessionOf(web, request)
    const { id } = parse(sessionParams, request.params)
    if (!(await web.end(principal, id, request.ip))) throw new Refusal('not-found')
    return id === principal.sessionId ? signedOut(reply) : reply.code(204).send()
  })
}

/** The browser forgets all it kept of us, also what its workers hold. */
function signedOut(reply: FastifyReply): FastifyReply {
  void reply.header('set-cookie', clearCookie(sessionCookie))
  return reply.code(204).header('clear-site-data', '"storage"').send()
}

/** Refusal('bad-credentials') */
function sessionOf(web: AuthParts['web'], request: FastifyRequest): Promise<WebSession> {
  const token = findSessionToken(request.headers.cookie)
  if (token === undefined) throw new Refusal('bad-credentials')
  return web.find(token, request.headers['x-tamar-background'] !== '1')
}

function clientOf(request: FastifyRequest): WebClient {
  return { remoteAddress: request.ip, client: clientName(request.headers['user-agent']) }
}

function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value)
  if (!parsed.success)
    throw new Refusal('invalid', { field: parsed.error.issues[0]?.path.join('.') ?? '' })
  return parsed.data
}

function viewOf(session: WebSession): Omit<WebSession, 'principal'> {
  const { person, signedInAt, expiresAt, idleUntil, hasSecondFactor } = session
  return { person, signedInAt, expiresAt, idleUntil, hasSecondFactor }
}
