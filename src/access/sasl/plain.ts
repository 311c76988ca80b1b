/** SASL PLAIN: authorization identity, identity and password in one message. RFC 4616 §2. */
import { Refusal } from '../../base/refusal.ts'
import { saslOctetsMax } from '../limits.ts'
import type { SignIn } from '../sign-in.ts'
import type { Attempt, SaslExchange, SaslStep } from '../types.ts'

export function plainExchange(signIn: SignIn, attempt: Attempt): SaslExchange {
  return {
    async next(response): Promise<SaslStep> {
      // The client waits to be asked: an empty challenge (RFC 4422 §3).
      if (response.length === 0) return { kind: 'challenge', octets: Buffer.alloc(0) }
      const given = parsePlain(response)
      return { kind: 'done', principal: await signIn.withPassword(attempt, 'PLAIN', given) }
    },
  }
}

/** @throws Refusal('invalid') */
export function parsePlain(response: Buffer): {
  readonly authorizeAs: string
  readonly identity: string
  readonly password: string
} {
  const parts = response.length > saslOctetsMax ? [] : response.toString('utf8').split('\0')
  const [authorizeAs, identity, password] = parts
  if (parts.length !== 3 || authorizeAs === undefined || !identity || !password)
    throw new Refusal('invalid', { what: 'SASL PLAIN message' })
  return { authorizeAs, identity, password }
}
