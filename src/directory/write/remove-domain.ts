/**
 * A domain that nobody has an address of any more is no longer internal: from now on mail to it leaves
 * the platform. Addresses that were somebody's once keep nobody from it; they are remembered as his.
 */
import { Refusal } from '../../base/refusal.ts'
import type { Tx } from '../../db/types.ts'
import { domainOf } from '../address-key.ts'
import { readChanges } from '../rows/read-changes.ts'
import { checkDomain, invalid } from './check.ts'
import { recordAct } from './record.ts'
import { changeRow, deleted, findByLookup, lookups } from './shelf.ts'
import type { Writing } from './writing.ts'

export async function removeDomain(
  tx: Tx,
  writing: Writing,
  input: { readonly domain: string },
): Promise<void> {
  const domain = checkDomain(input.domain)
  const row = await findByLookup(tx, writing, 'domain', lookups.domain(writing, domain))
  if (row === undefined) {
    const message = `The domain ${domain} is nobody’s.`
    throw new Refusal('not-found', { field: 'domain', message })
  }
  const used = await countAddresses(tx, writing, domain)
  if (used > 0) {
    const message = `${used} addresses end in ${domain}: give their owners others first.`
    throw invalid('domain', message)
  }
  const { departmentId, id: objectId } = row
  const act = 'domain.remove'
  const object = { departmentId, objectId }
  const granted = await writing.requireGrant(tx, { act, object, input: { domain } })
  await changeRow(tx, writing, 'domain', deleted(row))
  await recordAct(tx, writing, { act, departmentId, objectId, fields: ['domain'] }, granted)
}

/** All of them, because who was moved took his address to another department. */
async function countAddresses(tx: Tx, writing: Writing, domain: string): Promise<number> {
  const feed = { name: 'directory', tables: ['address'] } as const
  const changes = await readChanges(tx, writing.keys, feed, 0)
  return changes.filter(({ row }) => {
    // A row of the table address, opened.
    const content = row?.content as { readonly address: string } | undefined
    return row?.state === 'active' && domainOf(content?.address ?? '') === domain
  }).length
}
