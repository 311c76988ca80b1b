/** Puts an address on a list: a person, a post, another list or somebody outside. */
import { newId } from '../../base/id.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Tx } from '../../db/types.ts'
import { listDepthMax, listMembersMax } from '../limits.ts'
import { checkAddress, invalid } from './check.ts'
import { recordAct } from './record.ts'
import { findByLookup, findByParent, getRow, insertRow, lookups, requireFree } from './shelf.ts'
import type { Writing } from './writing.ts'

export interface NewListMember {
  readonly listId: string
  readonly address: string
}

export async function addListMember(tx: Tx, writing: Writing, input: NewListMember): Promise<void> {
  const { listId } = input
  const key = checkAddress('address', input.address)
  const list = await getRow(tx, writing, 'list', listId)
  const { departmentId } = list
  const act = 'list.add-member'
  const object = { departmentId, objectId: listId }
  const granted = await writing.requireGrant(tx, { act, object, input: { address: key } })
  const lookup = lookups.listMember(writing, listId, key)
  await requireFree(tx, writing, 'list_member', lookup, 'This address is already on the list.')
  if ((await findByParent(tx, writing, 'list_member', listId)).length >= listMembersMax)
    throw new Refusal('too-many', { message: `A list has at most ${listMembersMax} members.` })
  await requireNoLoop(tx, writing, listId, key)
  await insertRow(tx, writing, 'list_member', {
    id: newId(writing.clock),
    departmentId,
    parentId: listId,
    accountId: undefined,
    state: 'active',
    lookup,
    content: { address: key },
  })
  const fields = ['member']
  await recordAct(tx, writing, { act, departmentId, objectId: listId, fields }, granted)
}

/** Walks the lists under the new member, each once, and refuses to meet the list itself. */
async function requireNoLoop(tx: Tx, writing: Writing, listId: string, key: string): Promise<void> {
  const seen = new Set<string>()
  let level = await listsAmong(tx, writing, [key])
  for (let depth = 1; level.length > 0; depth++) {
    if (level.includes(listId))
      throw invalid('address', 'The list would contain itself through this address.')
    if (depth > listDepthMax) throw invalid('address', `Lists nest at most ${listDepthMax} deep.`)
    const next: string[] = []
    for (const id of level) {
      if (seen.has(id)) continue
      seen.add(id)
      const members = await findByParent(tx, writing, 'list_member', id)
      next.push(
        ...(await listsAmong(
          tx,
          writing,
          members.map((row) => row.content.address),
        )),
      )
    }
    level = next
  }
}

async function listsAmong(
  tx: Tx,
  writing: Writing,
  keys: readonly string[],
): Promise<readonly string[]> {
  const found: string[] = []
  for (const key of keys) {
    const row = await findByLookup(tx, writing, 'address', lookups.address(writing, key))
    if (row?.state !== 'active') continue
    if (row.content.kind === 'list' && row.parentId !== undefined) found.push(row.parentId)
  }
  return found
}
