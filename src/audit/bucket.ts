/** Which bucket a name belongs to: the same on every node and for ever, stored rows depend on it. */
import { createHash } from 'node:crypto'
import { bucketCount } from './limits.ts'

export function bucketOf(name: string): number {
  return createHash('sha256').update(name).digest().readUInt32BE(0) % bucketCount
}
