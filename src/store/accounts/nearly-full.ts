/** Accounts near their quota whose owners have not heard of it today. RFC 9208 §4.1.2 is the wall after it. */
import type { Millis } from '../../base/clock.ts'
import { dayMs } from '../../base/clock.ts'
import type { AccountId } from '../../base/id.ts'
import type { StoreContext } from '../context.ts'
import { quotaNoticePercent } from '../limits.ts'
import type { Quota } from '../types.ts'
import { quotaOf, type QuotaRow } from './quota.ts'

export interface NearlyFull {
  readonly accountId: AccountId
  readonly quota: Quota
}

/**
 * Takes them: the next who asks, on whatever node, gets others until a day has passed. The clock of
 * who asks counts, a minute early, so that an hourly round does not slip by an hour each day.
 */
export async function takeNearlyFull(
  context: StoreContext,
  limit: number,
): Promise<readonly NearlyFull[]> {
  const now: Millis = context.clock.now()
  const rows = await context.database.single<QuotaRow & { readonly account_id: AccountId }>({
    name: 'store.take-nearly-full',
    text: `UPDATE account SET quota_noticed_at = $1 WHERE account_id IN (
        SELECT account_id FROM account
        WHERE (used_octets * 100 >= limit_octets * ${quotaNoticePercent}
            OR used_messages * 100 >= limit_messages * ${quotaNoticePercent})
          AND (quota_noticed_at IS NULL OR quota_noticed_at <= $2)
        ORDER BY account_id LIMIT $3 FOR UPDATE SKIP LOCKED)
      RETURNING account_id, used_octets, used_messages, limit_octets, limit_messages`,
    values: [now, now - dayMs + slackMs, limit],
  })
  return rows.map((row) => ({ accountId: row.account_id, quota: quotaOf(row) }))
}

const slackMs = 60_000
