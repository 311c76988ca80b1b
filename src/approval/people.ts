/** Who people are to this room, from the directory, their roles, and who enrolled them. */
import { decide, type Actor } from '../access/decide.ts'
import { grantsOf } from '../access/grants.ts'
import { officesOf } from '../access/offices.ts'
import { operatorId } from '../access/system-actors.ts'
import type { PlatformState } from '../access/platform-state.ts'
import type { Clock } from '../base/clock.ts'
import type { AccountId, PrincipalId } from '../base/id.ts'
import { Refusal } from '../base/refusal.ts'
import { isHeldAt } from '../directory/memory.ts'
import type { Directory, Person } from '../directory/types.ts'
import type { Making } from './decide-voice.ts'
import type { ApprovalMemory } from './memory.ts'
import type { People } from './parts.ts'

export interface PeopleOptions {
  readonly directory: Directory
  readonly clock: Clock
  readonly memory: ApprovalMemory
}

export function createPeople(options: PeopleOptions): People {
  const { directory, clock } = options
  const getActive = (id: PrincipalId): Person => {
    const person = directory.person(id)
    if (person?.state === 'active') return person
    throw new Refusal('not-permitted', { message: 'Only a person who is active may do this.' })
  }
  const makings = (id: PrincipalId) => makingsOf(options, id)
  return {
    speaker: (id) => ({
      id,
      departmentId: getActive(id).departmentId,
      offices: officesOf(directory, id, clock.now()),
      ownAccounts: ownAccountsOf(options, id),
      makings: makings(id),
    }),
    makings,
    departmentOf: (id) => (id === operatorId ? operatorId : getActive(id).departmentId),
    ownersOf: (accountId) => ownersOf(options, accountId),
    concernedBy: ({ accountId, personId, objectId }) =>
      accountId ??
      (personId === undefined ? undefined : directory.person(personId)?.accountId) ??
      listOwnerOf(directory, objectId),
    roleFor: (id, { act, object }) => {
      const decision = decide(officeActor(options, id, undefined), act, object)
      if (decision.kind === 'refused') return undefined
      return decision.basis.kind === 'role' ? decision.basis.role : undefined
    },
  }
}

/** As if he sat at his office's door now: the platform does what he asked for in his name. */
export function officeActor(
  { directory, clock }: Pick<PeopleOptions, 'directory' | 'clock'>,
  id: PrincipalId,
  state: PlatformState | undefined,
): Actor {
  const session = 'office'
  if (id === operatorId)
    return { kind: 'operator', id, accounts: new Map(), offices: [], session, state }
  const now = clock.now()
  const accounts = grantsOf(directory, id, now).byAccount
  const offices = accounts.size === 0 ? [] : officesOf(directory, id, now)
  return { kind: 'person', id, accounts, offices, session, state }
}

function ownAccountsOf({ directory, clock }: PeopleOptions, id: PrincipalId) {
  const own = new Map<AccountId, 'owner' | 'holder'>()
  for (const { accountId, basis, rights } of grantsOf(directory, id, clock.now()).list) {
    if (basis === 'own') own.set(accountId, 'owner')
    // Who may say who has which right in a shared mailbox speaks for it. RFC 4314 §2.1.
    if (basis === 'held' || (basis === 'member' && rights.includes('a')))
      own.set(accountId, 'holder')
  }
  return own
}

function ownersOf({ directory, clock }: PeopleOptions, accountId: AccountId) {
  const now = clock.now()
  const person = directory.people().find((one) => one.accountId === accountId)
  if (person !== undefined) return [person.id]
  const post = directory.posts().find((one) => one.accountId === accountId)
  return (post?.holdings ?? []).filter((one) => isHeldAt(one, now)).map(({ personId }) => personId)
}

/** Who owns a list speaks for it: his is the account of its owner's address. */
function listOwnerOf(directory: Directory, listId: string | undefined): AccountId | undefined {
  if (listId === undefined) return undefined
  const list = directory.lists().find(({ id }) => id === listId)
  if (list === undefined) return undefined
  const destination = directory.findAddress(list.ownerAddress)
  return destination?.kind === 'account' ? destination.accountId : undefined
}

function makingsOf({ directory, memory }: PeopleOptions, id: PrincipalId): readonly Making[] {
  const enrolments = memory.list('enrolment').filter(({ content }) => content.personId === id)
  const given = enrolments.flatMap(({ content: { issuedBy, issuedAt } }) => [
    { by: issuedBy, at: issuedAt },
  ])
  const made = directory.person(id)?.made
  return made === undefined ? given : [...given, made]
}
