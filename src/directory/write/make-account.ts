/** The keys and the mail account of a new person, post or shared mailbox. */
import { newId } from '../../base/id.ts'
import type { Tx } from '../../db/types.ts'
import type { NewAccount, Writing } from './writing.ts'

/** @returns the account's id. */
export async function makeAccount(
  tx: Tx,
  writing: Writing,
  departmentId: string,
  kind: NewAccount['kind'],
): Promise<string> {
  const accountId = newId(writing.clock)
  await writing.keys.createAccount(tx, accountId, departmentId)
  await writing.makeAccount(tx, { accountId, departmentId, kind })
  return accountId
}
