/** `/auth/app-passwords`, `/auth/programs`: how a person's mail programs come in. Architecture D14. */
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { scopes } from '../../access/credentials/content.ts'
import type { AuthParts } from './ports.ts'
import { line, parse, sessionOf } from './request.ts'

const newAppPassword = z.strictObject({
  label: line,
  scopes: z.array(z.enum(scopes)).min(1).max(scopes.length).default(['imap', 'smtp']),
  expiresAt: z.int().positive().optional(),
})
const params = z.object({ id: z.uuid() })

export function addAppPasswords(auth: FastifyInstance, parts: AuthParts): void {
  const { web } = parts
  auth.get('/auth/app-passwords', async (request) => {
    const lines = await web.appPasswordsOf(await sessionOf(parts, request))
    const appPasswords = lines.map((one) => ({
      ...one,
      expiresAt: one.expiresAt ?? null,
      usedAt: one.usedAt ?? null,
    }))
    return { appPasswords }
  })
  auth.post('/auth/app-passwords', async (request, reply) => {
    const wanted = parse(newAppPassword, request.body)
    const session = await sessionOf(parts, request)
    return reply.code(201).send(await web.createAppPassword(session, wanted, request.ip))
  })
  auth.delete('/auth/app-passwords/:id', async (request, reply) => {
    const { id } = parse(params, request.params)
    await web.revokeAppPassword(await sessionOf(parts, request), id, request.ip)
    return reply.code(204).send()
  })
  auth.get('/auth/programs', async (request) => {
    const { principal } = await sessionOf(parts, request)
    return { programs: parts.oauth.programsOf(principal) }
  })
  auth.delete('/auth/programs/:id', async (request, reply) => {
    const { id } = parse(params, request.params)
    const { principal } = await sessionOf(parts, request)
    await parts.oauth.end(principal, id, request.ip)
    return reply.code(204).send()
  })
}
