/** Appoints a person to a post, from a date to a date or until further notice, also to act in it. */
import type { Millis } from '../../base/clock.ts'
import { newId } from '../../base/id.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Tx } from '../../db/types.ts'
import { invalid } from './check.ts'
import { recordAct } from './record.ts'
import { findByParent, getRow, insertRow, type FoundRow } from './shelf.ts'
import type { Writing } from './writing.ts'

export interface Appointment {
  readonly postId: string
  readonly personId: string
  /** Undefined: from now on. */
  readonly from?: Millis | undefined
  /** The first moment at which he no longer holds it. */
  readonly to?: Millis | undefined
  readonly isActing?: boolean
}

export async function appoint(tx: Tx, writing: Writing, input: Appointment): Promise<void> {
  const { postId, personId, to, isActing = false } = input
  const from = input.from ?? writing.clock.now()
  if (to !== undefined && to <= from) throw invalid('to', 'The appointment ends before it begins.')
  const post = await getRow(tx, writing, 'post', postId)
  const { departmentId, accountId } = post
  const act = 'post.appoint'
  const granted = await writing.requireGrant(tx, {
    act,
    object: { departmentId, objectId: postId, ...(accountId !== undefined && { accountId }) },
    // As asked: who asks for "from now on" today means the same tomorrow.
    input: { personId, from: input.from, to, isActing },
  })
  const person = await getRow(tx, writing, 'person', personId)
  if (person.state === 'left')
    throw invalid('person', 'This person has left and cannot be appointed.')
  requireNoOverlap(await findByParent(tx, writing, 'post_holder', postId), {
    personId,
    from,
    to,
  })
  await insertRow(tx, writing, 'post_holder', {
    id: newId(writing.clock),
    departmentId,
    parentId: postId,
    accountId: undefined,
    state: 'active',
    lookup: undefined,
    content: { personId, from, to, isActing },
  })
  const fields = ['person', 'from', 'to', 'isActing']
  await recordAct(tx, writing, { act, departmentId, objectId: postId, fields }, granted)
}

function requireNoOverlap(
  rows: readonly FoundRow<'post_holder'>[],
  wanted: { readonly personId: string; readonly from: Millis; readonly to: Millis | undefined },
): void {
  const meets = rows.some(
    ({ content }) =>
      content.personId === wanted.personId &&
      content.from < (wanted.to ?? Infinity) &&
      wanted.from < (content.to ?? Infinity),
  )
  if (!meets) return
  const message = 'This person already holds the post in that time.'
  throw new Refusal('already-exists', { field: 'person', message })
}
