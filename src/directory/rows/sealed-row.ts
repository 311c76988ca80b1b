/**
 * One row of the reference tables: what is in clear, what is sealed, and the MAC over all of it.
 * Whoever changes a row in the database, moves a sealed value to another row or takes a MAC from
 * another version has made a row that nobody believes (architecture D3).
 */
import type { Keys, MacColumn } from '../../keys/types.ts'
import type { RowState } from './nouns.ts'

/** The columns that every table of a feed has, as PostgreSQL gives them. */
export interface StoredRow {
  readonly id: string
  readonly department_id: string
  readonly parent_id: string | null
  readonly account_id: string | null
  readonly state: RowState
  readonly version: number
  readonly lookup: Buffer | null
  readonly sealed: Buffer
  readonly mac: Buffer
}

/** A row that was verified and opened. */
export interface OpenedRow<C> {
  readonly id: string
  readonly departmentId: string
  readonly parentId: string | undefined
  readonly accountId: string | undefined
  readonly state: RowState
  readonly version: number
  readonly content: C
}

/** What a writer says; version, sealing and MAC are added. */
export type RowDraft<C> = Omit<OpenedRow<C>, 'version'> & { readonly lookup: Buffer | undefined }

type RowKeys = Pick<Keys, 'directory' | 'authority'>

export function sealRow<C>(
  keys: RowKeys,
  table: string,
  draft: RowDraft<C>,
  version: number,
): StoredRow {
  const row = {
    id: draft.id,
    department_id: draft.departmentId,
    parent_id: draft.parentId ?? null,
    account_id: draft.accountId ?? null,
    state: draft.state,
    version,
    lookup: draft.state === 'deleted' ? null : (draft.lookup ?? null),
    sealed: keys.directory.seal(
      { object: draft.id, field: `${table}.sealed` },
      Buffer.from(JSON.stringify(draft.content)),
    ),
  }
  return { ...row, mac: keys.authority.mac(table, macColumns(row)) }
}

/** Undefined: the row is not what the platform wrote. */
export function openRow<C>(keys: RowKeys, table: string, row: StoredRow): OpenedRow<C> | undefined {
  if (!keys.authority.verify(table, macColumns(row), row.mac)) return undefined
  const octets = keys.directory.open({ object: row.id, field: `${table}.sealed` }, row.sealed)
  // Sealed and under our MAC: it is the JSON of a C that `sealRow` was given for this table.
  const content = JSON.parse(octets.toString()) as C
  return {
    id: row.id,
    departmentId: row.department_id,
    parentId: row.parent_id ?? undefined,
    accountId: row.account_id ?? undefined,
    state: row.state,
    version: row.version,
    content,
  }
}

function macColumns(row: Omit<StoredRow, 'mac'>): readonly MacColumn[] {
  return [
    row.id,
    row.department_id,
    row.parent_id,
    row.account_id,
    row.state,
    row.version,
    row.lookup,
    row.sealed,
  ]
}
