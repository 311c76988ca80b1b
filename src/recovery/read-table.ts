/** All rows of one table in the order of its key, in batches whose octets are bounded. */
import type { Tx } from '../db/types.ts'
import { quote, type Table } from './catalogue.ts'
import { batchOctets, batchRows } from './limits.ts'
import type { Value } from './rows.ts'

type Batch = readonly (readonly Value[])[]

export async function* readTable(tx: Tx, table: Table): AsyncGenerator<Batch> {
  const places = table.key.map((name) => table.columns.findIndex((each) => each.name === name))
  const [first, next] = [selectBatch(table, false), selectBatch(table, true)]
  let after: readonly Value[] | undefined
  for (;;) {
    const rows = await tx.rows<Readonly<Record<string, Value>>>(
      after === undefined
        ? { text: first }
        : { name: `recovery.read.${table.name}`, text: next, values: after },
    )
    const batch = rows.map((row) => table.columns.map((_, place) => row[`c${place}`] ?? null))
    const last = batch.at(-1)
    if (last === undefined) return
    yield batch
    after = places.map((place) => last[place] ?? null)
  }
}

/**
 * The sizes are asked of the row's own part: a value kept outside it is fetched only for rows that
 * are within the batch. At least one row comes, however long it is.
 */
function selectBatch({ name, columns, key }: Table, isNext: boolean): string {
  const names = columns.map((column) => quote(column.name)).join(', ')
  const keys = key.map(quote).join(', ')
  const values = columns.map(({ name, type }, place) => {
    const text = type === 'bytea' ? quote(name) : `${quote(name)}::text`
    return `${text} AS c${place}`
  })
  const size = columns.map((column) => `coalesce(pg_column_size(${quote(column.name)}), 0)`)
  const typeOf = (wanted: string) => columns.find((column) => column.name === wanted)?.type ?? ''
  const bounds = key.map((column, place) => `$${place + 1}::${typeOf(column)}`).join(', ')
  const where = isNext ? `WHERE (${keys}) > (${bounds})` : ''
  return `SELECT ${values.join(', ')} FROM (
    SELECT ${names},
      sum(size_of_row) OVER (ORDER BY ${keys} ROWS UNBOUNDED PRECEDING) - size_of_row AS size_before
    FROM (SELECT ${names}, ${size.join(' + ')} AS size_of_row
      FROM ${quote(name)} ${where} ORDER BY ${keys} LIMIT ${batchRows}) AS page
  ) AS sized WHERE size_before < ${batchOctets} ORDER BY ${keys}`
}
