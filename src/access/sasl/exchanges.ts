/** Which mechanisms somebody is offered, and the beginning of one. RFC 4422. */
import { isIPv4 } from 'node:net'
import type { Keys } from '../../keys/types.ts'
import type { Oauth } from '../oauth/types.ts'
import type { SignIn } from '../sign-in.ts'
import type { Attempt, SaslExchange } from '../types.ts'
import { bearerExchange } from './bearer.ts'
import { loginExchange } from './login.ts'
import { plainExchange } from './plain.ts'
import { scramExchange } from './scram.ts'

interface ExchangeParts {
  readonly signIn: SignIn
  readonly oauth: Oauth
  readonly keys: Keys
}

export function mechanismsFor(attempt: Attempt): readonly string[] {
  const { isTls, remoteAddress, channelBinding } = attempt
  // In clear only on the machine itself, where the plaintext listener for measuring is.
  if (!isTls && !isLoopback(remoteAddress)) return []
  const plain = ['SCRAM-SHA-256', 'PLAIN', 'LOGIN', 'OAUTHBEARER', 'XOAUTH2']
  return channelBinding === undefined ? plain : ['SCRAM-SHA-256-PLUS', ...plain]
}

/** Undefined: it is not offered. */
export function beginExchange(
  { signIn, oauth, keys }: ExchangeParts,
  attempt: Attempt,
  mechanism: string,
): SaslExchange | undefined {
  const name = mechanism.toUpperCase()
  if (!mechanismsFor(attempt).includes(name)) return undefined
  if (name === 'PLAIN') return plainExchange(signIn, attempt)
  if (name === 'LOGIN') return loginExchange(signIn, attempt)
  if (name === 'OAUTHBEARER' || name === 'XOAUTH2') return bearerExchange(oauth, name, attempt)
  return scramExchange({ signIn, keys, isBound: name === 'SCRAM-SHA-256-PLUS' }, attempt)
}

function isLoopback(remoteAddress: string): boolean {
  if (remoteAddress === '::1') return true
  const bare = remoteAddress.replace(/^::ffff:/i, '')
  return isIPv4(bare) && bare.startsWith('127.')
}
