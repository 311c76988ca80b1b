/**
 * What was met before, as a keyed hash with an end: who was answered (RFC 5230 §4.2), which messages a
 * script has seen (RFC 7352). The database learns neither whom nor what.
 */
import type { AccountId } from '../base/id.ts'
import type { Millis } from '../base/clock.ts'
import { accountKeys, type StoreContext } from './context.ts'

/** Whether it is met again before its time was over. */
export async function isRemembered(
  context: StoreContext,
  account: AccountId,
  what: string,
): Promise<boolean> {
  const keys = await accountKeys(context, account)
  const row = await context.database.row<{ until_at: number }>({
    name: 'store.is-remembered',
    text: `SELECT until_at FROM remembered
      WHERE account_id = $1 AND digest = $2 AND until_at > $3`,
    values: [account, keys.hash('remembered', what), context.clock.now()],
  })
  return row !== undefined
}

/**
 * From now until `until`; what is remembered already keeps its end unless `isRenewed`.
 * @returns false when it was remembered before: of two who ask at once one hears true.
 */
export async function rememberUntil(
  context: StoreContext,
  account: AccountId,
  { what, until, isRenewed }: Remembering,
): Promise<boolean> {
  const keys = await accountKeys(context, account)
  const now = context.clock.now()
  const [row] = await context.database.single<{ was_there: boolean }>({
    name: 'store.remember',
    text: `WITH before AS (
        SELECT until_at FROM remembered WHERE account_id = $1 AND digest = $2 AND until_at > $4
      )
      INSERT INTO remembered (account_id, digest, until_at) VALUES ($1, $2, $3)
      ON CONFLICT (account_id, digest) DO UPDATE SET until_at = excluded.until_at
        WHERE remembered.until_at <= $4 OR $5::boolean
      RETURNING EXISTS (SELECT FROM before) AS was_there`,
    values: [account, keys.hash('remembered', what), until, now, isRenewed],
  })
  return row !== undefined && !row.was_there
}

export interface Remembering {
  readonly what: string
  readonly until: Millis
  readonly isRenewed: boolean
}

export async function forgetRemembered(context: StoreContext): Promise<void> {
  await context.database.single({
    name: 'store.forget-remembered',
    text: 'DELETE FROM remembered WHERE until_at <= $1',
    values: [context.clock.now()],
  })
}
