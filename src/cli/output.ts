/** What a command says: sentences and tables for people, one JSON value for programs (`--json`). */
import type { Writable } from 'node:stream'
import { z } from 'zod'
import { type Cell, formatTable } from './table.ts'

/** A title and what stands under it. */
export type Column = readonly [title: string, read: (row: Row) => Cell]
export type Row = Readonly<Record<string, unknown>>

export interface Output {
  /** A sentence for people, `value` for programs. */
  say(sentence: string, value?: unknown): void
  /** `rows` as the API gave them. */
  table(rows: unknown, columns: readonly Column[], whenEmpty: string): void
}

const rowsSchema = z.array(z.record(z.string(), z.unknown()))

export function createOutput(stream: Writable, isJson: boolean): Output {
  const print = (text: string) => void stream.write(`${text}\n`)
  return {
    say: (sentence, value = {}) => print(isJson ? JSON.stringify(value) : sentence),
    table: (rows, columns, whenEmpty) => {
      const read = rowsSchema.parse(rows)
      if (isJson) return print(JSON.stringify(rows))
      if (read.length === 0) return print(whenEmpty)
      const head = columns.map(([title]) => title)
      return print(
        formatTable(
          head,
          read.map((row) => columns.map(([, cell]) => cell(row))),
        ),
      )
    },
  }
}

/** As people look for them: by department, then by address. */
export function byAddress(rows: readonly unknown[]): readonly Row[] {
  const keyOf = (row: Row) => `${String(row['department'])} ${String(row['address'])}`
  return rowsSchema.parse(rows).sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
}

/** The field of this name, as it is or joined. */
export function field(title: string, name: string): Column {
  return [title, (row) => cellOf(row[name])]
}

const shownMax = 3

/** The first few of many; `--json` has them all. */
export function few(title: string, read: (row: Row) => readonly string[]): Column {
  return [
    title,
    (row) => {
      const all = read(row)
      const more = all.length - shownMax
      return more <= 0 ? all.join(', ') : `${all.slice(0, shownMax).join(', ')} and ${more} more`
    },
  ]
}

export function moment(title: string, name: string): Column {
  return [
    title,
    (row) => {
      const at = row[name]
      return typeof at === 'number' ? shortMoment(at) : undefined
    },
  ]
}

/** To the second, in UTC. RFC 3339. */
export function shortMoment(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`
}

/** `1 person`, `2 people`. */
export function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`
}

/** An option or a field that is text. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

export function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
}

function cellOf(value: unknown): Cell {
  if (Array.isArray(value)) return value.map((item) => `${cellOf(item)}`).join(', ')
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value
  if (typeof value === 'object' && value !== null)
    return Object.values(value)
      .map((item) => `${cellOf(item)}`)
      .join(' ')
  return undefined
}
