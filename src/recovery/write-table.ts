/** Rows into one table, several in one statement, prepared once. */
import type { Tx } from '../db/types.ts'
import { quote, type Table } from './catalogue.ts'
import { insertRows, parametersMax } from './limits.ts'
import { decodeRows, type Value } from './rows.ts'

/** @returns how many rows were written. */
export async function writeRows(tx: Tx, table: Table, octets: Buffer): Promise<number> {
  const whole = Math.min(insertRows, Math.trunc(parametersMax / table.columns.length))
  let rows: Value[] = []
  let count = 0
  let written = 0
  const flush = async () => {
    const name = count === whole ? { name: `recovery.insert.${table.name}` } : {}
    if (count > 0)
      written += await tx.execute({ ...name, text: insertInto(table, count), values: rows })
    rows = []
    count = 0
  }
  for (const row of decodeRows(octets, table.columns.length)) {
    for (const [place, value] of row.entries()) {
      const isText = table.columns[place]?.type !== 'bytea'
      rows.push(isText && value !== null ? value.toString() : value)
    }
    if (++count === whole) await flush()
  }
  await flush()
  return written
}

function insertInto({ name, columns }: Table, rows: number): string {
  const names = columns.map((column) => quote(column.name)).join(', ')
  const tuples = Array.from({ length: rows }, (_, row) => {
    const first = row * columns.length + 1
    return `(${columns.map(({ type }, place) => `$${first + place}::${type}`).join(', ')})`
  })
  return `INSERT INTO ${quote(name)} (${names}) OVERRIDING SYSTEM VALUE VALUES ${tuples.join(', ')}`
}
