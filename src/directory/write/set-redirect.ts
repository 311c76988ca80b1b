/**
 * Sends somebody's mail on to another address, as well as into his mailbox. To an address of ours its
 * owner or holder does it himself; who does it for him needs a second person. Out of the government only
 * its owner asks, for days that a policy limits, and a security officer agrees.
 */
import { dayMs, type Millis } from '../../base/clock.ts'
import { newId } from '../../base/id.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Tx } from '../../db/types.ts'
import { domainOf } from '../address-key.ts'
import { redirectsMax } from '../limits.ts'
import { findAnyAccount, type AnyAccount } from './account-owner.ts'
import { checkAddress, invalid } from './check.ts'
import { policyIn } from './set-policy.ts'
import { changeRow, deleted, findByAccount, findByLookup, insertRow, lookups } from './shelf.ts'
import type { Granted, PowersWriting } from './writing.ts'

export interface NewRedirect {
  readonly accountId: string
  readonly target: string
  /** Undefined: until it is ended; out of the government there is always an end. */
  readonly to?: Millis | undefined
}

export interface RedirectGranted extends Granted {
  readonly isByOwner: boolean
}

export async function setRedirect(
  tx: Tx,
  writing: PowersWriting,
  { accountId, target, to }: NewRedirect,
): Promise<RedirectGranted> {
  const now = writing.clock.now()
  const key = checkAddress('target', target)
  const account = await findAnyAccount(tx, writing, accountId)
  const { departmentId } = account
  const isOwner = account.owners.includes(writing.actor.principalId ?? '')
  const isExternal = await requireTarget(tx, writing, account, key)
  if (to !== undefined && to <= now) throw invalid('to', 'The redirect would have ended already.')
  if (isExternal) await requireException(tx, writing, { account, isOwner, to })
  const act = actOf(isOwner, isExternal)
  const object = { accountId, departmentId }
  const granted = await writing.requireGrant(tx, { act, object, input: { target: key, to } })
  const lookup = lookups.redirect(writing, accountId, key)
  const row = await findByLookup(tx, writing, 'redirect', lookup)
  if (row === undefined && account.redirects >= redirectsMax)
    throw new Refusal('too-many', { message: `A mailbox has at most ${redirectsMax} redirects.` })
  const { principalId } = writing.actor
  const content = {
    target: key,
    isExternal,
    from: now,
    to,
    setBy: principalId,
    ...approved(granted),
  }
  const draft = {
    id: row?.id ?? newId(writing.clock),
    departmentId,
    // What he set himself ends with his being owner or holder.
    parentId: isOwner ? principalId : undefined,
    accountId,
    state: 'active' as const,
    lookup,
    content,
  }
  if (row === undefined) await insertRow(tx, writing, 'redirect', draft)
  else await changeRow(tx, writing, 'redirect', draft)
  await record(tx, writing, { event: 'set', accountId, target: key, isExternal }, granted)
  return { ...granted, isByOwner: isOwner }
}

export async function removeRedirect(
  tx: Tx,
  writing: PowersWriting,
  { accountId, target }: Omit<NewRedirect, 'to'>,
): Promise<void> {
  const key = checkAddress('target', target)
  const lookup = lookups.redirect(writing, accountId, key)
  const row = await findByLookup(tx, writing, 'redirect', lookup)
  if (row === undefined) {
    const message = 'No mail of this mailbox is sent on to that address.'
    throw new Refusal('not-found', { field: 'target', message })
  }
  const { departmentId, owners } = await findAnyAccount(tx, writing, accountId)
  const isOwner = owners.includes(writing.actor.principalId ?? '')
  const granted = await writing.requireGrant(tx, {
    act: isOwner ? 'redirect.remove-own' : 'redirect.remove',
    object: { accountId, departmentId },
    input: { target: key },
  })
  await changeRow(tx, writing, 'redirect', deleted(row))
  const { isExternal } = row.content
  await record(tx, writing, { event: 'remove', accountId, target: key, isExternal }, granted)
}

function actOf(isOwner: boolean, isExternal: boolean) {
  if (isExternal) return 'redirect.set-external'
  return isOwner ? 'redirect.set-own' : 'redirect.set'
}

function approved({ approvalId }: Granted) {
  return approvalId === undefined ? {} : { approvalId }
}

/** @returns whether it is outside the government. Refusal('invalid' | 'not-found') */
async function requireTarget(
  tx: Tx,
  writing: PowersWriting,
  { ownAddresses }: AnyAccount,
  key: string,
): Promise<boolean> {
  if (ownAddresses.includes(key)) throw invalid('target', 'It is an address of this very mailbox.')
  const domain = await findByLookup(tx, writing, 'domain', lookups.domain(writing, domainOf(key)))
  if (domain === undefined) return true
  const known = await findByLookup(tx, writing, 'address', lookups.address(writing, key))
  if (known?.state !== 'active')
    throw new Refusal('not-found', { field: 'target', message: 'Nobody has the address there.' })
  if (known.content.kind === 'list')
    throw invalid(
      'target',
      'Mail is sent on to a person, a post or a shared mailbox, not to a list.',
    )
  return false
}

interface Exception {
  readonly account: AnyAccount
  readonly isOwner: boolean
  readonly to: Millis | undefined
}

async function requireException(
  tx: Tx,
  writing: PowersWriting,
  { account, isOwner, to }: Exception,
): Promise<void> {
  if (!isOwner)
    throw invalid('target', 'Only its owner or holder asks for a redirect out of the government.')
  const name = 'redirect.external-days-max'
  const daysMax = await policyIn(tx, writing, name, account.departmentId)
  if (to !== undefined && to <= writing.clock.now() + daysMax * dayMs) return
  throw invalid('to', `Out of the government a redirect has an end (--to), within ${daysMax} days.`)
}

interface Said {
  readonly event: 'set' | 'remove'
  readonly accountId: string
  readonly target: string
  readonly isExternal: boolean
}

function record(
  tx: Tx,
  { audit, actor }: PowersWriting,
  { event, accountId, target: targetAddress, isExternal }: Said,
  granted: Granted,
): Promise<void> {
  const entry = { kind: 'forwarding', event, accountId, targetAddress, isExternal } as const
  return audit.record(tx, { ...entry, ...actor, ...granted })
}

export async function endRedirects(
  tx: Tx,
  writing: PowersWriting,
  accountId: string,
  granted: Granted,
): Promise<void> {
  for (const row of await findByAccount(tx, writing, 'redirect', accountId)) {
    await changeRow(tx, writing, 'redirect', deleted(row))
    const { target, isExternal } = row.content
    await record(tx, writing, { event: 'remove', accountId, target, isExternal }, granted)
  }
}
