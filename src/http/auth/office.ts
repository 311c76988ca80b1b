/** `/auth/office`: a token for the admin API, for who has just said again who he is. docs/sign-in.md */
import type { FastifyInstance } from 'fastify'
import type { AuthParts } from './ports.ts'
import { sessionOf } from './request.ts'

export function addOffice(auth: FastifyInstance, parts: AuthParts): void {
  auth.post('/auth/office', async (request, reply) => {
    const session = await sessionOf(parts, request)
    const { token, expiresAt } = await parts.web.openOffice(session, request.ip)
    return reply.code(201).send({ token, expiresAt })
  })
}
