/** The table of held copies. The room knows no rule and composes no notice. */
import type { Clock, Millis } from '../../base/clock.ts'
import type { AccountId } from '../../base/id.ts'
import type { Database, Tx } from '../../db/types.ts'
import { SealError, type HashingSealer } from '../../keys/types.ts'
import { bucketOf } from '../bucket.ts'
import { heldAccountsPerRound, heldShownMax } from '../limits.ts'
import { openHeldFacts, openRequest, sealRequest } from './sealed.ts'
import type { Ended, HeldCopies, HeldCopy, Told } from './types.ts'

export interface HeldOptions {
  readonly database: Database
  readonly keys: HashingSealer
  readonly clock: Clock
  /** A row that does not open: it is as if it were not there. */
  readonly onAlarm: (what: string, facts: object) => void
}

export function createHeldCopies(options: HeldOptions): HeldCopies {
  const { keys, clock } = options
  return {
    waitingFor: (accounts) => select(options, 'waiting', [accounts]),
    requested: async () =>
      (await select(options, 'requested', [])).filter(({ request }) => request !== undefined),
    find: async (id) => (await select(options, 'one', [bucketOf(id), id]))[0],
    request: async (tx, copy, by) => {
      const at = clock.now()
      const changed = await tx.execute({
        name: 'queue.request-held-copy',
        text: `UPDATE held_copy SET requested_at = $3, request = $4
          WHERE bucket = $1 AND message_id = $2 AND requested_at IS NULL AND ended IS NULL`,
        values: [bucketOf(copy.id), copy.id, at, sealRequest(keys, copy, { at, by })],
      })
      return changed > 0
    },
    end: async (tx, id, how) => (await end(tx, id, how)) > 0,
    heldBefore: (at, exceptOf) => select(options, 'held-before', [at, exceptOf]),
    accountsToTell: (since) => accountsToTell(options, since),
    untold: (account) => select(options, 'untold', [account]),
    markTold: (tx, told) => markTold(tx, told, clock.now()),
  }
}

const conditions = {
  waiting: 'account_id = ANY ($1::uuid[]) AND ended IS NULL ORDER BY held_at, message_id',
  requested: 'requested_at IS NOT NULL AND ended IS NULL ORDER BY requested_at, message_id',
  one: 'bucket = $1 AND message_id = $2 AND ended IS NULL',
  'held-before':
    'held_at < $1 AND account_id <> ALL ($2::uuid[]) AND ended IS NULL ORDER BY held_at, message_id',
  untold:
    'account_id = $1 AND (NOT is_told OR ended IS NOT NULL) ORDER BY ended, held_at, message_id',
} as const

interface Row {
  readonly message_id: string
  readonly account_id: string
  readonly held_at: number
  readonly facts: Buffer
  readonly request: Buffer | null
  readonly ended: Ended | null
  readonly is_told: boolean
}

async function select(
  options: HeldOptions,
  which: keyof typeof conditions,
  values: readonly unknown[],
): Promise<readonly HeldCopy[]> {
  const rows = await options.database.rows<Row>({
    name: `queue.held-copies-${which}`,
    text: `SELECT message_id, account_id, held_at, facts, request, ended, is_told
      FROM held_copy WHERE ${conditions[which]} LIMIT ${heldShownMax}`,
    values,
  })
  return rows.flatMap((row) => copyOf(options, row) ?? [])
}

/** Undefined: somebody else than the platform wrote or moved it. */
function copyOf({ keys, onAlarm }: HeldOptions, row: Row): HeldCopy | undefined {
  const { message_id: id, account_id: accountId } = row
  try {
    const request =
      row.request === null ? undefined : openRequest(keys, { id, accountId }, row.request)
    return {
      id,
      accountId,
      heldAt: row.held_at,
      facts: openHeldFacts(keys, { id, accountId }, row.facts),
      request,
      ended: row.ended ?? undefined,
      isTold: row.is_told,
    }
  } catch (error) {
    if (!(error instanceof SealError)) throw error
    onAlarm('a row does not verify', { table: 'held_copy', rowId: id })
    return undefined
  }
}

async function end(tx: Tx, id: string, how: Ended): Promise<number> {
  return tx.execute({
    name: 'queue.end-held-copy',
    text: `UPDATE held_copy SET ended = $3
      WHERE bucket = $1 AND message_id = $2 AND ended IS NULL`,
    values: [bucketOf(id), id, how],
  })
}

async function accountsToTell(
  { database }: HeldOptions,
  since: Millis,
): Promise<readonly AccountId[]> {
  const rows = await database.rows<{ account_id: string }>({
    name: 'queue.held-accounts-to-tell',
    text: `SELECT DISTINCT c.account_id FROM held_copy AS c
      LEFT JOIN held_digest AS d ON d.account_id = c.account_id
      WHERE (NOT c.is_told OR c.ended IS NOT NULL) AND (d.told_at IS NULL OR d.told_at <= $1)
      LIMIT ${heldAccountsPerRound}`,
    values: [since],
  })
  return rows.map(({ account_id: accountId }) => accountId)
}

async function markTold(tx: Tx, { account, copies, since }: Told, now: Millis): Promise<boolean> {
  const turn = await tx.execute({
    name: 'queue.take-held-digest',
    text: `INSERT INTO held_digest AS d (account_id, told_at) VALUES ($1, $2)
      ON CONFLICT (account_id) DO UPDATE SET told_at = EXCLUDED.told_at WHERE d.told_at <= $3`,
    values: [account, now, since],
  })
  if (turn === 0) return false
  const of = (some: readonly HeldCopy[]) => [
    some.map(({ id }) => bucketOf(id)),
    some.map(({ id }) => id),
  ]
  await tx.execute({
    name: 'queue.mark-held-told',
    text: `UPDATE held_copy AS c SET is_told = true
      FROM unnest($1::smallint[], $2::uuid[]) AS told (bucket, message_id)
      WHERE c.bucket = told.bucket AND c.message_id = told.message_id`,
    values: of(copies.filter(({ ended }) => ended === undefined)),
  })
  await tx.execute({
    name: 'queue.forget-ended',
    text: `DELETE FROM held_copy AS c USING unnest($1::smallint[], $2::uuid[]) AS told (bucket, message_id)
      WHERE c.bucket = told.bucket AND c.message_id = told.message_id`,
    values: of(copies.filter(({ ended }) => ended !== undefined)),
  })
  return true
}
