/**
 * Places the hold of a matter on somebody's mail: from then on nothing of it is destroyed, whatever its
 * owner, a policy or anybody else does; he notices nothing. One person places it, two release it.
 */
import { newId, type AccountId } from '../../base/id.ts'
import type { Millis } from '../../base/clock.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Tx } from '../../db/types.ts'
import { checkText } from '../../directory/write/check.ts'
import { findByParent, insertRow, lookups, requireFree } from '../../directory/write/shelf.ts'
import { placeHold } from '../../store/holds.ts'
import { findAccount } from '../opened-mail/find-account.ts'
import type { ApprovedWriting } from '../opened-mail/open-mail.ts'

export interface NewHold {
  readonly accountId: AccountId
  /** A matter that holds something already; undefined: a new one. */
  readonly matterId?: string | undefined
  /** What it is about; of a matter that is there, its own words hold. */
  readonly matter?: string | undefined
  readonly receivedFrom?: Millis | undefined
  readonly receivedBefore?: Millis | undefined
}

export interface PlacedHold {
  readonly matterId: string
  /** Messages that it keeps already. */
  readonly messages: number
}

export async function placeHoldOn(
  tx: Tx,
  writing: ApprovedWriting,
  wanted: NewHold,
): Promise<PlacedHold> {
  const { accountId, receivedFrom, receivedBefore } = wanted
  const { principalId: placedBy, reason, ticket } = writing.actor
  if (reason === undefined)
    throw new Refusal('invalid', { field: 'reason', message: 'A hold needs a reason (--reason).' })
  if (receivedFrom !== undefined && receivedBefore !== undefined && receivedBefore <= receivedFrom)
    throw new Refusal('invalid', { field: 'before', message: 'The end is before the beginning.' })
  const { departmentId } = await findAccount(tx, writing, accountId)
  const matterId = wanted.matterId ?? newId(writing.clock)
  const granted = await writing.requireGrant(tx, {
    act: 'hold.place',
    object: { accountId, departmentId },
    input: { matterId, receivedFrom, receivedBefore },
  })
  const matter = await matterOf(tx, writing, wanted, departmentId)
  const lookup = lookups.matterHold(writing, matterId, accountId)
  await requireFree(tx, writing, 'matter_hold', lookup, 'This matter holds that mailbox already.')
  const placedAt = writing.clock.now()
  const messages = await placeHold(tx, accountId, {
    matterId,
    receivedFrom,
    receivedBefore,
    at: placedAt,
  })
  const words = { matter, reason, ticket, receivedFrom, receivedBefore }
  await insertRow(tx, writing, 'matter_hold', {
    id: newId(writing.clock),
    departmentId,
    parentId: matterId,
    accountId,
    state: 'active',
    lookup,
    content: { ...words, placedAt, placedBy },
  })
  const entry = { kind: 'hold', event: 'place', holdId: matterId, accountId } as const
  await writing.audit.record(tx, { ...entry, ...writing.actor, ...granted })
  return { matterId, messages }
}

/** A matter is of one department: nobody joins another's, or learns its name by trying ids. */
async function matterOf(
  tx: Tx,
  writing: ApprovedWriting,
  { matterId, matter }: NewHold,
  departmentId: string,
): Promise<string> {
  if (matterId === undefined) return checkText('matter', 'The matter (--matter)', matter ?? '')
  const rows = await findByParent(tx, writing, 'matter_hold', matterId)
  const known = rows.find((row) => row.departmentId === departmentId)
  if (known !== undefined) return known.content.matter
  throw new Refusal('not-found', { field: 'matter', message: 'There is no such matter.' })
}
