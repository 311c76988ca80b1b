/** Gives a free address of the department's own domains to a person, post, mailbox or list. */
import { newId } from '../../base/id.ts'
import type { Tx } from '../../db/types.ts'
import { domainOf } from '../address-key.ts'
import type { TargetKind } from '../rows/nouns.ts'
import { checkNewAddress, invalid } from './check.ts'
import { recordAct } from './record.ts'
import { changeRow, findByLookup, insertRow, lookups, requireFree, type FoundRow } from './shelf.ts'
import type { Writing } from './writing.ts'

export interface NewAddress {
  readonly address: string
  readonly targetId: string
  readonly kind: TargetKind
  readonly departmentId: string
  readonly isPrimary: boolean
}

/** @returns the address in the form in which the directory knows it. */
export async function giveAddress(tx: Tx, writing: Writing, input: NewAddress): Promise<string> {
  const key = checkNewAddress(input.address)
  const domain = await findByLookup(tx, writing, 'domain', lookups.domain(writing, domainOf(key)))
  if (domain?.departmentId !== input.departmentId)
    throw invalid('address', 'The domain of this address is not one of the department.')
  const lookup = lookups.address(writing, key)
  const former = await findByLookup(tx, writing, 'address', lookup)
  if (former?.state === 'former') await requireReassignable(tx, writing, former, input)
  else await requireFree(tx, writing, 'address', lookup, 'This address is already in use.')
  const draft = {
    id: former?.id ?? newId(writing.clock),
    departmentId: input.departmentId,
    parentId: input.targetId,
    accountId: undefined,
    state: 'active' as const,
    lookup,
    content: { address: key, kind: input.kind, isPrimary: input.isPrimary },
  }
  if (former === undefined) await insertRow(tx, writing, 'address', draft)
  else await changeRow(tx, writing, 'address', draft)
  return key
}

/** Mail that is still sent there is meant for whose it was; he himself may have it back. */
async function requireReassignable(
  tx: Tx,
  writing: Writing,
  former: FoundRow<'address'>,
  { departmentId, targetId, kind, isPrimary }: NewAddress,
): Promise<void> {
  if (former.parentId === targetId) return
  const act = 'address.reassign'
  // A new person or post has no id yet that an approval could have named.
  const objectId = isPrimary ? undefined : targetId
  const { address } = former.content
  const granted = await writing.requireGrant(tx, {
    act,
    object: { departmentId, ...(objectId !== undefined && { objectId }) },
    input: { address, kind, formerly: former.parentId },
  })
  const fields = ['address']
  await recordAct(tx, writing, { act, departmentId, objectId: targetId, fields }, granted)
}
