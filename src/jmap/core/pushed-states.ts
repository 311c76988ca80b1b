/** The state of every type that is pushed, as /get would answer it now. RFC 8620 §7.1, RFC 8621 §1.5. */
import type { EmailView } from '../../store/emails/types.ts'
import { identitiesOf, stateOf as identityStateOf } from '../identity/identity.ts'
import { quotasOf, stateOf as quotaStateOf } from '../quota/quota.ts'
import {
  hasVacation,
  stateOf as vacationStateOfAccount,
} from '../vacation-response/vacation-response.ts'
import type { Account, AccountReading } from './account.ts'
import { findEmailChanges } from './changes.ts'

/** By the name of the type. */
export type TypeStates = Readonly<Record<string, string>>

type StateOf = (reading: AccountReading) => string | Promise<string>

const ofAccount: StateOf = ({ state }) => state

const stateOfType: Readonly<Record<string, StateOf>> = {
  Mailbox: ofAccount,
  Email: ofAccount,
  EmailDelivery: stateOfDelivery,
  Thread: ofAccount,
  EmailSubmission: ofAccount,
  Identity: async ({ account }) => identityStateOf(await identitiesOf(account)),
  Quota: async ({ account }) =>
    account.may('mail.read') ? quotaStateOf(await quotasOf(account)) : 'none',
  VacationResponse: ({ account }) => vacationStateOf(account),
}

/** In memory; the same for accounts that have none. */
export function vacationStateOf(account: Account): string {
  return hasVacation(account) ? vacationStateOfAccount(account) : 'none'
}

export const pushedTypes: readonly string[] = Object.keys(stateOfType)

/** Of those types alone; undefined: of all. */
export async function statesOf(
  account: Account,
  types: ReadonlySet<string> | undefined,
): Promise<TypeStates> {
  const reading = await account.read()
  const states: Record<string, string> = {}
  for (const [type, of] of Object.entries(stateOfType))
    if (types === undefined || types.has(type)) states[type] = await of(reading)
  return states
}

interface Delivered {
  /** Up to here it was looked. */
  readonly seenModSeq: number
  readonly scope: string
  /** When something last came. */
  readonly modSeq: number
}

const known = new WeakMap<EmailView, Delivered>()

/** RFC 8621 §1.5: another one with each Email that comes; until one does, what a process began with. */
async function stateOfDelivery(reading: AccountReading): Promise<string> {
  const { view, scope } = reading
  const { modSeq } = view
  const before = known.get(view)
  if (before === undefined || before.scope !== scope) {
    known.set(view, { seenModSeq: modSeq, scope, modSeq })
    return `${modSeq}${scope}`
  }
  if (before.seenModSeq === modSeq) return `${before.modSeq}${scope}`
  const changes = await findEmailChanges(reading, before.seenModSeq)
  const hasCome = changes.some(({ kind }) => kind === 'created')
  const now = { seenModSeq: modSeq, scope, modSeq: hasCome ? modSeq : before.modSeq }
  known.set(view, now)
  return `${now.modSeq}${scope}`
}
