/** SASL LOGIN, which old mail programs still speak (draft-murchison-sasl-login-00 §2). */
import { Refusal } from '../../base/refusal.ts'
import { saslOctetsMax } from '../limits.ts'
import type { SignIn } from '../sign-in.ts'
import type { Attempt, SaslExchange, SaslStep } from '../types.ts'

export function loginExchange(signIn: SignIn, attempt: Attempt): SaslExchange {
  let identity: string | undefined
  return {
    async next(response): Promise<SaslStep> {
      if (response.length > saslOctetsMax) throw new Refusal('invalid', { what: 'SASL LOGIN' })
      if (identity === undefined && response.length === 0) return challenge('Username:')
      const text = response.toString('utf8')
      if (identity === undefined) {
        identity = text
        return challenge('Password:')
      }
      const given = { identity, password: text, authorizeAs: '' }
      return { kind: 'done', principal: await signIn.withPassword(attempt, 'LOGIN', given) }
    },
  }
}

function challenge(text: string): SaslStep {
  return { kind: 'challenge', octets: Buffer.from(text) }
}
