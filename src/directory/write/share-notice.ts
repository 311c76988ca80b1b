/**
 * What a person is told when he is let into a mailbox, let in further or not any more. Written with the act itself,
 * whatever its door; he puts it aside, or newer ones push it out. RFC 9670 §3.
 */
import { newId } from '../../base/id.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Tx } from '../../db/types.ts'
import { shareNoticesMax } from '../limits.ts'
import { recordAct } from './record.ts'
import { changeRow, deleted, findByParent, insertRow, lookups } from './shelf.ts'
import type { PowersWriting } from './writing.ts'

export interface RightsChange {
  readonly accountId: string
  /** Of the account's owner. */
  readonly departmentId: string
  readonly mailboxId: string | undefined
  readonly personId: string
  /** Letters; empty: none. */
  readonly oldRights: string
  readonly newRights: string
}

type NoticeWriting = Pick<PowersWriting, 'keys' | 'clock' | 'actor'>

export async function noteRights(
  tx: Tx,
  writing: NoticeWriting,
  { accountId, departmentId, personId, mailboxId, oldRights, newRights }: RightsChange,
): Promise<void> {
  if (oldRights === newRights) return
  const known = await findByParent(tx, writing, 'share_notice', personId)
  const oldest = known.toSorted((a, b) => a.version - b.version)
  for (const row of oldest.slice(0, Math.max(0, known.length - shareNoticesMax + 1)))
    await changeRow(tx, writing, 'share_notice', deleted(row))
  const id = newId(writing.clock)
  const by = writing.actor.principalId
  const content = { mailboxId, oldRights, newRights, at: writing.clock.now(), by }
  await insertRow(tx, writing, 'share_notice', {
    id,
    departmentId,
    parentId: personId,
    accountId,
    state: 'active',
    lookup: lookups.shareNotice(writing, id),
    content,
  })
}

/** Only whom it was for. Refusal('not-found' | 'not-permitted') */
export async function dismissNotice(
  tx: Tx,
  writing: PowersWriting,
  { id, personId }: { readonly id: string; readonly personId: string },
): Promise<void> {
  const row = (await findByParent(tx, writing, 'share_notice', personId)).find(
    (each) => each.id === id,
  )
  if (row === undefined) throw new Refusal('not-found', { field: 'share_notice' })
  const act = 'share-notice.dismiss'
  const granted = await writing.requireGrant(tx, { act, object: { personId }, input: { id } })
  await changeRow(tx, writing, 'share_notice', deleted(row))
  await recordAct(tx, writing, { act, objectId: id, fields: [] }, granted)
}
