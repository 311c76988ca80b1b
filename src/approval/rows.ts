/**
 * The rows of this room: sealed, under the authority's MAC, in a feed that must add up. Whoever
 * alters one in the database has made a row that nobody believes. Architecture D3.
 */
import type { Db, Tx } from '../db/types.ts'
import { openRow, type OpenedRow, type StoredRow } from '../directory/rows/sealed-row.ts'
import { insertRows, updateRow, type Shelf } from '../directory/rows/write-rows.ts'
import type { Alarm } from '../directory/types.ts'
import type { Keys } from '../keys/types.ts'
import type {
  DisclosureDelayContent,
  EnrolmentContent,
  OpenedMailContent,
  RequestContent,
  StandingConsentContent,
} from './types.ts'

/** What each table keeps sealed. */
export interface ApprovalContent {
  readonly approval: RequestContent
  readonly standing_consent: StandingConsentContent
  readonly disclosure_delay: DisclosureDelayContent
  readonly opened_mail: OpenedMailContent
  readonly enrolment: EnrolmentContent
}
export type ApprovalTable = keyof ApprovalContent
export type ApprovalRow<T extends ApprovalTable> = OpenedRow<ApprovalContent[T]>

export const approvalFeed = {
  name: 'approval',
  tables: ['approval', 'standing_consent', 'disclosure_delay', 'opened_mail', 'enrolment'],
} as const

export type RowKeys = Pick<Keys, 'directory' | 'authority'>

export interface NewRow<T extends ApprovalTable> {
  readonly id: string
  readonly departmentId: string
  readonly parentId: string
  readonly accountId: string | undefined
  readonly lookup: Buffer | undefined
  readonly content: ApprovalContent[T]
}

/**
 * Writers of approvals and of what they allow come one after the other, and always in this order of
 * locks: the directory first, because most acts take it too.
 */
export async function lockFeeds(tx: Tx): Promise<void> {
  for (const feed of ['directory', 'approval'])
    await tx.row({
      name: 'approval.lock',
      text: 'SELECT version FROM reference_head WHERE feed = $1 FOR UPDATE',
      values: [feed],
    })
}

export async function addRow<T extends ApprovalTable>(
  tx: Tx,
  keys: RowKeys,
  table: T,
  row: NewRow<T>,
): Promise<void> {
  await insertRows(shelfOf(tx, keys, table), [{ ...row, state: 'active' }])
}

export async function changeRow<T extends ApprovalTable>(
  tx: Tx,
  keys: RowKeys,
  table: T,
  row: ApprovalRow<T>,
  lookup: Buffer | undefined,
): Promise<void> {
  await updateRow(shelfOf(tx, keys, table), { ...row, lookup })
}

function shelfOf(tx: Tx, keys: RowKeys, table: ApprovalTable): Shelf {
  return { tx, keys, feed: approvalFeed.name, table }
}

/** Undefined: there is none, or it was altered; then `onAlarm` hears of it. */
export async function findRow<T extends ApprovalTable>(
  db: Db,
  keys: RowKeys,
  table: T,
  by: { readonly id: string } | { readonly lookup: Buffer },
  onAlarm: (alarm: Alarm) => void,
): Promise<ApprovalRow<T> | undefined> {
  const column = 'id' in by ? 'id' : 'lookup'
  // Table and column are our own constants, never input.
  const row = await db.row<StoredRow>({
    name: `approval.find.${table}.${column}`,
    text: `SELECT id, department_id, parent_id, account_id, state, version, lookup, sealed, mac
      FROM ${table} WHERE ${column} = $1 AND state <> 'deleted'`,
    values: ['id' in by ? by.id : by.lookup],
  })
  if (row === undefined) return undefined
  const opened = openRow<ApprovalContent[T]>(keys, table, row)
  if (opened === undefined) onAlarm({ what: 'row-does-not-verify', table, rowId: row.id })
  return opened
}
