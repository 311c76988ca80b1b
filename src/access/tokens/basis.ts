/** On what a session rests, as its row has it. */
import type { Millis } from '../../base/clock.ts'
import type { Basis } from '../sessions.ts'
import type { TokenContent } from './session-rows.ts'

/** In the place of one: somebody else said who he is. */
export const noCredential = ''

export function basisOf({
  content,
  expiresAt,
}: {
  readonly content: Pick<TokenContent, 'credentialId' | 'credentialVersion' | 'also'>
  readonly expiresAt: Millis | undefined
}): Basis {
  const { credentialId: id, credentialVersion: version, also } = content
  const others = also === undefined ? {} : { also }
  if (id === noCredential) return { kind: 'provider', expiresAt, ...others }
  return { kind: 'credential', id, version, expiresAt, ...others }
}
