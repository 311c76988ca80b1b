/** A token instead of a password: OAUTHBEARER (RFC 7628), and XOAUTH2 as programs spoke it before. */
import { isRefusal, Refusal } from '../../base/refusal.ts'
import { saslOctetsMax } from '../limits.ts'
import type { Oauth } from '../oauth/types.ts'
import type { Attempt, SaslExchange, SaslStep } from '../types.ts'

export type BearerMechanism = 'OAUTHBEARER' | 'XOAUTH2'

interface Bearer {
  readonly identity: string
  readonly token: string
}

export function bearerExchange(
  oauth: Pick<Oauth, 'signIn'>,
  mechanism: BearerMechanism,
  attempt: Attempt,
): SaslExchange {
  let refused: Refusal | undefined
  return {
    async next(response): Promise<SaslStep> {
      // RFC 7628 §3.2.3: the client has heard why, and says nothing; now it fails.
      if (refused !== undefined) throw refused
      if (response.length === 0) return { kind: 'challenge', octets: Buffer.alloc(0) }
      const given = mechanism === 'XOAUTH2' ? parseXoauth2(response) : parseOauthBearer(response)
      try {
        return { kind: 'done', principal: await oauth.signIn(attempt, mechanism, given) }
      } catch (error) {
        if (!isRefusal(error, 'bad-credentials')) throw error
        refused = error
        const why = { status: 'invalid_token', schemes: 'bearer', scope: attempt.door }
        return { kind: 'challenge', octets: Buffer.from(JSON.stringify(why)) }
      }
    },
  }
}

/** RFC 7628 §3.1: a GS2 header, then pairs between ^A. Refusal('invalid') */
export function parseOauthBearer(response: Buffer): Bearer {
  const parts = partsOf(response)
  // RFC 5801 §4: no channel binding, and perhaps an identity in which `,` and `=` are written out.
  const header = /^[ny],(?:a=([^,]*))?,$/.exec(parts[0] ?? '')
  if (header === null || parts.at(-1) !== '' || parts.at(-2) !== '') throw wrong()
  const identity = (header[1] ?? '').replaceAll('=2C', ',').replaceAll('=3D', '=')
  return { identity, token: tokenIn(parts.slice(1)) }
}

/** `user=…^Aauth=Bearer …^A^A`. Refusal('invalid') */
export function parseXoauth2(response: Buffer): Bearer {
  const parts = partsOf(response)
  const identity = /^user=(.+)$/.exec(parts[0] ?? '')?.[1]
  if (identity === undefined || parts.at(-1) !== '' || parts.at(-2) !== '') throw wrong()
  return { identity, token: tokenIn(parts.slice(1)) }
}

function partsOf(response: Buffer): readonly string[] {
  return response.length > saslOctetsMax ? [] : response.toString('utf8').split('\u0001')
}

/** RFC 6750 §2.1 */
function tokenIn(pairs: readonly string[]): string {
  const field = pairs.find((pair) => pair.startsWith('auth='))
  const token = /^auth=Bearer +([\w.~+/-]+=*) *$/i.exec(field ?? '')?.[1]
  if (token === undefined) throw wrong()
  return token
}

function wrong(): Refusal {
  return new Refusal('invalid', { what: 'SASL bearer message' })
}
