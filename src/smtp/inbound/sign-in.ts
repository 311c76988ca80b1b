/** Where AUTH is offered: to our own users, never in clear text over a network. RFC 4954 §4. */
import type { Attempt } from '../../access/types.ts'
import type { Session } from './types.ts'

/** A listener without TLS exists on loopback only, so nothing is overheard there. */
export function maySignIn({ connection, services, principal }: Session): boolean {
  const isPrivate = connection.tls !== undefined || connection.mode === 'none'
  return services.mode === 'submission' && isPrivate && principal === undefined
}

export function attemptOf({ connection }: Session): Attempt {
  const { remoteAddress, tls, channelBinding } = connection
  const attempt = { door: 'smtp', remoteAddress, isTls: tls !== undefined } as const
  return channelBinding === undefined ? attempt : { ...attempt, channelBinding }
}
