/** Room for more entries in an account, or Refusal('over-quota'). RFC 9208 §4.1.2. */
import type { AccountId } from '../../base/id.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Tx } from '../../db/types.ts'
import { sumOctets, type RemovedEntry } from './take-out.ts'

export async function takeQuota(
  tx: Tx,
  account: AccountId,
  entries: readonly RemovedEntry[],
): Promise<void> {
  const octets = sumOctets(entries)
  const touched = await tx.execute({
    name: 'store.take-quota',
    text: `UPDATE account SET used_octets = used_octets + $2, used_messages = used_messages + $3
      WHERE account_id = $1 AND (limit_octets IS NULL OR used_octets + $2 <= limit_octets)
        AND (limit_messages IS NULL OR used_messages + $3 <= limit_messages)`,
    values: [account, octets, entries.length],
  })
  if (touched === 0) throw new Refusal('over-quota', { account, octets })
}
