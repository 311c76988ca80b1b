/** An account goes to another department: one column; nothing is encrypted again. */
import { Refusal } from '../../base/refusal.ts'
import type { Tx } from '../../db/types.ts'
import type { NewAccount } from './create.ts'

export async function moveAccount(
  tx: Tx,
  { accountId, departmentId }: Pick<NewAccount, 'accountId' | 'departmentId'>,
): Promise<void> {
  const touched = await tx.execute({
    name: 'store.move-account',
    text: 'UPDATE account SET department_id = $2 WHERE account_id = $1',
    values: [accountId, departmentId],
  })
  if (touched === 0) throw new Refusal('no-such-account', { account: accountId })
}
