import assert from 'node:assert/strict'
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseBundle, formatBundle } from '../bundle.ts'
import { signCheckpoint } from '../checkpoint.ts'
import { Edge } from '../edge.ts'
import { exportLog } from '../export-log.ts'
import { hashLeaf } from '../hash.ts'
import { chainStartMac, formatLeaf, macAfterLeaf, parseLeaf } from '../leaf.ts'
import { openLog } from '../log.ts'
import { formatSecretKey, parseSecretKey } from '../note-key.ts'
import { parseNote } from '../note.ts'
import { formatTilePath, listTiles } from '../tile-path.ts'
import { LogFault } from '../types.ts'
import type { Leaf, LeafFields } from '../types.ts'
import { splitHeads } from './heads.ts'
import { readFolder } from './read-export.ts'
import type { Fault, FaultKind } from './report.ts'
import { verifyExport } from './verify-export.ts'
import { seededRandom } from '../../../tools/seeded-random.ts'

const key = (kind: 'log' | 'witness', name: string, octet: number) =>
  parseSecretKey(formatSecretKey(kind, name, Buffer.alloc(32, octet)))
const signer = key('log', 'audit.example/log', 1)
const [w1, w2] = [key('witness', 'w1', 2), key('witness', 'w2', 3)]
const now = Date.UTC(2026, 0, 5, 1)

/** A node that chains its entries as the platform does. */
class TestNode {
  readonly #name: string
  #seq = 0
  #mac = chainStartMac

  constructor(name: string) {
    this.#name = name
  }

  next(kind: string, fields: LeafFields = {}): Buffer {
    this.#seq += 1
    const mac = hashLeaf(Buffer.from(`${this.#name} ${this.#seq} ${this.#mac}`)).toString('hex')
    const entry = { kind, ...fields }
    const leaf: Leaf = {
      v: 1,
      node: this.#name,
      seq: this.#seq,
      at: now + this.#seq,
      kind,
      entry,
      previous: this.#mac,
      mac,
    }
    this.#mac = macAfterLeaf(leaf)
    return formatLeaf(leaf)
  }

  skip(numbers: number): void {
    this.#seq += numbers
  }
}

/** Two nodes in turn: entry i is number floor(i/2)+1 of n0 or n1; the first of each is its start. */
function makeEntries(count: number): readonly Buffer[] {
  const nodes = [new TestNode('n0'), new TestNode('n1')]
  return Array.from({ length: count }, (_, index) => {
    const node = nodes[index % 2] ?? new TestNode('?')
    return index < 2 ? node.next('node', { event: 'start' }) : node.next('sign-in', { who: index })
  })
}

async function useFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'tamar-verify-'))
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) }
}

/** An export of a log with these entries, cosigned by both witnesses; and its older checkpoints. */
async function exportOf(root: string, entries: readonly Buffer[], name = 'export') {
  const heads: string[] = []
  await using log = await openLog({ folder: join(root, `${name}-log`), signer })
  for (let at = 0; at < entries.length; at += 100)
    heads.push((await log.append(entries.slice(at, at + 100))).checkpoint)
  const { text } = parseNote(log.checkpoint)
  await log.publish(log.checkpoint + w1.sign(text, now) + w2.sign(text, now))
  const folder = join(root, name)
  await exportLog(log, folder)
  return { folder, heads }
}

const keys = { log: signer.verifier, witnesses: [w1.verifier, w2.verifier] }

async function firstFault(folder: string, heads: readonly string[] = []): Promise<Fault> {
  const report = await verifyExport({ ...keys, read: readFolder(folder), heads })
  assert.equal(report.isProven, false)
  assert.ok(report.first !== undefined)
  return report.first
}

/** Kind, index, node and number of the first fault. */
async function finding(folder: string, heads?: readonly string[]) {
  const { kind, index, node, seq } = await firstFault(folder, heads)
  return [kind, index, node, seq] satisfies [FaultKind, ...unknown[]]
}

async function changeBundle(
  folder: string,
  path: string,
  change: (entries: Buffer[]) => readonly Buffer[],
): Promise<void> {
  const file = join(folder, path)
  await writeFile(file, formatBundle(change([...parseBundle(await readFile(file))])))
}

function alter(entry: Buffer | undefined): Buffer {
  assert.ok(entry !== undefined)
  const leaf = parseLeaf(entry)
  return formatLeaf({ ...leaf, entry: { ...leaf.entry, who: 'somebody else' } })
}

