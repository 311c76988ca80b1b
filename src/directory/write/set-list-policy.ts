/** Who may post to a list, and who owns it (moderated mail and failures go to him). */
import type { Tx } from '../../db/types.ts'
import type { ListPosting } from '../types.ts'
import { checkAddress } from './check.ts'
import { recordAct } from './record.ts'
import { changeRow, getRow } from './shelf.ts'
import type { Writing } from './writing.ts'

export interface ListPolicy {
  readonly listId: string
  readonly posting?: ListPosting
  readonly ownerAddress?: string
}

export async function setListPolicy(tx: Tx, writing: Writing, input: ListPolicy): Promise<void> {
  const row = await getRow(tx, writing, 'list', input.listId)
  const posting = input.posting ?? row.content.posting
  const ownerAddress =
    input.ownerAddress === undefined
      ? row.content.ownerAddress
      : checkAddress('ownerAddress', input.ownerAddress)
  const isNewOwner = ownerAddress !== row.content.ownerAddress
  const isNewPosting = posting !== row.content.posting
  if (!isNewOwner && !isNewPosting) return
  const { departmentId } = row
  const object = { departmentId, objectId: row.id }
  const act = isNewOwner ? 'list.set-owner' : 'list.set-posting'
  const granted = await writing.requireGrant(tx, { act, object, input: { posting, ownerAddress } })
  await changeRow(tx, writing, 'list', {
    ...row,
    content: { ...row.content, posting, ownerAddress },
  })
  const fields = [...(isNewPosting ? ['posting'] : []), ...(isNewOwner ? ['ownerAddress'] : [])]
  await recordAct(tx, writing, { act, departmentId, objectId: row.id, fields }, granted)
}
