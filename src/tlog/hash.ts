/** The hashes of a Merkle tree. RFC 6962 §2.1. */
import { hash } from 'node:crypto'
import { entryOctetsMax } from './limits.ts'
import type { Hash } from './types.ts'

export const hashOctets = 32

const leafPrefix = 0x00
const nodePrefix = 0x01

// Filled and hashed within one synchronous call, so that nothing is allocated for each hash.
const leafInput = Buffer.alloc(1 + entryOctetsMax, leafPrefix)
const nodeInput = Buffer.alloc(1 + 2 * hashOctets, nodePrefix)

/** The root of a tree without entries: the hash of nothing. RFC 6962 §2.1. */
export const emptyRoot: Hash = hash('sha256', '', 'buffer')

/** `entry` has at most `entryOctetsMax` octets. */
export function hashLeaf(entry: Buffer): Hash {
  entry.copy(leafInput, 1)
  return hash('sha256', leafInput.subarray(0, 1 + entry.length), 'buffer')
}

export function hashNode(left: Hash, right: Hash): Hash {
  left.copy(nodeInput, 1)
  right.copy(nodeInput, 1 + hashOctets)
  return hash('sha256', nodeInput, 'buffer')
}

/** The root over hashes that stand side by side, as in a tile. There is one at least. */
export function hashRun(run: Buffer): Hash {
  const count = run.length / hashOctets
  if (count === 1) return run
  const split = splitOf(count) * hashOctets
  return hashNode(hashRun(run.subarray(0, split)), hashRun(run.subarray(split)))
}

/** The largest power of two below `size`, which is 2 or more. RFC 6962 §2.1. */
export function splitOf(size: number): number {
  let split = 1
  while (split * 2 < size) split *= 2
  return split
}
