/**
 * Every act after which somebody can read mail he could not read before, and why (architecture
 * D10): the one place where they are marked. They need a second person's consent; where there is
 * nobody to give it yet, they are done only while the platform is founded or is a demo.
 */
import { Refusal } from '../base/refusal.ts'
import type { GrantingAct } from '../directory/write/writing.ts'
import type { PlatformState } from './platform-state.ts'

export const grantingActs: Readonly<Record<GrantingAct, string>> = {
  'person.reactivate': 'who had left reads again what is his, and what came since',
  'post.appoint': 'the holder of a post reads all its mail',
  'shared.add-member': 'a member of a shared mailbox reads it',
  'list.add-member': 'a member of a list gets what is sent to it',
  'list.set-owner': 'the owner of a list gets its moderated mail and its failures',
  'address.add-alias': 'who has an address reads what is sent to it',
  'password.set-for-another': 'who knows the password of another signs in as him',
  'app-password.create-for-another': 'who knows an app password of another signs in as him',
}

/** @throws Refusal('needs-approval') */
export function requireGrantingState(state: PlatformState | undefined, act: GrantingAct): void {
  if (state === 'founding' || state === 'demo') return
  const message = `This needs a second person's consent: ${grantingActs[act]}.`
  throw new Refusal('needs-approval', { act, message })
}
