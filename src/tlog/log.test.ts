import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, open, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { isRefusal } from '../base/refusal.ts'
import { openCheckpoint, parseCheckpoint, signCheckpoint } from './checkpoint.ts'
import { Edge } from './edge.ts'
import { hashLeaf } from './hash.ts'
import { chainOfLeaf, chainStartMac, formatLeaf } from './leaf.ts'
import { openLog } from './log.ts'
import type { LogDisk } from './log.ts'
import { formatSecretKey, parseSecretKey } from './note-key.ts'
import { verifyConsistency, verifyInclusion } from './proof.ts'
import { openJournalFile } from './store/journal.ts'
import { formatTilePath, listTiles } from './tile-path.ts'
import { LogFault } from './types.ts'

const signer = parseSecretKey(formatSecretKey('log', 'audit.example/log', Buffer.alloc(32, 1)))
const smallJournal: LogDisk = { openJournal: openJournalFile, journalOctetsMax: 20_000 }

async function useFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'tamar-log-'))
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) }
}

function entriesFrom(first: number, count: number): readonly Buffer[] {
  return Array.from({ length: count }, (_, offset) => Buffer.from(`entry ${first + offset}`))
}

function rootOf(size: number): Buffer {
  const edge = new Edge()
  for (const entry of entriesFrom(0, size)) edge.push(hashLeaf(entry), () => undefined)
  return edge.root()
}

test('signs each batch and finds everything again after it was closed', async () => {
  await using t = await useFolder()
  const options = { folder: t.folder, signer }
  {
    await using log = await openLog(options, smallJournal)
    assert.equal(parseCheckpoint(log.checkpoint).size, 0)
    for (let size = 0; size < 3_000; size += 150) {
      const { first, checkpoint } = await log.append(entriesFrom(size, 150))
      assert.equal(first, size)
      const opened = openCheckpoint(checkpoint, signer.verifier)
      assert.deepEqual(opened.root, rootOf(size + 150))
    }
  }
  await using log = await openLog(options)
  assert.equal(log.size, 3_000)
  const all = await Array.fromAsync(log.entries(0))
  assert.deepEqual(all, entriesFrom(0, 3_000))
  assert.deepEqual(await Array.fromAsync(log.entries(250, 260)), entriesFrom(250, 10))
  assert.deepEqual(await log.entry(2_999), Buffer.from('entry 2999'))
  await assert.rejects(log.entry(3_000), (error) => isRefusal(error, 'not-found'))
})

test('proves every kind of entry and every older size', async () => {
  await using t = await useFolder()
  await using log = await openLog({ folder: t.folder, signer })
  await log.append(entriesFrom(0, 1_000))
  const now = { size: 1_000, root: await log.rootAt(1_000) }
  for (const index of [0, 255, 256, 767, 768, 999]) {
    const proof = await log.inclusionProof(index)
    const leafHash = hashLeaf(await log.entry(index))
    assert.ok(verifyInclusion({ ...now, index, leafHash, proof }))
  }
  for (const size of [0, 1, 256, 700, 1_000]) {
    const old = { size, root: rootOf(size) }
    assert.deepEqual(await log.rootAt(size), old.root)
    assert.ok(verifyConsistency(old, now, await log.consistencyProof(size)))
  }
  const old = await log.inclusionProof(3, 300)
  const leafHash = hashLeaf(await log.entry(3))
  assert.ok(verifyInclusion({ size: 300, root: rootOf(300), index: 3, leafHash, proof: old }))
  await assert.rejects(log.inclusionProof(1_000), (error) => isRefusal(error, 'not-found'))
  await assert.rejects(log.consistencyProof(1_001), (error) => isRefusal(error, 'not-found'))
})

test('serves the published layout of its newest and of older sizes', async () => {
  await using t = await useFolder()
  await using log = await openLog({ folder: t.folder, signer })
  await log.append(entriesFrom(0, 600))
  const first = log.checkpoint
  await log.append(entriesFrom(600, 200))
  for (const size of [600, 800])
    for (const name of listTiles(size)) assert.ok(await log.read(formatTilePath(name)))
  assert.equal((await log.read('tile/0/002.p/88'))?.length, 88 * 32)
  assert.equal((await log.read('tile/0/003.p/32'))?.length, 32 * 32)
  for (const path of ['tile/0/003', 'tile/0/003.p/33', 'tile/2/000.p/1', 'journal', '../lock'])
    assert.equal(await log.read(path), undefined, path)
  assert.equal(await log.read('checkpoint'), undefined)
  await log.publish(log.checkpoint)
  await log.publish(first)
  assert.equal((await log.read('checkpoint'))?.toString(), log.checkpoint)
  assert.equal(await readFile(join(t.folder, 'checkpoint'), 'utf8'), log.checkpoint)
  const other = signCheckpoint(signer, { size: 700, root: rootOf(600) })
  await assert.rejects(log.publish(other), (error) => isRefusal(error, 'invalid'))
})

