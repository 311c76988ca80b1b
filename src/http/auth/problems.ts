/** What the sign-in API says when it says no. RFC 9457, with `code` for programs. */
import type { FastifyInstance, FastifyReply } from 'fastify'
import { isRefusal } from '../../base/refusal.ts'
import type { Log } from '../../telemetry/log.ts'
import { statusOf } from '../refusals.ts'

/** Not a refusal of a lower room: the request itself is not one that is served here. */
export class AuthProblem extends Error {
  override readonly name = 'AuthProblem'
  readonly status: number
  readonly code: string

  constructor(status: number, code: string) {
    super(code)
    this.status = status
    this.code = code
  }
}

const titles: Readonly<Record<string, string>> = {
  'bad-credentials': 'That is not right, or the session is over',
  throttled: 'Too many attempts; wait a little',
  suspended: 'The account is suspended',
  'not-permitted': 'This is not permitted here',
  'wrong-factor': 'That is not right; try again',
  'sign-in-again': 'Too many tries; begin with the password',
  'confirm-needed': 'Say again who you are',
  'not-from-our-page': 'The request does not come from a page of this server',
  'wrong-media-type': 'The body is to be application/json',
  invalid: 'The request is not understood',
  'not-found': 'There is no such thing',
}

export function addAuthErrors(app: FastifyInstance, log: Log): void {
  app.setErrorHandler(async (error: Error, _request, reply) => {
    if (error instanceof AuthProblem) return sendProblem(reply, error.status, error.code)
    if (isRefusal(error)) {
      log.refused('request refused', error, { door: 'http', route: '/auth' })
      const status = statusOf(error.code)
      const { field, what } = error.facts
      if (what === 'confirm') return sendProblem(reply, 403, 'confirm-needed')
      return sendProblem(reply, status, error.code, typeof field === 'string' ? { field } : {})
    }
    const status = 'statusCode' in error ? Number(error.statusCode) : 500
    if (status < 500)
      return sendProblem(reply, status, status === 415 ? 'wrong-media-type' : 'invalid')
    log.error('request failed', error, { door: 'http', route: '/auth' })
    return sendProblem(reply, 500, 'try-again')
  })
}

function sendProblem(
  reply: FastifyReply,
  status: number,
  code: string,
  more: object = {},
): FastifyReply {
  if (status === 429) void reply.header('retry-after', '60')
  const title = titles[code] ?? 'The request cannot be served'
  return reply
    .code(status)
    .type('application/problem+json')
    .send({ title, status, code, ...more })
}
