/**
 * `/oauth`: mail programs ask, people let them in. RFC 6749 with RFC 7636 alone, RFC 7009 (revocation),
 * RFC 8414 (what is offered), RFC 9207 (who answered), RFC 8252 (programs on one's machine).
 */
import type { FastifyInstance } from 'fastify'
import { scopes } from '../../access/credentials/content.ts'
import { AuthRate } from '../auth/rate.ts'
import { originOf } from '../auth/request.ts'
import { addAuthorize } from './authorize.ts'
import { fieldsOf } from './fields.ts'
import type { AuthParts } from '../auth/ports.ts'
import { addTokens } from './tokens.ts'

const formType = 'application/x-www-form-urlencoded'

export function addOauthRoutes(app: FastifyInstance, parts: AuthParts): void {
  void app.register(async (oauth) => {
    oauth.removeAllContentTypeParsers()
    oauth.addContentTypeParser(
      formType,
      { parseAs: 'string' },
      async (_request: unknown, body: string) => fieldsOf(new URLSearchParams(body)),
    )
    const rate = new AuthRate(parts.clock)
    oauth.addHook('onRequest', async ({ ip }) => rate.take(ip))
    oauth.get('/.well-known/oauth-authorization-server', async (request) =>
      metadataOf(originOf(parts, request)),
    )
    addAuthorize(oauth, parts)
    addTokens(oauth, parts)
  })
}

/** RFC 8414 §2 */
function metadataOf(issuer: string): object {
  return {
    issuer,
    authorization_endpoint: `${issuer}/oauth/authorize`,
    token_endpoint: `${issuer}/oauth/token`,
    revocation_endpoint: `${issuer}/oauth/revoke`,
    scopes_supported: scopes,
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_methods_supported: ['none'],
    revocation_endpoint_auth_methods_supported: ['none'],
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
  }
}
