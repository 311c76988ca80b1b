/** `/auth/session`, `/auth/sessions`, `/auth/sign-out`: what somebody has open. */
import type { FastifyInstance, FastifyReply } from 'fastify'
import { z } from 'zod'
import { Refusal } from '../../base/refusal.ts'
import { formatCookie, sessionCookie } from '../../net/session-cookie.ts'
import type { AuthParts } from './ports.ts'
import { parse, sessionOf, viewOf } from './request.ts'

const sessionParams = z.object({ id: z.uuid() })

export function addSessions(auth: FastifyInstance, parts: AuthParts): void {
  const { web } = parts
  auth.get('/auth/session', async (request) => viewOf(await sessionOf(parts, request)))
  auth.get('/auth/sessions', async (request) => {
    const { principal } = await sessionOf(parts, request)
    return { sessions: await web.sessionsOf(principal) }
  })
  auth.delete('/auth/sessions/:id', async (request, reply) => {
    const { principal } = await sessionOf(parts, request)
    const { id } = parse(sessionParams, request.params)
    if (!(await web.end(principal, id, request.ip))) throw new Refusal('not-found')
    return id === principal.sessionId ? signedOut(reply) : reply.code(204).send()
  })
  auth.delete('/auth/sessions', async (request, reply) => {
    const { principal } = await sessionOf(parts, request)
    await web.endOthers(principal, request.ip)
    return reply.code(204).send()
  })
  auth.post('/auth/sign-out', async (request, reply) => {
    const { principal } = await sessionOf(parts, request)
    await web.end(principal, principal.sessionId, request.ip)
    return signedOut(reply)
  })
}

/** The browser forgets all it kept of us, also what its workers hold. */
function signedOut(reply: FastifyReply): FastifyReply {
  void reply.header('set-cookie', formatCookie(sessionCookie, '', 0))
  return reply.code(204).header('clear-site-data', '"storage"').send()
}