test('a stop in the middle of an append, wherever it falls, leaves the batch before it', async () => {
  await using t = await useFolder()
  const journal = join(t.folder, 'log', 'journal')
  const folder = join(t.folder, 'log')
  let octets = 0
  {
    await using log = await openLog({ folder, signer })
    await log.append(entriesFrom(0, 300))
    octets = (await readFile(journal)).length
    await log.append(entriesFrom(300, 3))
  }
  const whole = await readFile(journal)
  for (let cut = octets; cut < whole.length; cut += 3) {
    // Half of the times the end is there and was never written: a file system gives zeros.
    const torn = Buffer.concat([
      whole.subarray(0, cut),
      Buffer.alloc(cut % 2 ? whole.length - cut : 0),
    ])
    await writeFile(journal, torn)
    await using log = await openLog({ folder, signer })
    assert.equal(log.size, 300)
    assert.deepEqual(await log.rootAt(300), rootOf(300))
  }
  await using log = await openLog({ folder, signer })
  await log.append(entriesFrom(300, 300))
  assert.deepEqual(await log.rootAt(600), rootOf(600))
})

test('does not go on from a journal that was changed, cut behind what was published, or taken away', async () => {
  await using t = await useFolder()
  const folder = join(t.folder, 'log')
  const journal = join(folder, 'journal')
  {
    await using log = await openLog({ folder, signer })
    for (let size = 0; size < 30; size += 10) await log.append(entriesFrom(size, 10))
    await log.publish(log.checkpoint)
  }
  const whole = await readFile(journal)
  const open = () => openLog({ folder, signer })
  for (const at of [30, Math.floor(whole.length / 2)]) {
    const changed = Buffer.from(whole)
    changed.writeUInt8(changed.readUInt8(at) ^ 1, at)
    await writeFile(journal, changed)
    await assert.rejects(open(), LogFault)
  }
  await writeFile(journal, whole)
  await truncate(journal, whole.length - 20)
  await assert.rejects(open(), /lost entries: 30 were published, 20 are there/)
  await writeFile(join(folder, 'checkpoint'), 'none\n')
  await writeFile(journal, whole)
  await assert.rejects(open(), /checkpoint is not a checkpoint/)
  await rm(journal)
  await assert.rejects(open(), /journal of the log in .* is missing/)
})

test('is opened by one process and with one key', async () => {
  await using t = await useFolder()
  const other = parseSecretKey(formatSecretKey('log', 'audit.example/log', Buffer.alloc(32, 2)))
  {
    await using log = await openLog({ folder: t.folder, signer })
    assert.equal(log.origin, 'audit.example/log')
    await assert.rejects(openLog({ folder: t.folder, signer }), /open in another process/)
  }
  await assert.rejects(openLog({ folder: t.folder, signer: other }), /not signed by the key/)
  await using log = await openLog({ folder: t.folder, signer })
  assert.equal(log.size, 0)
})

test('a full disk refuses the batch, leaves nothing of it, and takes the next when there is room', async () => {
  await using t = await useFolder()
  let room = Infinity
  const disk: LogDisk = {
    journalOctetsMax: 1_000_000,
    openJournal: async (path) => {
      const file = await open(path, 'r+')
      return {
        write: async (buffer: Buffer, offset: number, length: number, position: number) => {
          if (room <= 0) throw Object.assign(new Error('no space'), { code: 'ENOSPC' })
          const taken = Math.min(length, room)
          room -= taken
          return file.write(buffer, offset, taken, position)
        },
        datasync: () => file.datasync(),
        truncate: (octets: number) => file.truncate(octets),
        close: () => file.close(),
        // FileHandle.write has more forms than a journal uses.
      } as Awaited<ReturnType<LogDisk['openJournal']>>
    },
  }
  {
    await using log = await openLog({ folder: t.folder, signer }, disk)
    await log.append(entriesFrom(0, 300))
    const before = await readFile(join(t.folder, 'journal'))
    room = 100
    await assert.rejects(log.append(entriesFrom(300, 50)), (error) => isRefusal(error, 'try-again'))
    assert.equal(log.size, 300)
    assert.deepEqual(await readFile(join(t.folder, 'journal')), before)
    room = Infinity
    assert.equal((await log.append(entriesFrom(300, 10))).first, 300)
  }
  await using log = await openLog({ folder: t.folder, signer })
  assert.deepEqual(await log.rootAt(310), rootOf(310))
})

test('a sync that fails ends appending until the log is opened again', async () => {
  await using t = await useFolder()
  let isFailing = false
  const disk: LogDisk = {
    journalOctetsMax: 1_000_000,
    openJournal: async (path) => {
      const file = await openJournalFile(path)
      const datasync = file.datasync.bind(file)
      file.datasync = async () => {
        if (isFailing) throw Object.assign(new Error('input/output error'), { code: 'EIO' })
        await datasync()
      }
      return file
    },
  }
  {
    await using log = await openLog({ folder: t.folder, signer }, disk)
    isFailing = true
    await assert.rejects(log.append(entriesFrom(0, 5)), (error) => isRefusal(error, 'try-again'))
    isFailing = false
    await assert.rejects(log.append(entriesFrom(0, 5)), (error) => isRefusal(error, 'try-again'))
  }
  await using log = await openLog({ folder: t.folder, signer })
  const { first } = await log.append(entriesFrom(log.size, 5))
  assert.deepEqual(await log.rootAt(first + 5), rootOf(first + 5))
})

