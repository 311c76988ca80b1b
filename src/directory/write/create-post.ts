/** A new post with keys, account and address; nobody holds it yet. */
import { newId } from '../../base/id.ts'
import type { Tx } from '../../db/types.ts'
import type { Names } from '../types.ts'
import { checkNames, checkText, invalid } from './check.ts'
import { giveAddress } from './give-address.ts'
import { makeAccount } from './make-account.ts'
import { recordAct } from './record.ts'
import { getRow, insertRow, lookups, requireFree } from './shelf.ts'
import type { Writing } from './writing.ts'

export interface NewPost {
  readonly departmentId: string
  /** `SEO(A)2`: unique in the department. */
  readonly title: string
  readonly names: Names
  readonly address: string
}

/** @returns its id. */
export async function createPost(tx: Tx, writing: Writing, input: NewPost): Promise<string> {
  const names = checkNames(input.names)
  const title = checkTitle(input.title)
  const { departmentId, address } = input
  await getRow(tx, writing, 'department', departmentId)
  const act = 'post.create'
  const object = { departmentId }
  const granted = await writing.requireGrant(tx, { act, object, input: { address } })
  const lookup = lookups.post(writing, departmentId, title)
  await requireFree(tx, writing, 'post', lookup, `The department already has a post ${title}.`)
  const id = newId(writing.clock)
  await giveAddress(tx, writing, {
    address,
    targetId: id,
    kind: 'post',
    departmentId,
    isPrimary: true,
  })
  const accountId = await makeAccount(tx, writing, departmentId, 'post')
  await insertRow(tx, writing, 'post', {
    id,
    departmentId,
    parentId: undefined,
    accountId,
    state: 'active',
    lookup,
    content: { title, names },
  })
  const fields = ['title', 'names', 'address']
  await recordAct(tx, writing, { act, departmentId, objectId: id, fields }, granted)
  return id
}

/** Titles become names of mailboxes, whose parts `/` divides. */
export function checkTitle(text: string): string {
  const title = checkText('title', 'The title of the post', text)
  if (title.includes('/')) throw invalid('title', 'The title of a post may not contain "/".')
  return title
}