test('proves a whole log: signature, witnesses, tree, order, chains and known heads', async () => {
  await using t = await useFolder()
  const { folder, heads } = await exportOf(t.folder, makeEntries(700))
  const done: number[] = []
  const report = await verifyExport({
    ...keys,
    read: readFolder(folder),
    heads: splitHeads(heads.join('\n')),
    onProgress: (at) => done.push(at),
  })
  assert.deepEqual(report.faults, [])
  assert.ok(report.isProven)
  assert.equal(report.size, 700)
  assert.deepEqual(report.witnesses, [
    { name: 'w1', at: now },
    { name: 'w2', at: now },
  ])
  assert.deepEqual(
    report.nodes.map(({ node, entries, lastSeq }) => [node, entries, lastSeq]),
    [
      ['n0', 350, 350],
      ['n1', 350, 350],
    ],
  )
  assert.deepEqual(
    report.heads,
    [100, 200, 300, 400, 500, 600, 700].map((size) => ({ size, isConsistent: true })),
  )
  assert.deepEqual(done, [256, 512, 700])
})

test('names voids and crash gaps, and finds both in order', async () => {
  await using t = await useFolder()
  const node = new TestNode('n0')
  const inner = 'ab'.repeat(32)
  const entries = [node.next('node', { event: 'start' }), node.next('void', { mac: inner })]
  entries.push(node.next('sign-in'))
  node.skip(1_000)
  entries.push(node.next('node', { event: 'start' }))
  const { folder } = await exportOf(t.folder, entries)
  const report = await verifyExport({ ...keys, read: readFolder(folder) })
  assert.ok(report.isProven)
  assert.deepEqual(report.nodes, [
    {
      node: 'n0',
      entries: 4,
      lastSeq: 1_004,
      voidCount: 1,
      voids: [2],
      gapCount: 1,
      gaps: [{ from: 4, to: 1_003, at: now + 1_004 }],
    },
  ])
})

test('a gap that is too long, or before anything but a start, is a fault', async () => {
  await using t = await useFolder()
  for (const [numbers, kind, event] of [
    [1_001, 'node', 'start'],
    [1, 'node', 'stop'],
    [1, 'sign-in', 'start'],
  ] as const) {
    const node = new TestNode('n0')
    const entries = [node.next('node', { event: 'start' })]
    node.skip(numbers)
    entries.push(node.next(kind, { event }))
    const { folder } = await exportOf(t.folder, entries, `${kind}-${event}-${numbers}`)
    assert.deepEqual(await finding(folder), ['number-missing', 1, 'n0', 2])
  }
})

test('an edited entry is named', async () => {
  await using t = await useFolder()
  const { folder } = await exportOf(t.folder, makeEntries(700))
  await changeBundle(folder, 'tile/entries/001', (all) => all.with(44, alter(all[44])))
  assert.deepEqual(await finding(folder), ['altered', 300, 'n0', 151])
})

test('an edited entry is named when its hash was made to fit', async () => {
  await using t = await useFolder()
  const { folder, heads } = await exportOf(t.folder, makeEntries(700))
  const entries = makeEntries(700).with(300, alter(makeEntries(700)[300]))
  const forged = await exportOf(t.folder, entries, 'forged')
  const copy = async (path: string) =>
    writeFile(join(folder, path), await readFile(join(forged.folder, path)))
  await copy('tile/entries/001')
  await copy('tile/0/001')
  const one = await firstFault(folder)
  assert.deepEqual([one.kind, one.index, one.before], ['altered', 256, 512])
  // With every hash made to fit, only what was kept elsewhere says where.
  await copy('tile/1/000.p/2')
  const all = await firstFault(folder, heads)
  assert.deepEqual([all.kind, all.index, all.before], ['other-tree', 300, 400])
})

test('a deleted entry is named by the chain that misses it', async () => {
  await using t = await useFolder()
  const { folder } = await exportOf(t.folder, makeEntries(700))
  await changeBundle(folder, 'tile/entries/001', (all) => all.toSpliced(44, 1))
  assert.deepEqual(await finding(folder), ['missing', 300, 'n0', 151])
})

test('an inserted entry is named', async () => {
  await using t = await useFolder()
  const { folder } = await exportOf(t.folder, makeEntries(700))
  const forged = alter(makeEntries(700)[10])
  await changeBundle(folder, 'tile/entries/001', (all) => all.toSpliced(44, 0, forged))
  assert.deepEqual(await finding(folder), ['inserted', 300, 'n0', 6])
  const extra = await exportOf(t.folder, makeEntries(300), 'extra')
  await changeBundle(extra.folder, 'tile/entries/001.p/44', (all) => [...all, forged])
  assert.deepEqual(await finding(extra.folder), ['inserted', 300, 'n0', 6])
})

