/**
 * The sum over a feed. Each row adds a keyed value of its id, version and MAC by exclusive or; the
 * sum is kept sealed, so that nobody without the key sees a value or a sum and can look for rows
 * that cancel out. Whoever puts one old row back, with the MAC it had, cannot make the sum agree.
 */
import type { Keys } from '../../keys/types.ts'
import { SealError } from '../../keys/types.ts'
import type { StoredRow } from './sealed-row.ts'

type SumKeys = Pick<Keys, 'directory'>
type SummedRow = Pick<StoredRow, 'id' | 'version' | 'mac'>

export function emptySum(): Buffer {
  return Buffer.alloc(32)
}

/** Adds a row, or takes it away: the same. */
export function addRow(sum: Buffer, keys: SumKeys, table: string, row: SummedRow): void {
  const name = `${table} ${row.id} ${row.version} ${row.mac.toString('hex')}`
  const value = keys.directory.hash('feed-sum', name)
  for (let at = 0; at < sum.length; at++) sum[at] = (sum[at] ?? 0) ^ (value[at] ?? 0)
}

export function sealSum(keys: SumKeys, feed: string, version: number, sum: Buffer): Buffer {
  return keys.directory.seal(placeOf(feed, version), sum)
}

/** Undefined: the head is not what a writer left. A feed that nobody wrote to has no sum yet. */
export function openSum(
  keys: SumKeys,
  feed: string,
  version: number,
  sealed: Buffer | null,
): Buffer | undefined {
  if (sealed === null) return version === 0 ? emptySum() : undefined
  try {
    return keys.directory.open(placeOf(feed, version), sealed)
  } catch (error) {
    if (error instanceof SealError) return undefined
    throw error
  }
}

function placeOf(feed: string, version: number) {
  return { object: `${feed} ${version}`, field: 'reference_head.sealed' }
}
