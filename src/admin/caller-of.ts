/** Who stands behind a request: a person with a token (RFC 6750), or the operator at the socket. */
import type { FastifyRequest } from 'fastify'
import { networkOf } from '../access/throttle/network.ts'
import { isRefusal, Refusal } from '../base/refusal.ts'
import type { Caller } from './callers.ts'
import type { Service } from './routes.ts'
import type { Question } from './verb.ts'

const bearer = /^Bearer +([\w.~+/-]+=*) *$/i

/** Refusal('bad-credentials' | 'throttled') */
export async function callerOf(
  { parts, rate, isLocal }: Service,
  request: FastifyRequest,
  question: Question,
): Promise<Caller> {
  const field = request.headers.authorization
  if (field === undefined && isLocal) return parts.callers.operator()
  if (field === undefined) {
    rate.stranger(networkOf(request.ip))
    if (question === 'anyone') return stranger
    throw new Refusal('bad-credentials', { message: 'This needs a token.' })
  }
  const caller = await byToken(bearer.exec(field)?.[1])
  rate.caller(caller.sessionId ?? '')
  return caller

  async function byToken(token: string | undefined): Promise<Caller> {
    try {
      if (token === undefined) throw new Refusal('bad-credentials')
      return await parts.callers.byToken(token)
    } catch (error) {
      // Guessing is hopeless; this keeps it from being work for the database.
      // On the local socket nobody has an address.
      const network = isLocal ? '' : networkOf(request.ip)
      if (isRefusal(error, 'bad-credentials')) rate.stranger(network)
      throw error
    }
  }
}

function refuse(): never {
  throw new Refusal('not-permitted')
}

const stranger: Caller = {
  kind: 'person',
  personId: undefined,
  departmentId: undefined,
  principalId: undefined,
  sessionId: undefined,
  gate: { reachOf: () => undefined, permit: refuse },
  offices: () => [],
  requireGrant: async () => refuse(),
}
