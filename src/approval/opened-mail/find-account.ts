/** Whose an account is: a person's, a post's, a shared mailbox's, whatever their state. */
import type { AccountId } from '../../base/id.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Tx } from '../../db/types.ts'
import { findByAccount } from '../../directory/write/shelf.ts'
import type { ApprovedWriting } from './open-mail.ts'

export interface FoundAccount {
  readonly departmentId: string
  /** Of a person's account. */
  readonly ownerId: string | undefined
  readonly hasLeft: boolean
}

/** @throws Refusal('not-found') */
export async function findAccount(
  tx: Tx,
  writing: ApprovedWriting,
  accountId: AccountId,
): Promise<FoundAccount> {
  const [person] = await findByAccount(tx, writing, 'person', accountId)
  if (person !== undefined) {
    const { id: ownerId, departmentId, state } = person
    return { departmentId, ownerId, hasLeft: state === 'left' }
  }
  const [post] = await findByAccount(tx, writing, 'post', accountId)
  const [shared] = await findByAccount(tx, writing, 'shared_mailbox', accountId)
  const departmentId = post?.departmentId ?? shared?.departmentId
  if (departmentId === undefined)
    throw new Refusal('not-found', { message: 'There is no such mailbox.' })
  return { departmentId, ownerId: undefined, hasLeft: false }
}
