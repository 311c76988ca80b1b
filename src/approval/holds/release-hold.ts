/** Releases what a matter holds in an account: what its owner deleted may be destroyed afterwards. */
import type { AccountId } from '../../base/id.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Tx } from '../../db/types.ts'
import { changeRow, findByLookup, lookups } from '../../directory/write/shelf.ts'
import { releaseHold } from '../../store/holds.ts'
import { findAccount } from '../opened-mail/find-account.ts'
import type { ApprovedWriting } from '../opened-mail/open-mail.ts'

export interface HoldRelease {
  readonly accountId: AccountId
  readonly matterId: string
}

/** @returns how many messages are no longer held for it. */
export async function releaseHoldOf(
  tx: Tx,
  writing: ApprovedWriting,
  { accountId, matterId }: HoldRelease,
): Promise<number> {
  const lookup = lookups.matterHold(writing, matterId, accountId)
  const row = await findByLookup(tx, writing, 'matter_hold', lookup)
  // Who moved since took his mail with him, but not the matter of his department of then.
  const departmentId = row?.departmentId ?? (await findAccount(tx, writing, accountId)).departmentId
  const act = 'hold.release'
  const object = { accountId, departmentId }
  const granted = await writing.requireGrant(tx, { act, object, input: { matterId } })
  const { isReleased, messages } = await releaseHold(tx, accountId, matterId)
  if (row === undefined && !isReleased && messages === 0)
    throw new Refusal('not-found', { message: 'Nothing is held there for this matter.' })
  if (row !== undefined)
    await changeRow(tx, writing, 'matter_hold', { ...row, state: 'former', lookup: undefined })
  const entry = { kind: 'hold', event: 'release', holdId: matterId, accountId } as const
  await writing.audit.record(tx, { ...entry, ...writing.actor, ...granted })
  return messages
}