test('who appends faster than the disk takes tiles waits for it, and is refused while it fails', async () => {
  await using t = await useFolder()
  const disk = { ...smallJournal, pendingOctetsMax: 1 }
  const inTheWay = join(t.folder, 'tile')
  await using log = await openLog({ folder: t.folder, signer }, disk)
  await writeFile(inTheWay, '')
  await log.append(entriesFrom(0, 300))
  await assert.rejects(log.append(entriesFrom(300, 1)), (error) => isRefusal(error, 'try-again'))
  assert.equal(log.size, 300)
  await rm(inTheWay)
  for (let size = 300; size < 2_300; size += 200) await log.append(entriesFrom(size, 200))
  assert.equal(log.size, 2_300)
})

test('a disk that takes no tiles is told once, and they are written when it does', async () => {
  await using t = await useFolder()
  const alarms: string[] = []
  const inTheWay = join(t.folder, 'tile')
  {
    const onAlarm = (what: string) => alarms.push(what)
    await using log = await openLog({ folder: t.folder, signer, onAlarm }, smallJournal)
    await writeFile(inTheWay, '')
    for (let size = 0; size < 1_000; size += 100) await log.append(entriesFrom(size, 100))
    assert.equal((await log.read('tile/0/000'))?.length, 8_192)
    await rm(inTheWay)
    await log.append(entriesFrom(1_000, 1))
  }
  assert.deepEqual(alarms, ['the disk does not take the tiles of the audit log'])
  assert.equal((await readFile(join(inTheWay, '0', '000'))).length, 8_192)
  await using log = await openLog({ folder: t.folder, signer })
  assert.deepEqual(await Array.fromAsync(log.entries(0)), entriesFrom(0, 1_001))
})

test('refuses an entry too long for a bundle, and an append of nothing', async () => {
  await using t = await useFolder()
  await using log = await openLog({ folder: t.folder, signer })
  const tooLong = [Buffer.from('a'), Buffer.alloc(65_536)]
  await assert.rejects(log.append(tooLong), (error) => isRefusal(error, 'too-large'))
  await assert.rejects(log.append([]), (error) => isRefusal(error, 'invalid'))
  await log.append([Buffer.alloc(65_535, 1), Buffer.alloc(0)])
  assert.deepEqual(await log.entry(1), Buffer.alloc(0))
})

test('knows the newest number of each node after opening, from the journal and from before it', async () => {
  await using t = await useFolder()
  const options = { folder: t.folder, signer, chainOf: chainOfLeaf }
  const leaf = (node: string, seq: number) =>
    formatLeaf({
      v: 1,
      node,
      seq,
      at: seq,
      kind: 'node',
      entry: { kind: 'node', event: 'start' },
      previous: chainStartMac,
      mac: seq.toString(16).padStart(64, '0'),
    })
  {
    await using log = await openLog(options, smallJournal)
    await log.append([leaf('idle', 7)])
    for (let seq = 1; seq <= 500; seq += 50)
      await log.append(Array.from({ length: 50 }, (_, offset) => leaf('busy', seq + offset)))
    const notALeaf = log.append([leaf('busy', 501), Buffer.from('?')])
    await assert.rejects(notALeaf, (error) => isRefusal(error, 'invalid'))
    assert.equal(log.size, 501)
  }
  assert.ok((await readFile(join(t.folder, 'journal'))).length < 140_000)
  await using log = await openLog(options)
  assert.deepEqual(Object.fromEntries(log.chains()), {
    idle: { seq: 7, mac: '7'.padStart(64, '0'), index: 0 },
    busy: { seq: 500, mac: '1f4'.padStart(64, '0'), index: 500 },
  })
})

test('a process killed while it appends has lost nothing it acknowledged', async () => {
  await using t = await useFolder()
  const script = fileURLToPath(new URL('store/append-forever.ts', import.meta.url))
  let acknowledged = 0
  for (const enough of [1_500, 4_000, 6_500]) {
    const child = spawn(process.execPath, [script, t.folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    for await (const line of createInterface({ input: child.stdout })) {
      acknowledged = Number(line)
      if (acknowledged >= enough) child.kill('SIGKILL')
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    // As it was at the kill, and again: opening twice changes nothing.
    await cp(t.folder, `${t.folder}-copy`, { recursive: true })
    for (const folder of [`${t.folder}-copy`, t.folder]) {
      await using log = await openLog({ folder, signer })
      assert.ok(log.size >= acknowledged, `${log.size} of ${acknowledged}`)
      assert.deepEqual(await log.rootAt(log.size), rootOf(log.size))
      assert.deepEqual(await Array.fromAsync(log.entries(0)), entriesFrom(0, log.size))
    }
    await rm(`${t.folder}-copy`, { recursive: true })
  }
})
