/**
 * Delegation as mail programs know it: who has which rights in a mailbox, and the owner who changes
 * that. RFC 4314 §3. What is set here is a delegation of that mailbox, with its end and its entry.
 */
import { Refusal } from '../base/refusal.ts'
import type { Database } from '../db/types.ts'
import { isHeldAt } from '../directory/memory.ts'
import type { Directory } from '../directory/types.ts'
import { endDelegation } from '../directory/write/end-delegation.ts'
import { allRights } from '../directory/write/rights.ts'
import { setDelegation } from '../directory/write/set-delegation.ts'
import type { PowersWriting } from '../directory/write/writing.ts'
import type { AccountId, MailboxId } from '../base/id.ts'
import type { Principal, WritingGate } from './types.ts'

/** One entry of an access control list. */
export interface AclEntry {
  /** An address of ours. */
  readonly identifier: string
  readonly rights: string
}

export interface MailboxOf {
  readonly accountId: AccountId
  readonly mailboxId: MailboxId
}

/** As it stands in the list of a mailbox. */
export interface ListedAcl extends AclEntry {
  readonly personId: string
  readonly isOwner: boolean
}

/** What the doors use. The gate was asked for `mail.administer` before anybody reads a list. */
export interface Delegations {
  /** Owners first, by address. */
  aclOf(object: MailboxOf): readonly ListedAcl[]
  /**
   * No rights end the delegation. Refusal('not-permitted' | 'needs-approval' | 'invalid' |
   * 'not-found').
   */
  setAcl(principal: Principal, object: MailboxOf, entry: AclEntry): Promise<void>
  /** All of them or none. Refusal as above. */
  setAcls(principal: Principal, object: MailboxOf, entries: readonly AclEntry[]): Promise<void>
}

export interface DelegationsParts {
  readonly database: Database
  readonly directory: Directory
  readonly writing: Pick<PowersWriting, 'keys' | 'clock' | 'audit'>
  readonly gateFor: (principal: Principal) => WritingGate
  /** This node knows what was written when it resolves. */
  readonly refresh: () => Promise<void>
}

export function createDelegations(parts: DelegationsParts): Delegations {
  return {
    aclOf: (object) => aclOf(parts, object),
    setAcl: (principal, object, entry) => setAcls(parts, principal, object, [entry]),
    setAcls: (principal, object, entries) => setAcls(parts, principal, object, entries),
  }
}

function aclOf({ directory, writing }: DelegationsParts, object: MailboxOf): readonly ListedAcl[] {
  const { accountId, mailboxId } = object
  const now = writing.clock.now()
  const addressOf = (id: string) => directory.person(id)?.address ?? ''
  const owners = ownersOf(directory, accountId, now)
  const members =
    directory.sharedMailboxes().find((shared) => shared.accountId === accountId)?.members ?? []
  const rights = new Map(owners.map((id) => [id, allRights]))
  for (const member of members) rights.set(member.personId, member.rights)
  for (const one of directory.delegationsOf(accountId)) {
    if (!isHeldAt(one, now) || owners.includes(one.personId)) continue
    if (one.mailboxId !== undefined && one.mailboxId !== mailboxId) continue
    const letters = (rights.get(one.personId) ?? '') + one.rights
    rights.set(one.personId, [...new Set(letters)].join(''))
  }
  return [...rights]
    .map(([id, letters]) => ({
      personId: id,
      identifier: addressOf(id),
      rights: letters,
      isOwner: owners.includes(id),
    }))
    .sort((a, b) => Number(b.isOwner) - Number(a.isOwner) || (a.identifier < b.identifier ? -1 : 1))
}

function ownersOf(directory: Directory, accountId: string, now: number): readonly string[] {
  const person = directory.people().find((each) => each.accountId === accountId)
  if (person !== undefined) return [person.id]
  const post = directory.posts().find((each) => each.accountId === accountId)
  return (post?.holdings ?? []).filter((each) => isHeldAt(each, now)).map((each) => each.personId)
}

async function setAcls(
  parts: DelegationsParts,
  principal: Principal,
  object: MailboxOf,
  entries: readonly AclEntry[],
): Promise<void> {
  const { database, directory, gateFor, refresh } = parts
  const actor = { principalId: principal.id, sessionId: principal.sessionId }
  const writing = { ...parts.writing, actor, requireGrant: gateFor(principal) }
  const changes = entries.map(({ identifier, rights }) => {
    const person = directory.personByAddress(identifier)
    if (person === undefined)
      throw new Refusal('not-found', { field: 'identifier', message: 'Nobody has this address.' })
    const of = { ...object, personId: person.id }
    requireNotWider(directory, of, rights)
    return { ...of, rights }
  })
  await database.transaction(async (tx) => {
    for (const change of changes)
      if (change.rights === '') await endDelegation(tx, writing, change)
      else await setDelegation(tx, writing, change)
  })
  await refresh()
}

/** Who was let into the whole account cannot have less in one mailbox of it. */
function requireNotWider(
  directory: Directory,
  { accountId, personId }: { readonly accountId: AccountId; readonly personId: string },
  rights: string,
): void {
  const whole = directory
    .delegationsOf(accountId)
    .find((one) => one.personId === personId && one.mailboxId === undefined)
  if (Array.from(whole?.rights ?? '').every((letter) => rights.includes(letter))) return
  const message = 'He was let into the whole account: change that delegation.'
  throw new Refusal('not-permitted', { field: 'identifier', message })
}
