/** `/auth/password`: a person's own password, changed by himself. */
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { AuthParts } from './ports.ts'
import { clientOf, giveSession, line, parse, sessionOf } from './request.ts'

const body = z.strictObject({ present: line.optional(), password: line })

export function addPassword(auth: FastifyInstance, parts: AuthParts): void {
  auth.post('/auth/password', async (request, reply) => {
    const wanted = parse(body, request.body)
    const session = await sessionOf(parts, request)
    const opened = await parts.web.changePassword(session, clientOf(request), wanted)
    return { session: giveSession(reply, opened) }
  })
}
