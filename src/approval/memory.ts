/** The approvals of one node, opened: what is shown, and what a row must never fall behind. */
import type { Change } from '../directory/rows/read-changes.ts'
import type { ApprovalRow, ApprovalTable } from './rows.ts'

export class ApprovalMemory {
  readonly #tables = new Map<string, Map<string, ApprovalRow<ApprovalTable>>>()

  apply(changes: readonly Change[]): void {
    for (const { table, id, row } of changes) {
      const rows = this.#tables.get(table) ?? new Map<string, ApprovalRow<ApprovalTable>>()
      this.#tables.set(table, rows)
      // What does not verify teaches nothing: this node goes on knowing what it knew.
      if (row === undefined) continue
      // `openRow` gave every row of this table the content of its kind.
      if (row.state === 'deleted') rows.delete(id)
      else rows.set(id, row as ApprovalRow<ApprovalTable>)
    }
  }

  find<T extends ApprovalTable>(table: T, id: string): ApprovalRow<T> | undefined {
    // The same as above: rows of a table have its content.
    return this.#tables.get(table)?.get(id) as ApprovalRow<T> | undefined
  }

  list<T extends ApprovalTable>(table: T): readonly ApprovalRow<T>[] {
    return [...(this.#tables.get(table)?.values() ?? [])] as ApprovalRow<T>[]
  }

  /** An older row than one this node has seen was put back by somebody. */
  isOlder(table: ApprovalTable, { id, version }: { id: string; version: number }): boolean {
    return version < (this.find(table, id)?.version ?? 0)
  }
}
