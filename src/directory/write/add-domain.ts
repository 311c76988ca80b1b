/** A domain whose addresses a department gives; from now on it is internal. */
import { newId } from '../../base/id.ts'
import type { Tx } from '../../db/types.ts'
import { checkDomain } from './check.ts'
import { recordAct } from './record.ts'
import { getRow, insertRow, lookups, requireFree } from './shelf.ts'
import type { Writing } from './writing.ts'

export interface NewDomain {
  readonly departmentId: string
  readonly domain: string
}

/** @returns the domain as A-labels. */
export async function addDomain(tx: Tx, writing: Writing, input: NewDomain): Promise<string> {
  const domain = checkDomain(input.domain)
  const { departmentId } = input
  await getRow(tx, writing, 'department', departmentId)
  const act = 'domain.add'
  const object = { departmentId }
  const granted = await writing.requireGrant(tx, { act, object, input: { domain } })
  const lookup = lookups.domain(writing, domain)
  await requireFree(tx, writing, 'domain', lookup, `The domain ${domain} is already in use.`)
  const id = newId(writing.clock)
  await insertRow(tx, writing, 'domain', {
    id,
    departmentId,
    parentId: undefined,
    accountId: undefined,
    state: 'active',
    lookup,
    content: { domain },
  })
  const fields = ['domain']
  await recordAct(tx, writing, { act, departmentId, objectId: id, fields }, granted)
  return domain
}
