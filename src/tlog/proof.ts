/**
 * Which hashes prove that an entry is in a tree, and that one tree continues another; and whether they
 * do. RFC 6962 §2.1.1 and §2.1.2 for what a proof is, RFC 9162 §2.1.3.2 and §2.1.4.2 for verifying.
 */
import { hashNode, hashOctets, splitOf } from './hash.ts'
import type { Hash } from './types.ts'

/** Entries `start` up to and without `end`: the subtree whose hash stands in a proof. */
export interface Range {
  readonly start: number
  readonly end: number
}

/** `index` < `size`. From the leaf upwards. */
export function inclusionRanges(index: number, size: number): readonly Range[] {
  const ranges: Range[] = []
  let start = 0
  let end = size
  while (end - start > 1) {
    const middle = start + splitOf(end - start)
    if (index < middle) {
      ranges.push({ start: middle, end })
      end = middle
    } else {
      ranges.push({ start, end: middle })
      start = middle
    }
  }
  return ranges.reverse()
}

/** 0 < `oldSize` ≤ `size`. From the leaves upwards. */
export function consistencyRanges(oldSize: number, size: number): readonly Range[] {
  const ranges: Range[] = []
  let start = 0
  let end = size
  // While the old tree is the left part of this subtree, its root needs no telling.
  while (end !== oldSize) {
    const middle = start + splitOf(end - start)
    if (oldSize <= middle) {
      ranges.push({ start: middle, end })
      end = middle
    } else {
      ranges.push({ start, end: middle })
      start = middle
    }
  }
  if (start > 0) ranges.push({ start, end })
  return ranges.reverse()
}

/** RFC 9162 §2.1.3.2. Whatever is given, nothing but a proof is true. */
export function verifyInclusion(given: {
  readonly index: number
  readonly size: number
  readonly leafHash: Hash
  readonly proof: readonly Hash[]
  readonly root: Hash
}): boolean {
  const { index, size, leafHash, proof, root } = given
  if (!isCount(index) || !isCount(size) || index >= size || !areHashes([leafHash, ...proof]))
    return false
  let position = index
  let last = size - 1
  let hash = leafHash
  for (const sibling of proof) {
    if (last === 0) return false
    if (position % 2 === 1 || position === last) {
      hash = hashNode(sibling, hash)
      // A right edge without a sibling goes up as it is.
      while (position % 2 === 0 && position !== 0) [position, last] = [position / 2, half(last)]
    } else hash = hashNode(hash, sibling)
    position = half(position)
    last = half(last)
  }
  return last === 0 && hash.equals(root)
}

export interface TreeHead {
  readonly size: number
  readonly root: Hash
}

/** RFC 9162 §2.1.4.2, with the empty tree: everything continues it, and its proof is empty. */
export function verifyConsistency(old: TreeHead, now: TreeHead, proof: readonly Hash[]): boolean {
  if (!isCount(old.size) || !isCount(now.size) || old.size > now.size || !areHashes(proof))
    return false
  if (old.size === now.size) return proof.length === 0 && old.root.equals(now.root)
  if (old.size === 0) return proof.length === 0
  const path = isPowerOfTwo(old.size) ? [old.root, ...proof] : proof
  return foldBoth(old, now, path)
}

/** Builds both roots at once: what the old tree shares, and what only the new one has. */
function foldBoth(old: TreeHead, now: TreeHead, path: readonly Hash[]): boolean {
  let position = old.size - 1
  let last = now.size - 1
  while (position % 2 === 1) [position, last] = [half(position), half(last)]
  const [first, ...others] = path
  if (first === undefined) return false
  let oldHash = first
  let newHash = first
  for (const hash of others) {
    if (last === 0) return false
    if (position % 2 === 1 || position === last) {
      oldHash = hashNode(hash, oldHash)
      newHash = hashNode(hash, newHash)
      while (position % 2 === 0 && position !== 0) [position, last] = [position / 2, half(last)]
    } else newHash = hashNode(newHash, hash)
    position = half(position)
    last = half(last)
  }
  return last === 0 && oldHash.equals(old.root) && newHash.equals(now.root)
}

// Sizes go beyond 32 bits, so no shifts.
function half(number: number): number {
  return Math.floor(number / 2)
}

function isPowerOfTwo(size: number): boolean {
  return size === 1 || splitOf(size) * 2 === size
}

function isCount(number: number): boolean {
  return Number.isSafeInteger(number) && number >= 0
}

function areHashes(hashes: readonly Hash[]): boolean {
  return hashes.every((hash) => hash.length === hashOctets)
}
