/** `/auth/factors`, `/auth/recovery-codes`: a person's own second factors. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { AddedFactor, Adding } from '../../access/web/types.ts'
import { findSessionToken } from '../../net/session-cookie.ts'
import type { AuthParts } from './ports.ts'
import {
  clientOf,
  giveSession,
  newPasskey,
  newTotp,
  originOf,
  parse,
  sessionOf,
  stepTokenOf,
} from './request.ts'

const factorParams = z.object({ id: z.uuid() })

export function addFactors(auth: FastifyInstance, parts: AuthParts): void {
  const { web } = parts
  auth.get('/auth/factors', async (request) => {
    const { factors, recoveryCodesLeft } = await web.factorsOf(await sessionOf(parts, request))
    return {
      factors: factors.map((one) => ({ ...one, usedAt: one.usedAt ?? null })),
      recoveryCodesLeft,
    }
  })
  auth.post('/auth/factors/totp/options', async (request) =>
    web.beginTotp(await addingOf(parts, request)),
  )
  auth.post('/auth/factors/totp', async (request, reply) => {
    const shown = { kind: 'totp', ...parse(newTotp, request.body) } as const
    return added(reply, await web.addFactor(await addingOf(parts, request), shown))
  })
  auth.post('/auth/factors/passkey/options', async (request) =>
    web.beginPasskey(await addingOf(parts, request)),
  )
  auth.post('/auth/factors/passkey', async (request, reply) => {
    const origin = originOf(parts, request)
    const shown = { kind: 'passkey', origin, ...parse(newPasskey, request.body) } as const
    return added(reply, await web.addFactor(await addingOf(parts, request), shown))
  })
  auth.delete('/auth/factors/:id', async (request, reply) => {
    const { id } = parse(factorParams, request.params)
    await web.removeFactor(await sessionOf(parts, request), id, request.ip)
    return reply.code(204).send()
  })
  auth.post('/auth/recovery-codes', async (request, reply) => {
    const codes = await web.makeRecoveryCodes(await sessionOf(parts, request), request.ip)
    return reply.code(201).send({ recoveryCodes: codes })
  })
}

/** Who is signed in, or who may not be before he has a factor. */
async function addingOf(parts: AuthParts, request: FastifyRequest): Promise<Adding> {
  if (findSessionToken(request.headers.cookie) !== undefined)
    return { session: await sessionOf(parts, request) }
  return { stepToken: stepTokenOf(request), from: clientOf(request) }
}

function added(reply: FastifyReply, { id, recoveryCodes, opened }: AddedFactor): FastifyReply {
  const session = opened === undefined ? {} : { session: giveSession(reply, opened) }
  const codes = recoveryCodes === undefined ? {} : { recoveryCodes }
  return reply.code(201).send({ id, ...codes, ...session })
}
