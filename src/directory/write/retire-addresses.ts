/**
 * The addresses of what is removed lead nowhere, and are remembered as its: nobody else gets one
 * without a second person.
 */
import type { Tx } from '../../db/types.ts'
import { changeRow, findByParent } from './shelf.ts'
import type { Writing } from './writing.ts'

export async function retireAddresses(tx: Tx, writing: Writing, ownerId: string): Promise<void> {
  for (const row of await findByParent(tx, writing, 'address', ownerId))
    if (row.state === 'active') await changeRow(tx, writing, 'address', { ...row, state: 'former' })
}