test('a log cut off at its end is named where it ends', async () => {
  await using t = await useFolder()
  const { folder } = await exportOf(t.folder, makeEntries(700))
  await changeBundle(folder, 'tile/entries/002.p/188', (all) => all.slice(0, 100))
  assert.deepEqual(await finding(folder), ['missing', 612, undefined, undefined])
  await rm(join(folder, 'tile/entries/002.p/188'))
  assert.deepEqual(await finding(folder), ['missing', 512, undefined, undefined])
  await rm(join(folder, 'tile/0/002.p/188'))
  assert.deepEqual(await finding(folder), ['missing', 512, undefined, undefined])
})

test('two entries in each other’s place are named', async () => {
  await using t = await useFolder()
  const { folder } = await exportOf(t.folder, makeEntries(700))
  await changeBundle(folder, 'tile/entries/000', (all) => {
    const [a, b] = [all[20], all[22]]
    assert.ok(a !== undefined && b !== undefined)
    return all.with(20, b).with(22, a)
  })
  assert.deepEqual(await finding(folder), ['moved', 20, 'n0', 12])
  // Next to each other, of two nodes: no chain tells, the tree does.
  const next = await exportOf(t.folder, makeEntries(300), 'next')
  await changeBundle(next.folder, 'tile/entries/000', (all) => {
    const [a, b] = [all[20], all[21]]
    assert.ok(a !== undefined && b !== undefined)
    return all.with(20, b).with(21, a)
  })
  assert.deepEqual(await finding(next.folder), ['moved', 20, 'n1', 11])
})

test('an entry repeated in a file is named', async () => {
  await using t = await useFolder()
  const { folder } = await exportOf(t.folder, makeEntries(700))
  const replayed = makeEntries(700)[7]
  assert.ok(replayed !== undefined)
  await changeBundle(folder, 'tile/entries/001', (all) => all.with(44, replayed))
  assert.deepEqual(await finding(folder), ['replayed', 300, 'n1', 4])
})

test('two files in each other’s place are named, with their hashes and without', async () => {
  await using t = await useFolder()
  const { folder } = await exportOf(t.folder, makeEntries(700))
  const swap = async (a: string, b: string) => {
    await rename(join(folder, a), join(folder, 'aside'))
    await rename(join(folder, b), join(folder, a))
    await rename(join(folder, 'aside'), join(folder, b))
  }
  await swap('tile/entries/000', 'tile/entries/001')
  assert.deepEqual(await finding(folder), ['moved', 0, 'n0', 129])
  await swap('tile/0/000', 'tile/0/001')
  const { kind, index, before } = await firstFault(folder)
  assert.deepEqual([kind, index, before], ['number-missing', 0, undefined])
  const { faults } = await verifyExport({ ...keys, read: readFolder(folder) })
  assert.ok(faults.some((fault) => fault.kind === 'altered' && fault.before === 256))
})

test('a log that deletes, repeats or reorders before it signs is found by the chains', async () => {
  await using t = await useFolder()
  const entries = makeEntries(100)
  const [twelve, fourteen] = [entries[12], entries[14]]
  assert.ok(twelve !== undefined && fourteen !== undefined)
  const wrong = [
    [entries.toSpliced(12, 1), ['number-missing', 13, 'n0', 7]],
    [entries.toSpliced(20, 0, twelve), ['replayed', 20, 'n0', 7]],
    [entries.with(12, fourteen).with(14, twelve), ['number-missing', 12, 'n0', 7]],
    [entries.toSpliced(0, 1), ['number-missing', 1, 'n0', 1]],
    [entries.toSpliced(40, 0, Buffer.from('{}')), ['not-a-leaf', 40, undefined, undefined]],
    [entries.slice(0, 97).concat(new TestNode('n1').next('sign-in')), ['replayed', 97, 'n1', 1]],
  ] as const
  for (const [at, [list, expected]] of wrong.entries()) {
    const { folder } = await exportOf(t.folder, list, `wrong-${at}`)
    assert.deepEqual(await finding(folder), expected)
  }
})

test('an entry forged into a chain does not link', async () => {
  await using t = await useFolder()
  const entries = makeEntries(100)
  const forged = { ...parseLeaf(entries[12] ?? Buffer.alloc(0)), mac: '12'.repeat(32) }
  const { folder } = await exportOf(t.folder, entries.with(12, formatLeaf(forged)))
  assert.deepEqual(await finding(folder), ['link-broken', 14, 'n0', 8])
})

test('an older snapshot, and a log that was rewritten and signed again, are shown by known heads', async () => {
  await using t = await useFolder()
  const entries = makeEntries(700)
  const { heads } = await exportOf(t.folder, entries)
  const old = await exportOf(t.folder, entries.slice(0, 500), 'old')
  const rollback = await firstFault(old.folder, heads)
  assert.deepEqual([rollback.kind, rollback.index, rollback.before], ['rollback', 500, 600])
  const forked = await exportOf(t.folder, entries.with(250, alter(entries[250])), 'forked')
  const fork = await firstFault(forked.folder, heads)
  assert.deepEqual([fork.kind, fork.index, fork.before], ['fork', 200, 300])
  const { heads: said } = await verifyExport({ ...keys, read: readFolder(forked.folder), heads })
  assert.deepEqual(
    said.map((head) => head.isConsistent),
    [true, true, false, false, false, false, false],
  )
})

