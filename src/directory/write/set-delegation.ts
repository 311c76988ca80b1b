/**
 * Lets a person into an account, or into one mailbox of it, with rights and until a date; or changes
 * what he may. The owner does it himself; who does it for him needs a second person. RFC 4314 §2.
 */
import { dayMs, type Millis } from '../../base/clock.ts'
import { newId } from '../../base/id.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Tx } from '../../db/types.ts'
import { delegationsMax } from '../limits.ts'
import { getAccountOwner } from './account-owner.ts'
import { invalid } from './check.ts'
import { allRights, checkRights, onBehalfRight } from './rights.ts'
import { policyIn } from './set-policy.ts'
import { noteRights } from './share-notice.ts'
import { changeRow, findByAccount, findByLookup, getRow, insertRow, lookups } from './shelf.ts'
import type { Granted, PowersWriting } from './writing.ts'

export interface NewDelegation {
  readonly accountId: string
  /** Undefined: the whole account. */
  readonly mailboxId?: string | undefined
  readonly personId: string
  /** RFC 4314 letters, and `0`: may send on behalf. */
  readonly rights: string
  /** Undefined: the longest there is. */
  readonly to?: Millis | undefined
}

export async function setDelegation(
  tx: Tx,
  writing: PowersWriting,
  input: NewDelegation,
): Promise<void> {
  const { accountId, mailboxId, personId } = input
  const rights = checkRights(input.rights, allRights + onBehalfRight)
  const from = writing.clock.now()
  const owner = await getAccountOwner(tx, writing, accountId)
  const { departmentId } = owner
  const daysMax = await policyIn(tx, writing, 'delegation.days-max', departmentId)
  const to = checkEnd(input.to, from, daysMax)
  const isOwner = owner.owners.includes(writing.actor.principalId ?? '')
  const granted = await writing.requireGrant(tx, {
    act: isOwner ? 'delegation.grant' : 'delegation.grant-for-another',
    object: { accountId, departmentId },
    input: { mailboxId, personId, rights, to: input.to },
  })
  const person = await getRow(tx, writing, 'person', personId)
  if (person.state !== 'active') throw invalid('person', 'This person is suspended or has left.')
  if (owner.owners.includes(personId)) throw invalid('person', 'It is his own mailbox already.')
  const lookup = lookups.delegation(writing, accountId, personId, mailboxId)
  const row = await findByLookup(tx, writing, 'delegation', lookup)
  const grantedBy = writing.actor.principalId
  const { approvalId } = granted
  const home = person.departmentId
  const content = { mailboxId, rights, from, to, departmentId: home, grantedBy, approvalId }
  if (row === undefined) await requireRoom(tx, writing, accountId)
  const draft = {
    id: row?.id ?? newId(writing.clock),
    departmentId,
    parentId: personId,
    accountId,
    state: 'active' as const,
    lookup,
    content,
  }
  if (row === undefined) await insertRow(tx, writing, 'delegation', draft)
  else await changeRow(tx, writing, 'delegation', draft)
  const oldRights = row?.content.rights ?? ''
  const of = { accountId, departmentId, mailboxId, personId }
  await noteRights(tx, writing, { ...of, oldRights, newRights: rights })
  const event = row === undefined ? 'grant' : 'change'
  await recordDelegation(
    tx,
    writing,
    { event, accountId, mailboxId, personId, rights, to },
    granted,
  )
}

/** The shape of the audit entry, for those who end delegations too. */
export interface DelegationEvent {
  readonly event: 'grant' | 'change' | 'revoke'
  readonly accountId: string
  readonly mailboxId?: string | undefined
  readonly personId: string
  readonly rights: string
  readonly to?: Millis | undefined
}

export function recordDelegation(
  tx: Tx,
  writing: Pick<PowersWriting, 'audit' | 'actor'>,
  { event, accountId, mailboxId, personId: toPrincipalId, rights, to }: DelegationEvent,
  granted: Granted,
): Promise<void> {
  return writing.audit.record(tx, {
    kind: 'delegation',
    event,
    accountId,
    ...(mailboxId !== undefined && { mailboxId }),
    toPrincipalId,
    rights,
    ...(to !== undefined && { endsAt: to }),
    ...writing.actor,
    ...granted,
  })
}

function checkEnd(to: Millis | undefined, now: Millis, daysMax: number): Millis {
  const last = now + daysMax * dayMs
  if (to === undefined) return last
  if (to <= now) throw invalid('to', 'The delegation would have ended already.')
  if (to > last) {
    const message = `A delegation lasts ${daysMax} days at most; it can be given anew.`
    throw invalid('to', message)
  }
  return to
}

async function requireRoom(tx: Tx, writing: PowersWriting, accountId: string): Promise<void> {
  const rows = await findByAccount(tx, writing, 'delegation', accountId)
  if (rows.length < delegationsMax) return
  const message = `A mailbox has at most ${delegationsMax} delegations: end one first.`
  throw new Refusal('too-many', { message })
}
