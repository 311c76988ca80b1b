/** The approvals of one node, opened: what is shown, and what a row must never fall behind. */
import type { Millis } from '../base/clock.ts'
import type { Change } from '../directory/rows/read-changes.ts'
import { rememberedMs } from './limits.ts'
import type { ApprovalRow, ApprovalTable } from './rows.ts'
import { isOpen, stateAt } from './state.ts'

/** What has been over for so long is in the database and the trail, and in no node's memory. */
function isPast(table: string, row: ApprovalRow<ApprovalTable>, now: Millis): boolean {
  const over = now - rememberedMs
  if (table === 'approval') {
    // The tables say what their rows hold, as in `apply`.
    const { content } = row as ApprovalRow<'approval'>
    const { ending, expiresAt, useBefore, review } = content
    const isSeen = review === undefined || review.at !== undefined
    const endedAt = Math.max(ending?.at ?? 0, expiresAt, useBefore ?? 0, review?.at ?? 0)
    return isSeen && !isOpen(stateAt(content, now)) && endedAt < over
  }
  if (table === 'opened_mail') return (row as ApprovalRow<'opened_mail'>).content.to < over
  return false
}

export class ApprovalMemory {
  /** Versions of what was let go: nothing older of it is believed. */
  readonly #past = new Map<string, number>()
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

  /** @returns how many rows were let go. */
  prune(now: Millis): number {
    let gone = 0
    for (const [table, rows] of this.#tables)
      for (const [id, row] of rows) {
        if (!isPast(table, row, now)) continue
        this.#past.set(id, row.version)
        rows.delete(id)
        gone++
      }
    return gone
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
    return version < (this.find(table, id)?.version ?? this.#past.get(id) ?? 0)
  }
}
