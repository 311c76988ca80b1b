/** `/oauth/token` and `/oauth/revoke`: what programs ask by themselves. RFC 6749 §4.1.3, §6; RFC 7009. */
import type { FastifyInstance, FastifyReply } from 'fastify'
import { z } from 'zod'
import type { TokenAnswer } from '../../access/oauth/types.ts'
import type { AuthParts } from '../auth/ports.ts'

const word = z.string().min(1).max(2_048)
const codeForm = z.object({
  grant_type: z.literal('authorization_code'),
  code: word,
  client_id: word,
  redirect_uri: word,
  /** RFC 7636 §4.1 */
  code_verifier: z.string().regex(/^[\w.~-]{43,128}$/),
})
const refreshForm = z.object({
  grant_type: z.literal('refresh_token'),
  refresh_token: word,
  client_id: word,
})
const form = z.discriminatedUnion('grant_type', [codeForm, refreshForm])

/** RFC 6749 §5.2 */
type OauthError = 'invalid_request' | 'invalid_grant' | 'unsupported_grant_type' | 'invalid_client'

export function addTokens(app: FastifyInstance, { oauth }: AuthParts): void {
  app.post('/oauth/token', async (request, reply) => {
    const parsed = form.safeParse(request.body)
    if (!parsed.success) return refuse(reply, faultOf(request.body))
    const { data } = parsed
    const clientId = data.client_id
    if (oauth.findProgram(clientId) === undefined) return refuse(reply, 'invalid_client')
    const answer =
      data.grant_type === 'refresh_token'
        ? await oauth.changeRefresh({ token: data.refresh_token, clientId })
        : await oauth.changeCode({
            code: data.code,
            clientId,
            redirectUri: data.redirect_uri,
            verifier: data.code_verifier,
          })
    return answer === undefined ? refuse(reply, 'invalid_grant') : give(reply, answer)
  })
  app.post('/oauth/revoke', async (request, reply) => {
    const parsed = z.object({ token: word }).safeParse(request.body)
    if (!parsed.success) return refuse(reply, 'invalid_request')
    // RFC 7009 §2.2: the same answer for a token nobody knows.
    await oauth.revoke(parsed.data.token)
    return reply.code(200).send()
  })
}

function give(reply: FastifyReply, answer: TokenAnswer): FastifyReply {
  // RFC 6749 §5.1: nobody keeps it; `no-store` is on every response.
  return reply.header('pragma', 'no-cache').send({
    access_token: answer.accessToken,
    token_type: 'Bearer',
    expires_in: Math.floor(answer.expiresInMs / 1_000),
    refresh_token: answer.refreshToken,
    scope: answer.scopes.join(' '),
  })
}

function faultOf(body: unknown): OauthError {
  const { grant_type: type } = (body ?? {}) as Readonly<Record<string, unknown>>
  const isKnown = type === undefined || type === 'authorization_code' || type === 'refresh_token'
  return isKnown ? 'invalid_request' : 'unsupported_grant_type'
}

function refuse(reply: FastifyReply, error: OauthError): FastifyReply {
  return reply.code(error === 'invalid_client' ? 401 : 400).send({ error })
}