test('does not take a head or a checkpoint that others signed, or too few witnesses saw', async () => {
  await using t = await useFolder()
  const { folder, heads } = await exportOf(t.folder, makeEntries(300))
  const thief = key('log', 'audit.example/log', 9)
  const edge = new Edge()
  for (const entry of makeEntries(300)) edge.push(hashLeaf(entry), () => undefined)
  const forged = signCheckpoint(thief, { size: 300, root: edge.root() })
  const alien = await firstFault(folder, [forged])
  assert.equal(alien.kind, 'head-unsigned')
  const path = join(folder, 'checkpoint')
  const note = await readFile(path, 'utf8')
  const [log = '', first = ''] = note.split('\n').filter((line) => line.startsWith('— '))
  await writeFile(path, `${parseNote(note).text}\n${log}\n${first}\n`)
  assert.equal((await firstFault(folder, heads)).kind, 'too-few-witnesses')
  const enough = await verifyExport({ ...keys, quorum: 1, read: readFolder(folder) })
  assert.ok(enough.isProven)
  await writeFile(path, forged)
  assert.equal((await firstFault(folder)).kind, 'unsigned')
  await writeFile(path, note.replace('\n300\n', '\n299\n'))
  assert.equal((await verifyExport({ ...keys, read: readFolder(folder) })).isProven, false)
})

test('files of hashes that are gone or altered are named, though every entry is good', async () => {
  await using t = await useFolder()
  const { folder } = await exportOf(t.folder, makeEntries(700))
  await rm(join(folder, 'tile/0/001'))
  await writeFile(join(folder, 'tile/1/000.p/2'), Buffer.alloc(64, 1))
  const report = await verifyExport({ ...keys, read: readFolder(folder) })
  assert.deepEqual(
    report.faults.map(({ kind, file, index }) => [kind, file, index]),
    [
      ['tile-altered', 'tile/0/001', undefined],
      ['tile-altered', 'tile/1/000.p/2', undefined],
    ],
  )
})

test('takes an empty log, and a full file where a partial one is meant', async () => {
  await using t = await useFolder()
  const empty = await exportOf(t.folder, [], 'empty')
  assert.ok((await verifyExport({ ...keys, read: readFolder(empty.folder) })).isProven)
  const entries = makeEntries(512)
  const part = await exportOf(t.folder, entries.slice(0, 300), 'part')
  const whole = await exportOf(t.folder, entries, 'whole')
  for (const path of ['tile/entries/001', 'tile/0/001']) {
    await rm(join(part.folder, `${path}.p`), { recursive: true })
    await writeFile(join(part.folder, path), await readFile(join(whole.folder, path)))
  }
  const report = await verifyExport({ ...keys, read: readFolder(part.folder) })
  assert.deepEqual(report.faults, [])
})

test('no octet of an export can be changed, cut off or added unseen', async () => {
  await using t = await useFolder()
  const { folder } = await exportOf(t.folder, makeEntries(270))
  const paths = [...listTiles(270)].map(formatTilePath).concat('checkpoint')
  const whole = new Map(
    await Promise.all(
      paths.map(async (path) => [path, await readFile(join(folder, path))] as const),
    ),
  )
  const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 1_000_000)
  const random = seededRandom(seed)
  for (let round = 0; round < 300; round += 1) {
    const path = paths[Math.floor(random() * paths.length)] ?? 'checkpoint'
    const changed = change(whole.get(path) ?? Buffer.alloc(0), random)
    const read = async (name: string) => (name === path ? changed : whole.get(name))
    const where = `${path}, seed ${seed}, round ${round}`
    try {
      const report = await verifyExport({ ...keys, read })
      assert.ok(!report.isProven && report.first !== undefined, where)
    } catch (error) {
      // Only the checkpoint can be so broken that there is nothing to verify.
      assert.ok(error instanceof LogFault && path === 'checkpoint', where)
    }
  }
})

function change(octets: Buffer, random: () => number): Buffer {
  const at = Math.floor(random() * octets.length)
  const kind = Math.floor(random() * 3)
  if (kind === 0) return octets.subarray(0, at)
  const other = Buffer.from([Math.floor(random() * 256)])
  if (kind === 1) return Buffer.concat([octets.subarray(0, at), other, octets.subarray(at)])
  const copy = Buffer.from(octets)
  copy[at] = (copy[at] ?? 0) ^ (1 + Math.floor(random() * 255))
  return copy
}
