/**
 * A row as octets: each column as a length (4 octets, -1 for NULL) and its value, octets as they
 * are, everything else as PostgreSQL writes it in text, which every version reads.
 */

export type Value = string | Buffer | null

export function encodeRows(rows: readonly (readonly Value[])[]): Buffer {
  let octets = 0
  for (const row of rows)
    for (const value of row) octets += 4 + (value === null ? 0 : Buffer.byteLength(value))
  const target = Buffer.allocUnsafeSlow(octets)
  let at = 0
  for (const row of rows) for (const value of row) at = writeValue(target, at, value)
  return target
}

function writeValue(target: Buffer, at: number, value: Value): number {
  const from = at + 4
  if (value === null) {
    target.writeInt32BE(-1, at)
    return from
  }
  const octets = typeof value === 'string' ? target.write(value, from) : value.copy(target, from)
  target.writeInt32BE(octets, at)
  return from + octets
}

/** The rows one after the other, each of `columns` values, still as octets. */
export function* decodeRows(octets: Buffer, columns: number): Generator<(Buffer | null)[]> {
  let at = 0
  while (at < octets.length) {
    const row: (Buffer | null)[] = []
    for (let column = 0; column < columns; column++) {
      const length = octets.readInt32BE(at)
      at += 4
      row.push(length < 0 ? null : octets.subarray(at, at + length))
      at += Math.max(0, length)
    }
    yield row
  }
}

export function countRows(octets: Buffer, columns: number): number {
  let values = 0
  for (let at = 0; at < octets.length; values++) at += 4 + Math.max(0, octets.readInt32BE(at))
  return values / columns
}
