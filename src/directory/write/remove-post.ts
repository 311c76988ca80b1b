/**
 * Removes a post that nobody holds and that has no mail, recoverable mail included. Its empty account
 * stays behind: what was in it once may still be asked for by its id.
 */
import type { Tx } from '../../db/types.ts'
import { countMessages } from '../../store/accounts/count-messages.ts'
import { invalid } from './check.ts'
import { recordAct } from './record.ts'
import { retireAddresses } from './retire-addresses.ts'
import { changeRow, deleted, findByParent, getRow } from './shelf.ts'
import type { Writing } from './writing.ts'

export async function removePost(
  tx: Tx,
  writing: Writing,
  { postId }: { readonly postId: string },
): Promise<void> {
  const row = await getRow(tx, writing, 'post', postId)
  const { departmentId } = row
  const act = 'post.remove'
  const object = { departmentId, objectId: postId }
  const granted = await writing.requireGrant(tx, { act, object, input: {} })
  const holders = await findByParent(tx, writing, 'post_holder', postId)
  const now = writing.clock.now()
  if (holders.some(({ content }) => (content.to ?? Infinity) > now))
    throw invalid('post', 'Somebody holds this post, or will: end the appointments first.')
  const messages = row.accountId === undefined ? 0 : await countMessages(tx, row.accountId)
  if (messages > 0) {
    const message = `The post has ${messages} messages, deleted ones included: it is not empty.`
    throw invalid('post', message)
  }
  await retireAddresses(tx, writing, postId)
  for (const holder of holders) await changeRow(tx, writing, 'post_holder', deleted(holder))
  await changeRow(tx, writing, 'post', deleted(row))
  await recordAct(tx, writing, { act, departmentId, objectId: postId, fields: ['state'] }, granted)
}
