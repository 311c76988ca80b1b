/**
 * A person gives himself another password: he has lately said who he is, and says the present one too.
 * Whatever he had open ends, and goes on in the browser that asks. Architecture D14.
 */
import { isRefusal, Refusal } from '../../base/refusal.ts'
import type { Tx } from '../../db/types.ts'
import type { SignIn } from '../sign-in.ts'
import type { CredentialWriting } from '../write/credential-writing.ts'
import { setPassword } from '../write/set-password.ts'
import type { FactorParts } from './second-factors.ts'
import { attemptOf, type SignInSteps } from './sign-in-steps.ts'
import type { ChangedPassword, OpenedWebSession, WebClient, WebSession } from './types.ts'
import type { WebSessions } from './web-sessions.ts'

export interface ChangeParts extends Pick<
  FactorParts,
  'database' | 'directory' | 'credentials' | 'refresh'
> {
  readonly signIn: SignIn
  readonly signInSteps: SignInSteps
  readonly sessions: WebSessions
  readonly writing: CredentialWriting
}

const mechanism = 'password-change'

/** Refusal('invalid'): `field` is `present` or `password`. Refusal('throttled') */
export async function changePassword(
  parts: ChangeParts,
  from: WebClient,
  { principal }: WebSession,
  { present, password }: ChangedPassword,
): Promise<OpenedWebSession> {
  const { database, directory, credentials, writing, refresh, sessions } = parts
  const { id: personId } = principal
  const identity = directory.person(personId)?.address ?? ''
  // Who came by a passkey or by the government's provider may have none yet.
  if (credentials.findPassword(personId) !== undefined)
    await requirePresent(parts, from, identity, present ?? '')
  await database.transaction((tx: Tx) => setPassword(tx, writing, { personId, password }))
  await refresh()
  await sessions.endAll(principal, from.remoteAddress)
  const asked = { identity, authorizeAs: '', isGuessable: false }
  const claim = await parts.signIn.claim(attemptOf(from), mechanism, asked)
  const proved = await parts.signIn.prove(claim, credentials.findPassword(personId))
  return parts.signInSteps.finish(from, proved, mechanism)
}

/** Counted as every wrong password is. An app password is not his password. */
async function requirePresent(
  { signIn }: ChangeParts,
  from: WebClient,
  identity: string,
  password: string,
): Promise<void> {
  try {
    const asked = { identity, password, authorizeAs: '' }
    const { credential, claim } = await signIn.provePassword(attemptOf(from), mechanism, asked)
    if (credential.content.kind !== 'password') await signIn.fail(claim)
  } catch (error) {
    if (!isRefusal(error, 'bad-credentials')) throw error
    throw new Refusal('invalid', { field: 'present' }, { cause: error })
  }
}
