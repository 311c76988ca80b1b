/** One more address for a person, post, shared mailbox or list. */
import { Refusal } from '../../base/refusal.ts'
import type { Tx } from '../../db/types.ts'
import { aliasesMax } from '../limits.ts'
import type { DirectoryNoun, TargetKind } from '../rows/nouns.ts'
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
  await writing.requireGrant(tx, 'address.add-alias')
  const { kind, targetId, address } = input
  const { departmentId } = await getRow(tx, writing, nouns[kind], targetId)
  if ((await findByParent(tx, writing, 'address', targetId)).length > aliasesMax)
    throw new Refusal('too-many', { message: `Nobody has more than ${aliasesMax} aliases.` })
  const isPrimary = false
  const key = await giveAddress(tx, writing, { address, targetId, kind, departmentId, isPrimary })
  await recordAct(tx, writing, {
    act: 'address.add-alias',
    departmentId,
    objectId: targetId,
    fields: ['address'],
  })
  return key
}
