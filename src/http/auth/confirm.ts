/** `/auth/confirm`: somebody signed in says again who he is, for what is guarded. */
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { ShownConfirmation } from '../../access/web/types.ts'
import type { AuthParts } from './ports.ts'
import {
  clientOf,
  line,
  originOf,
  parse,
  sessionOf,
  sessionTokenOf,
  shownPasskey,
  viewOf,
} from './request.ts'

const code = z.string().min(1).max(64)
const body = z.union([
  z.strictObject({ method: z.literal('password'), password: line }),
  z.strictObject({ method: z.enum(['totp', 'recovery']), code }),
  z.strictObject({ method: z.literal('passkey'), ...shownPasskey.shape }),
])

export function addConfirm(auth: FastifyInstance, parts: AuthParts): void {
  const { web } = parts
  auth.post('/auth/confirm/passkey/options', async (request) =>
    web.askToConfirm(await sessionOf(parts, request)),
  )
  auth.post('/auth/confirm', async (request) => {
    const given = parse(body, request.body)
    const shown: ShownConfirmation =
      given.method === 'passkey' ? { ...given, origin: originOf(parts, request) } : given
    return viewOf(await web.confirm(sessionTokenOf(request), clientOf(request), shown))
  })
}
