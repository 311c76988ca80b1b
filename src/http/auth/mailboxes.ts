/** `/auth/mailboxes`: a person's own mailboxes and those of his posts; who opened them, whom he lets in. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Asking, AuthParts } from './ports.ts'
import { line, parse, sessionOf } from './request.ts'

const mailbox = z.object({ id: z.uuid() })
const delegation = z.object({ id: z.uuid(), delegation: z.uuid() })
const newDelegation = z.strictObject({
  address: line,
  rights: z.string().min(1).max(16),
  to: z.int().positive().optional(),
})

export function addMailboxes(auth: FastifyInstance, parts: AuthParts): void {
  const { web, mailboxes } = parts
  const asking = async (request: FastifyRequest): Promise<Asking> => {
    const { principal } = await sessionOf(parts, request)
    return { principal, remoteAddress: request.ip }
  }
  auth.get('/auth/mailboxes', async (request) => ({
    mailboxes: await mailboxes.list(await asking(request)),
  }))
  auth.get('/auth/mailboxes/:id/ledger', async (request) =>
    mailboxes.ledgerOf(await asking(request), parse(mailbox, request.params).id),
  )
  auth.get('/auth/mailboxes/:id/delegations', async (request) =>
    mailboxes.delegationsOf(await asking(request), parse(mailbox, request.params).id),
  )
  auth.post('/auth/mailboxes/:id/delegations', async (request, reply) => {
    const { id } = parse(mailbox, request.params)
    const wanted = parse(newDelegation, request.body)
    const session = await sessionOf(parts, request)
    // It outlives the session and lets another read.
    await web.requireFresh(session)
    await mailboxes.delegate(
      { principal: session.principal, remoteAddress: request.ip },
      id,
      wanted,
    )
    return reply.code(201).send({})
  })
  auth.delete('/auth/mailboxes/:id/delegations/:delegation', async (request, reply) => {
    const { id, delegation: wanted } = parse(delegation, request.params)
    await mailboxes.endDelegation(await asking(request), id, wanted)
    return reply.code(204).send()
  })
}
