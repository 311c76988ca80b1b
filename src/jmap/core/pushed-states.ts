/**
 * The state of every type that is pushed, as /get would answer it now. RFC 8620 §7.1, RFC 8621 §1.5; of what
 * the directory says, RFC 9661 and RFC 9670 too.
 */
import type { EmailView } from '../../store/emails/types.ts'
import { identitiesOf, stateOf as identityStateOf } from '../identity/identity.ts'
import { quotasOf, stateOf as quotaStateOf } from '../quota/quota.ts'
import { hasPrincipals } from '../principal/principal.ts'
import { stateOf as noticesStateOf } from '../share-notification/share-notification.ts'
import { hasScripts, stateOf as scriptsStateOf } from '../sieve-script/script.ts'
import { hasVacation, stateOf as vacationStateOf } from '../vacation-response/vacation-response.ts'
import type { Account, AccountReading } from './account.ts'
import { findEmailChanges } from './changes.ts'

/** By the name of the type. */
export type TypeStates = Readonly<Record<string, string>>

/** Undefined: the account has none of that type. */
type StateOf = (reading: AccountReading) => string | undefined | Promise<string | undefined>

/** In memory, and no matter of the store: by the type's name. */
const ofDirectory: Readonly<Record<string, (account: Account) => string | undefined>> = {
  VacationResponse: (account) => (hasVacation(account) ? vacationStateOf(account) : undefined),
  SieveScript: (account) => (hasScripts(account) ? scriptsStateOf(account) : undefined),
  Principal: (account) =>
    hasPrincipals(account)
      ? account.parts.sharing.book.digestFor(account.principal.departmentId)
      : undefined,
  ShareNotification: (account) => (hasPrincipals(account) ? noticesStateOf(account) : undefined),
}

const ofAccount: StateOf = ({ state }) => state

const stateOfType: Readonly<Record<string, StateOf>> = {
  Mailbox: ofAccount,
  Email: ofAccount,
  EmailDelivery: stateOfDelivery,
  Thread: ofAccount,
  EmailSubmission: ofAccount,
  Identity: async ({ account }) => identityStateOf(await identitiesOf(account)),
  Quota: async ({ account }) =>
    account.may('mail.read') ? quotaStateOf(await quotasOf(account)) : undefined,
}

/** One of these types has another state than the client knows. */
export function isMovedInDirectory(account: Account, known: TypeStates, types: Types): boolean {
  return Object.entries(ofDirectory).some(
    ([type, of]) => isWanted(types, type) && known[type] !== of(account),
  )
}

/** Those alone; undefined: all. */
type Types = ReadonlySet<string> | undefined

const isWanted = (types: Types, type: string) => types === undefined || types.has(type)

export async function statesOf(account: Account, types: Types): Promise<TypeStates> {
  const reading = await account.read()
  const states: Record<string, string> = {}
  const note = (type: string, state: string | undefined) => {
    if (state !== undefined) states[type] = state
  }
  for (const [type, of] of Object.entries(stateOfType))
    if (isWanted(types, type)) note(type, await of(reading))
  for (const [type, of] of Object.entries(ofDirectory))
    if (isWanted(types, type)) note(type, of(account))
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
