/** Ends what a person holds of a post, now or at a later moment; later appointments are cancelled. */
import type { Millis } from '../../base/clock.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Tx } from '../../db/types.ts'
import { invalid } from './check.ts'
import { recordAct } from './record.ts'
import { changeRow, deleted, findByParent, getRow } from './shelf.ts'
import type { Writing } from './writing.ts'

export interface AppointmentEnd {
  readonly postId: string
  readonly personId: string
  /** Undefined: now. */
  readonly at?: Millis | undefined
}

export async function endAppointment(
  tx: Tx,
  writing: Writing,
  input: AppointmentEnd,
): Promise<void> {
  const now = writing.clock.now()
  const at = input.at ?? now
  // The past is what the audit trail says it was.
  if (at < now) throw invalid('at', 'An appointment cannot end in the past.')
  const { postId, personId } = input
  const { departmentId } = await getRow(tx, writing, 'post', postId)
  const act = 'post.end-appointment'
  const object = { departmentId, objectId: postId }
  const granted = await writing.requireGrant(tx, { act, object, input: { personId, at: input.at } })
  const rows = (await findByParent(tx, writing, 'post_holder', postId)).filter(
    ({ content }) => content.personId === personId && (content.to ?? Infinity) > at,
  )
  if (rows.length === 0) {
    const message = 'This person does not hold the post then.'
    throw new Refusal('not-found', { field: 'person', message })
  }
  for (const row of rows)
    if (row.content.from >= at) await changeRow(tx, writing, 'post_holder', deleted(row))
    else
      await changeRow(tx, writing, 'post_holder', { ...row, content: { ...row.content, to: at } })
  const fields = ['person', 'to']
  await recordAct(tx, writing, { act, departmentId, objectId: postId, fields }, granted)
}
