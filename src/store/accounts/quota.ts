/** Octets and messages an account may hold. RFC 9208. */
import type { AccountId, DepartmentId } from '../../base/id.ts'
import { Refusal } from '../../base/refusal.ts'
import type { StoreContext } from '../context.ts'
import type { Quota } from '../types.ts'

interface QuotaRow {
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
  return {
    usedOctets: row.used_octets,
    usedMessages: row.used_messages,
    limitOctets: row.limit_octets ?? undefined,
    limitMessages: row.limit_messages ?? undefined,
  }
}

export async function setQuota(
  context: StoreContext,
  account: AccountId,
  limits: Pick<Quota, 'limitOctets' | 'limitMessages'>,
): Promise<void> {
  const rows = await context.database.single({
    name: 'store.set-quota',
    text: `UPDATE account SET limit_octets = $2, limit_messages = $3 WHERE account_id = $1
      RETURNING account_id`,
    values: [account, limits.limitOctets ?? null, limits.limitMessages ?? null],
  })
  if (rows.length === 0) throw new Refusal('no-such-account', { account })
}

/** No running total is kept: deliveries to different accounts must never wait for one row. */
export async function readDepartmentOctets(
  context: StoreContext,
  department: DepartmentId,
): Promise<number> {
  const row = await context.database.row<{ octets: number }>({
    name: 'store.department-octets',
    text: `SELECT coalesce(sum(used_octets), 0)::bigint AS octets FROM account
      WHERE department_id = $1`,
    values: [department],
  })
  return row?.octets ?? 0
}
