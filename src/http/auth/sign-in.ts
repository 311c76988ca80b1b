/** `/auth/sign-in`, `/auth/second-factor/…`, `/auth/passkey`: the steps by which somebody comes in. */
import type { FastifyInstance, FastifyReply } from 'fastify'
import { z } from 'zod'
import type { ShownFactor, SignInStep } from '../../access/web/types.ts'
import { formatCookie } from '../../net/session-cookie.ts'
import { stepSeconds } from '../limits.ts'
import type { AuthParts } from './ports.ts'
import { AuthProblem } from './problems.ts'
import {
  clientOf,
  giveSession,
  line,
  parse,
  passkeyShown,
  shownCode,
  stepCookie,
  stepTokenOf,
} from './request.ts'

const signInBody = z.strictObject({ address: line, password: line })

export function addSignIn(auth: FastifyInstance, parts: AuthParts): void {
  const { web } = parts
  auth.post('/auth/sign-in', async (request, reply) => {
    const { address, password } = parse(signInBody, request.body)
    return answer(reply, await web.signIn(clientOf(request), address, password))
  })
  for (const method of ['totp', 'recovery'] as const)
    auth.post(`/auth/second-factor/${method}`, async (request, reply) => {
      const shown: ShownFactor = { method, ...parse(shownCode, request.body) }
      return answer(reply, await web.showFactor(clientOf(request), stepTokenOf(request), shown))
    })
  auth.post('/auth/second-factor/passkey/options', async (request) =>
    web.askForPasskey(stepTokenOf(request)),
  )
  auth.post('/auth/second-factor/passkey', async (request, reply) => {
    const shown = passkeyShown(parts, request)
    return answer(reply, await web.showFactor(clientOf(request), stepTokenOf(request), shown))
  })
  auth.post('/auth/passkey/options', async () => web.askForPasskey(undefined))
  auth.post('/auth/passkey', async (request, reply) => {
    const opened = await web.signInByPasskey(clientOf(request), passkeyShown(parts, request))
    return { session: giveSession(reply, opened) }
  })
}

function answer(reply: FastifyReply, step: SignInStep): object {
  if (step.kind === 'session') return { session: giveSession(reply, step) }
  const { token } = step
  const cookie =
    token === undefined
      ? formatCookie(stepCookie, '', 0)
      : formatCookie(stepCookie, token, stepSeconds)
  void reply.header('set-cookie', cookie)
  if (step.kind === 'wrong')
    throw new AuthProblem(401, token === undefined ? 'sign-in-again' : 'wrong-factor')
  return { next: step.kind, methods: step.methods }
}
