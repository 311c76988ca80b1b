/** Inclusion proofs out of a large tree: its tiles are made of numbers, its entries are not there. */
import { hash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { signCheckpoint } from '../../src/tlog/checkpoint.ts'
import { Edge } from '../../src/tlog/edge.ts'
import type { FullTile } from '../../src/tlog/edge.ts'
import { tileWidth } from '../../src/tlog/limits.ts'
import { openLog } from '../../src/tlog/log.ts'
import { verifyInclusion } from '../../src/tlog/proof.ts'
import { formatBase, formatBatch } from '../../src/tlog/store/journal-format.ts'
import { formatTilePath } from '../../src/tlog/tile-path.ts'
import { type Figure, quantile } from '../figure.ts'
import { signer } from './sealing.ts'

const proofs = 5_000
const aim = { most: 5 }

export async function measureProofs(folder: string, wanted: number): Promise<readonly Figure[]> {
  // A journal begins at a whole number of bundles.
  const size = Math.floor(wanted / tileWidth) * tileWidth
  await makeTree(folder, size)
  await using log = await openLog({ folder, signer })
  const root = await log.rootAt(size)
  const times: number[] = []
  const costs: number[] = []
  for (let round = 0; round < proofs; round += 1) {
    const index = (round * 7_919_317) % size
    const cpu = process.cpuUsage()
    const start = performance.now()
    const proof = await log.inclusionProof(index)
    times.push(performance.now() - start)
    const { user, system } = process.cpuUsage(cpu)
    costs.push((user + system) / 1_000)
    if (!verifyInclusion({ index, size, leafHash: leafHash(index), proof, root }))
      throw new Error(`the proof of entry ${index} does not hold`)
  }
  const cpuNote = 'what other work on the machine cannot take away'
  const note = `${size} entries, ${proofs} all over them, each verified`
  return [
    { measure: 'inclusion proof, p50', value: quantile(times, 0.5), unit: 'ms' },
    { measure: 'inclusion proof, p99', value: quantile(times, 0.99), unit: 'ms', aim, note },
    {
      measure: 'inclusion proof, CPU p99',
      value: quantile(costs, 0.99),
      unit: 'ms',
      note: cpuNote,
    },
  ]
}

function leafHash(index: number): Buffer {
  return hash('sha256', String(index), 'buffer')
}

async function makeTree(folder: string, size: number): Promise<void> {
  const edge = new Edge()
  let full: FullTile[] = []
  for (let index = 0; index < size; index += 1) {
    edge.push(leafHash(index), (tile) => full.push(tile))
    if (full.length === 0) continue
    for (const tile of full) await writeTile(folder, tile)
    full = []
  }
  const checkpoint = signCheckpoint(signer, { size, root: edge.root() })
  const base = formatBase({ edge, chains: new Map() })
  await writeFile(
    join(folder, 'journal'),
    Buffer.concat([base, formatBatch({ checkpoint, entries: [] })]),
  )
}

async function writeTile(folder: string, { level, index, hashes }: FullTile): Promise<void> {
  const path = join(folder, formatTilePath({ level, index, width: tileWidth }))
  if (index % 1_000 === 0) await mkdir(dirname(path), { recursive: true })
  await writeFile(path, hashes)
}
