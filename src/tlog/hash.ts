/** The hashes of a Merkle tree. RFC 6962 §2.1. */
import { hash } from 'node:crypto'
import { entryOctetsMax, tileWidth } from './limits.ts'
import type { Hash } from './types.ts'

export const hashOctets = 32

const leafPrefix = 0x00
const nodePrefix = 0x01

// Filled and hashed within one synchronous call, so that nothing is allocated for each hash.
const leafInput = Buffer.alloc(1 + entryOctetsMax, leafPrefix)
const nodeInput = Buffer.alloc(1 + 2 * hashOctets, nodePrefix)
const level = Buffer.alloc(tileWidth * hashOctets)

/** The root of a tree without entries: the hash of nothing. RFC 6962 §2.1. */
export const emptyRoot: Hash = hash('sha256', '', 'buffer')

/** `entry` has at most `entryOctetsMax` octets. */
export function hashLeaf(entry: Buffer): Hash {
  entry.copy(leafInput, 1)
  return digest(leafInput.subarray(0, 1 + entry.length), Buffer.allocUnsafe(hashOctets), 0)
}

export function hashNode(left: Hash, right: Hash): Hash {
  left.copy(nodeInput, 1)
  right.copy(nodeInput, 1 + hashOctets)
  return digest(nodeInput, Buffer.allocUnsafe(hashOctets), 0)
}

/** The root over 1 to 256 hashes that stand side by side, as in a tile. */
export function hashRun(run: Buffer): Hash {
  const count = run.length / hashOctets
  const split = count === 1 ? 1 : splitOf(count)
  if (count === 1 || split * 2 === count) return hashWhole(run)
  const at = split * hashOctets
  return hashNode(hashWhole(run.subarray(0, at)), hashRun(run.subarray(at)))
}

/** A power of two of them: level by level, each written over the one beneath. */
function hashWhole(run: Buffer): Hash {
  run.copy(level)
  for (let octets = run.length; octets > hashOctets; octets /= 2)
    for (let from = 0; from < octets; from += 2 * hashOctets) {
      level.copy(nodeInput, 1, from, from + 2 * hashOctets)
      digest(nodeInput, level, from / 2)
    }
  return Buffer.from(level.subarray(0, hashOctets))
}

/**
 * Through a string of 32 characters: a buffer for each hash has memory outside the heap, and collecting
 * those took three times as long as hashing (measured at 250 hashes a proof).
 */
function digest(input: Buffer, target: Buffer, at: number): Buffer {
  target.write(hash('sha256', input, 'latin1'), at, hashOctets, 'latin1')
  return target
}

/** The largest power of two below `size`, which is 2 or more. RFC 6962 §2.1. */
export function splitOf(size: number): number {
  let split = 1
  while (split * 2 < size) split *= 2
  return split
}
