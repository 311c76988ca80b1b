/** Whose an account is: a person's own, or a post's, which its present holders own together. */
import { Refusal } from '../../base/refusal.ts'
import type { Tx } from '../../db/types.ts'
import { isHeldAt } from '../memory.ts'
import { findByAccount, findByParent } from './shelf.ts'
import type { PowersWriting } from './writing.ts'

export interface AccountOwner {
  readonly departmentId: string
  /** People who may open it to others at this moment. */
  readonly owners: readonly string[]
}

/** @throws Refusal('not-found') for an account that is neither a person's nor a post's. */
export async function getAccountOwner(
  tx: Tx,
  writing: PowersWriting,
  accountId: string,
): Promise<AccountOwner> {
  const [person] = await findByAccount(tx, writing, 'person', accountId)
  if (person?.state === 'active') return { departmentId: person.departmentId, owners: [person.id] }
  const [post] = await findByAccount(tx, writing, 'post', accountId)
  if (post === undefined) {
    const message = 'Only a person’s own mailbox and a post’s can be delegated.'
    throw new Refusal('not-found', { field: 'account', message })
  }
  const now = writing.clock.now()
  const holders = await findByParent(tx, writing, 'post_holder', post.id)
  const present = holders.filter(({ content: { to, ...holding } }) =>
    isHeldAt({ ...holding, to }, now),
  )
  return {
    departmentId: post.departmentId,
    owners: present.map(({ content }) => content.personId),
  }
}

/** Of any kind, and whatever the state of who has it: for what is done about its mail. */
export interface AnyAccount extends AccountOwner {
  /** In the form in which the directory knows them. */
  readonly ownAddresses: readonly string[]
  readonly redirects: number
}

/** @throws Refusal('not-found') */
export async function findAnyAccount(
  tx: Tx,
  writing: PowersWriting,
  accountId: string,
): Promise<AnyAccount> {
  const [person] = await findByAccount(tx, writing, 'person', accountId)
  const [post] = await findByAccount(tx, writing, 'post', accountId)
  const [shared] = await findByAccount(tx, writing, 'shared_mailbox', accountId)
  const found = person ?? post ?? shared
  if (found === undefined)
    throw new Refusal('not-found', { field: 'account', message: 'There is no such mailbox.' })
  // Nobody owns a shared mailbox: who keeps its department acts for it, with a second person.
  const isOwned = person?.state === 'active' || post !== undefined
  const { owners } = isOwned ? await getAccountOwner(tx, writing, accountId) : { owners: [] }
  const addresses = await findByParent(tx, writing, 'address', found.id)
  return {
    departmentId: found.departmentId,
    owners,
    ownAddresses: addresses.map(({ content }) => content.address),
    redirects: (await findByAccount(tx, writing, 'redirect', accountId)).length,
  }
}
