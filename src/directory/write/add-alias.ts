/** One more address for a person, post, shared mailbox or list. */
import { Refusal } from '../../base/refusal.ts'
import type { Tx } from '../../db/types.ts'
import { aliasesMax } from '../limits.ts'
import type { DirectoryNoun, TargetKind } from '../rows/nouns.ts'
import { checkNewAddress } from './check.ts'
import { giveAddress } from './give-address.ts'
import { recordAct } from './record.ts'
import { findByParent, getRow } from './shelf.ts'
import type { Writing } from './writing.ts'

export interface NewAlias {
  readonly address: string
  readonly kind: TargetKind
  readonly targetId: string
}

const nouns = {
  person: 'person',
  post: 'post',
  shared: 'shared_mailbox',
  list: 'list',
} as const satisfies Record<TargetKind, DirectoryNoun>

/** @returns the address in the form in which the directory knows it. */
export async function addAlias(tx: Tx, writing: Writing, input: NewAlias): Promise<string> {
  const { kind, targetId, address } = input
  const { departmentId, accountId } = await getRow(tx, writing, nouns[kind], targetId)
  const granted = await writing.requireGrant(tx, {
    act: 'address.add-alias',
    object: { departmentId, objectId: targetId, ...(accountId !== undefined && { accountId }) },
    input: { address: checkNewAddress(address), kind, targetId },
  })
  if ((await findByParent(tx, writing, 'address', targetId)).length > aliasesMax)
    throw new Refusal('too-many', { message: `Nobody has more than ${aliasesMax} aliases.` })
  const isPrimary = false
  const key = await giveAddress(tx, writing, { address, targetId, kind, departmentId, isPrimary })
  const fields = ['address']
  const administration = {
    act: 'address.add-alias',
    departmentId,
    objectId: targetId,
    fields,
  } as const
  await recordAct(tx, writing, administration, granted)
  return key
}
