import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Edge } from './edge.ts'
import { emptyRoot, hashLeaf, hashOctets } from './hash.ts'
import { verifyConsistency, verifyInclusion } from './proof.ts'
import { proveConsistency, proveInclusion } from './tile-hashes.ts'
import type { Hash } from './types.ts'

// Published with the Certificate Transparency implementations of RFC 6962.
const leaves = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
]
const roots = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]
const inclusion: readonly (readonly [index: number, size: number, proof: readonly string[]])[] = [
  [0, 1, []],
  [
    0,
    8,
    [
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ],
  ],
  [
    5,
    8,
    [
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ],
  ],
  [2, 3, ['fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125']],
  [
    1,
    5,
    [
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    ],
  ],
]
const consistency: readonly (readonly [old: number, size: number, proof: readonly string[]])[] = [
  [1, 1, []],
  [
    1,
    8,
    [
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ],
  ],
  [
    6,
    8,
    [
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ],
  ],
  [
    2,
    5,
    [
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    ],
  ],
  [
    6,
    7,
    [
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ],
  ],
]

const fromHex = (text: string) => Buffer.from(text, 'hex')
const leafHashes = leaves.map((leaf) => hashLeaf(fromHex(leaf)))

/** A tree in memory: every tile, and the root at each of the sizes. */
function grow(hashes: readonly Hash[], sizes: Iterable<number>) {
  const edge = new Edge()
  const full = new Map<string, Buffer>()
  const wanted = new Set(sizes)
  const rootAt = new Map([[0, edge.root()]])
  for (const hash of hashes) {
    edge.push(hash, ({ level, index, hashes: tile }) => full.set(`${level}/${index}`, tile))
    if (wanted.has(edge.size)) rootAt.set(edge.size, edge.root())
  }
  const readTile = async (level: number, index: number) =>
    full.get(`${level}/${index}`) ?? edge.tile(level)
  return { rootAt, readTile }
}

function at<T>(list: readonly T[], index: number): T {
  const item = list[index]
  assert.ok(item !== undefined)
  return item
}

test('agrees with the published roots of every size', () => {
  const { rootAt } = grow(leafHashes, roots.keys())
  assert.deepEqual(
    Array.from(rootAt.values(), (root) => root.toString('hex')),
    roots,
  )
  assert.equal(emptyRoot.toString('hex'), roots[0])
})

test('makes and verifies the published inclusion proofs, and takes none with a bit changed', async () => {
  const { readTile } = grow(leafHashes, roots.keys())
  for (const [index, size, hex] of inclusion) {
    const proof = await proveInclusion(readTile, index, size)
    assert.deepEqual(
      proof.map((hash) => hash.toString('hex')),
      hex,
    )
    const leafHash = at(leafHashes, index)
    const given = { index, size, leafHash, proof, root: fromHex(at(roots, size)) }
    assert.ok(verifyInclusion(given))
    for (const wrong of wrongProofs(proof)) assert.ok(!verifyInclusion({ ...given, proof: wrong }))
    for (const other of [index - 1, index + 1, index ^ 2])
      assert.ok(!verifyInclusion({ ...given, index: other }))
    for (const other of [size * 2, Math.floor(size / 2)])
      assert.ok(!verifyInclusion({ ...given, size: other }))
    assert.ok(!verifyInclusion({ ...given, root: emptyRoot }))
    assert.ok(!verifyInclusion({ ...given, leafHash: Buffer.from('short') }))
  }
})

test('makes and verifies the published consistency proofs, and takes none with a bit changed', async () => {
  const { readTile } = grow(leafHashes, roots.keys())
  for (const [oldSize, size, hex] of consistency) {
    const proof = await proveConsistency(readTile, oldSize, size)
    assert.deepEqual(
      proof.map((hash) => hash.toString('hex')),
      hex,
    )
    const old = { size: oldSize, root: fromHex(at(roots, oldSize)) }
    const now = { size, root: fromHex(at(roots, size)) }
    assert.ok(verifyConsistency(old, now, proof))
    if (oldSize === size) continue
    for (const wrong of wrongProofs(proof)) assert.ok(!verifyConsistency(old, now, wrong))
    for (const other of [oldSize - 1, oldSize + 1, oldSize ^ 2])
      if (other > 0) assert.ok(!verifyConsistency({ ...old, size: other }, now, proof))
    for (const other of [size * 2, Math.floor(size / 2)])
      assert.ok(!verifyConsistency(old, { ...now, size: other }, proof))
    assert.ok(!verifyConsistency({ ...old, root: now.root }, { ...now, root: old.root }, proof))
    assert.ok(!verifyConsistency(old, now, []))
  }
})

test('knows that every tree continues the empty one, and that none goes back', () => {
  const empty = { size: 0, root: emptyRoot }
  const one = { size: 1, root: fromHex(at(roots, 1)) }
  assert.ok(verifyConsistency(empty, empty, []))
  assert.ok(verifyConsistency(empty, one, []))
  assert.ok(!verifyConsistency(empty, one, [emptyRoot]))
  assert.ok(!verifyConsistency(one, empty, []))
  assert.ok(!verifyConsistency(empty, { size: 0, root: one.root }, []))
})

test('proves out of tiles across their borders, in every shape of the right edge', async () => {
  const hashes = Array.from({ length: 70_000 }, (_, index) => hashLeaf(Buffer.from(`${index}`)))
  const sizes = [255, 256, 257, 511, 512, 65_535, 65_536, 65_537, 69_999, 70_000]
  const oldSizes = [1, 255, 256, 300, 65_536, 65_600, 69_999]
  const { rootAt, readTile } = grow(hashes, [...sizes, ...oldSizes])
  for (const size of sizes) {
    const now = { size, root: rootAt.get(size) ?? emptyRoot }
    for (const index of [0, 1, 254, 255, 256, 65_279, 65_535, 65_536, size - 1]) {
      if (index >= size) continue
      const proof = await proveInclusion(readTile, index, size)
      assert.ok(verifyInclusion({ ...now, index, leafHash: at(hashes, index), proof }))
    }
    for (const oldSize of oldSizes) {
      if (oldSize > size) continue
      const old = { size: oldSize, root: rootAt.get(oldSize) ?? emptyRoot }
      assert.ok(verifyConsistency(old, now, await proveConsistency(readTile, oldSize, size)))
    }
  }
})

/** One bit changed in each hash, one hash too few, too many at either end. */
function* wrongProofs(proof: readonly Hash[]): Generator<readonly Hash[]> {
  const other = Buffer.alloc(hashOctets, 1)
  yield [...proof, other]
  yield [other, ...proof]
  yield [...proof, Buffer.alloc(0)]
  if (proof.length > 0) yield proof.slice(0, -1)
  for (let index = 0; index < proof.length; index += 1) {
    const changed = Buffer.from(at(proof, index))
    changed[0] = at([...changed], 0) ^ 8
    yield proof.with(index, changed)
  }
}

test('an unfinished tile is the same buffer until something is added, and then has it', () => {
  const edge = new Edge()
  const add = (text: string) => edge.push(hashLeaf(Buffer.from(text)), () => undefined)
  add('a')
  const before = edge.tile(0)
  assert.equal(edge.tile(0), before)
  add('b')
  assert.equal(before.length, 32)
  assert.equal(edge.tile(0).length, 64)
  assert.deepEqual(edge.tile(0).subarray(0, 32), before)
  for (let at = 2; at < 256; at++) add(`${at}`)
  assert.equal(edge.tile(0).length, 0)
  add('z')
  assert.notDeepEqual(edge.tile(0), before)
})
