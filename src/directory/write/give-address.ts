/** Gives a free address of the department's own domains to a person, post, mailbox or list. */
import { newId } from '../../base/id.ts'
import type { Tx } from '../../db/types.ts'
import { domainOf } from '../address-key.ts'
import type { TargetKind } from '../rows/nouns.ts'
import { checkNewAddress, invalid } from './check.ts'
import { findByLookup, insertRow, lookups, requireFree } from './shelf.ts'
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
  await requireFree(tx, writing, 'address', lookup, 'This address is already in use.')
  await insertRow(tx, writing, 'address', {
    id: newId(writing.clock),
    departmentId: input.departmentId,
    parentId: input.targetId,
    accountId: undefined,
    state: 'active',
    lookup,
    content: { address: key, kind: input.kind, isPrimary: input.isPrimary },
  })
  return key
}
