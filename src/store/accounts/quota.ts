/** Octets and messages an account may hold. RFC 9208. */
import type { AccountId, DepartmentId } from '../../base/id.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Tx } from '../../db/types.ts'
import type { StoreContext } from '../context.ts'
import type { AccountLimits, Quota, Use } from '../types.ts'

export interface QuotaRow {
  readonly used_octets: number
  readonly used_messages: number
  readonly limit_octets: number | null
  readonly limit_messages: number | null
}

export async function readQuota(context: StoreContext, account: AccountId): Promise<Quota> {
  const row = await context.database.row<QuotaRow>({
    name: 'store.quota',
    text: `SELECT used_octets, used_messages, limit_octets, limit_messages FROM account
      WHERE account_id = $1`,
    values: [account],
  })
  if (row === undefined) throw new Refusal('no-such-account', { account })
  return quotaOf(row)
}

export function quotaOf(row: QuotaRow): Quota {
  return {
    usedOctets: row.used_octets,
    usedMessages: row.used_messages,
    limitOctets: row.limit_octets ?? undefined,
    limitMessages: row.limit_messages ?? undefined,
  }
}

/** In the transaction that holds its audit entry. The owner hears anew when he is near the new limit. */
export async function setQuota(tx: Tx, account: AccountId, limits: AccountLimits): Promise<void> {
  const touched = await tx.execute({
    name: 'store.set-quota',
    text: `UPDATE account SET limit_octets = $2, limit_messages = $3, quota_noticed_at = NULL
      WHERE account_id = $1`,
    values: [account, limits.limitOctets ?? null, limits.limitMessages ?? null],
  })
  if (touched === 0) throw new Refusal('no-such-account', { account })
}

/** No running total is kept: deliveries to different accounts must never wait for one row. */
export async function readDepartmentUse(
  context: StoreContext,
  department: DepartmentId,
): Promise<Use> {
  const row = await context.database.row<Use>({
    name: 'store.department-use',
    text: `SELECT coalesce(sum(used_octets), 0)::bigint AS octets,
        coalesce(sum(used_messages), 0)::bigint AS messages FROM account WHERE department_id = $1`,
    values: [department],
  })
  return row ?? { octets: 0, messages: 0 }
}
