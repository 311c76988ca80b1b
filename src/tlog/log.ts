/** The append-only log of a folder. Architecture D11, ADR 0012. */
import { mkdir, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Refusal } from '../base/refusal.ts'
import { openCheckpoint, parseCheckpoint, signCheckpoint } from './checkpoint.ts'
import { Edge } from './edge.ts'
import { entryOctetsMax, journalOctetsMax, journalPatience, pendingOctetsMax } from './limits.ts'
import type { Appended, ChainPoint, LogOptions, LogStore } from './types.ts'
import { codeOf, replaceFile, syncFolder } from './store/durable-file.ts'
import { chainsAfter, grow } from './store/growth.ts'
import type { LogState } from './store/growth.ts'
import { formatBase, formatBatch } from './store/journal-format.ts'
import { Journal, openJournalFile } from './store/journal.ts'
import type { OpenJournal } from './store/journal.ts'
import { lockFolder } from './store/lock.ts'
import { LogFiles } from './store/log-files.ts'
import { checkpointName, journalName, recover, requireOwn } from './store/recover.ts'
import type { Recovered } from './store/recover.ts'
import { TileWriter } from './store/tile-writer.ts'

/** The disk, which a test makes fail. */
export interface LogDisk {
  readonly openJournal: OpenJournal
  readonly journalOctetsMax: number
  /** Of tiles in memory, instead of the usual. */
  readonly pendingOctetsMax?: number
}

const realDisk: LogDisk = { openJournal: openJournalFile, journalOctetsMax }

/**
 * Makes the log or opens it at its last signed checkpoint.
 * @throws LogFault when it is held by another process, damaged, or signed by another key.
 */
export async function openLog(options: LogOptions, disk: LogDisk = realDisk): Promise<LogStore> {
  const { folder, signer, chainOf } = options
  await mkdir(folder, { recursive: true, mode: 0o750 })
  await using opened = new AsyncDisposableStack()
  opened.use(await lockFolder(folder))
  // What a stop left behind of a journal that was being begun.
  await unlink(join(folder, `${journalName}.new`)).catch(ignoreMissing)
  const there = (await recover(folder, chainOf)) ?? (await create(options))
  requireOwn(there.state, signer.verifier)
  const path = join(folder, journalName)
  const journal = opened.use(await Journal.open(path, there.journalOctets, disk.openJournal))
  return new FolderLog({ options, disk, journal, there, opened: opened.move() })
}

async function create({ folder, signer }: LogOptions): Promise<Recovered> {
  const edge = new Edge()
  const checkpoint = signCheckpoint(signer, { size: 0, root: edge.root() })
  const state = { edge, bundle: [], checkpoint }
  const chains = new Map<string, ChainPoint>()
  const content = formatJournal(state, chains)
  await replaceFile(join(folder, journalName), content)
  await syncFolder(folder)
  await syncFolder(dirname(folder))
  return { state, chains, published: undefined, files: [], journalOctets: content.length }
}

/** A journal that stands for a state: the base is its last full bundle, the rest is one batch. */
function formatJournal(state: LogState, chains: ReadonlyMap<string, ChainPoint>): Buffer {
  const size = state.edge.size - state.bundle.length
  const [, ...upper] = state.edge.tiles()
  const edge = new Edge(size, [Buffer.alloc(0), ...upper])
  const batch = { checkpoint: state.checkpoint, entries: state.bundle }
  return Buffer.concat([formatBase({ edge, chains }), formatBatch(batch)])
}

interface Parts {
  readonly options: LogOptions
  readonly disk: LogDisk
  readonly journal: Journal
  readonly there: Recovered
  readonly opened: AsyncDisposableStack
}

class FolderLog implements LogStore {
  readonly #parts: Parts
  readonly #writer: TileWriter
  readonly #files: LogFiles
  #state: LogState
  #chains: ReadonlyMap<string, ChainPoint>
  #published: string | undefined
  #isOvergrown = false
  /** Appends and publications, each one after another. */
  #appending: Promise<unknown> = Promise.resolve()
  #publishing: Promise<unknown> = Promise.resolve()

  constructor(parts: Parts) {
    const { there, options } = parts
    this.#parts = parts
    this.#state = there.state
    this.#chains = there.chains
    this.#published = there.published
    this.#writer = new TileWriter(options.folder, (error) =>
      options.onAlarm?.('the disk does not take the tiles of the audit log', { error }),
    )
    this.#files = new LogFiles({
      folder: options.folder,
      state: () => this.#state,
      findPending: (path) => this.#writer.find(path),
    })
    this.#writer.add(there.files)
  }

  get origin(): string {
    return this.#parts.options.signer.verifier.name
  }

  get size(): number {
    return this.#state.edge.size
  }

  get checkpoint(): string {
    return this.#state.checkpoint
  }

  get published(): string | undefined {
    return this.#published
  }

  chains(): ReadonlyMap<string, ChainPoint> {
    return this.#chains
  }

  append(entries: readonly Buffer[]): Promise<Appended> {
    const appended = this.#appending.then(() => this.#append(entries))
    // The journal is begun anew after the answer and before the next append. Failures are the caller's.
    const failed = () => undefined
    this.#appending = appended.then(() => this.#renewJournal(), failed)
    return appended
  }

  async #append(entries: readonly Buffer[]): Promise<Appended> {
    requireEntries(entries)
    await this.#waitForRoom()
    const { options, journal } = this.#parts
    const first = this.size
    const chains = chainsAfter(this.#chains, options.chainOf, first, entries)
    const { edge, bundle, files } = grow(this.#state, entries)
    const checkpoint = signCheckpoint(options.signer, { size: edge.size, root: edge.root() })
    await journal.append(formatBatch({ checkpoint, entries }))
    this.#state = { edge, bundle, checkpoint }
    this.#chains = chains
    this.#writer.add(files)
    return { first, checkpoint }
  }

  /** A disk that is slower with tiles than with the journal is waited for; one that fails is not. */
  async #waitForRoom(): Promise<void> {
    const most = this.#parts.disk.pendingOctetsMax ?? pendingOctetsMax
    if (this.#writer.pendingOctets <= most || (await this.#writer.settle())) return
    throw new Refusal('try-again', { what: 'the disk does not take the tiles of the audit log' })
  }

  async #renewJournal(): Promise<void> {
    const { journal, disk, options } = this.#parts
    const isPressing = journal.grownBy > disk.journalOctetsMax * journalPatience
    const isDue = journal.grownBy > disk.journalOctetsMax && this.#writer.pendingOctets === 0
    if (!isDue && !(isPressing && (await this.#writer.settle()))) return
    try {
      await journal.replace(formatJournal(this.#state, this.#chains))
      this.#isOvergrown = false
    } catch (error) {
      // One word for each time the disk fails; the old journal goes on, and the next append tries again.
      if (!this.#isOvergrown)
        options.onAlarm?.('the journal of the audit log cannot be begun anew', { error })
      this.#isOvergrown = true
    }
  }

  publish(note: string): Promise<void> {
    const published = this.#publishing.then(() => this.#publish(note))
    this.#publishing = published.catch(() => undefined)
    return published
  }

  async #publish(note: string): Promise<void> {
    const { signer, folder } = this.#parts.options
    const { size, root } = openCheckpoint(note, signer.verifier)
    if (size > this.size || !root.equals(await this.rootAt(size)))
      throw new Refusal('invalid', { what: 'the checkpoint is not of this tree', size })
    if (this.#published !== undefined && size < parseCheckpoint(this.#published).size) return
    await replaceFile(join(folder, checkpointName), note)
    await syncFolder(folder)
    this.#published = note
  }

  async read(path: string): Promise<Buffer | undefined> {
    if (path !== checkpointName) return this.#files.read(path)
    return this.#published === undefined ? undefined : Buffer.from(this.#published)
  }

  entry(index: number) {
    return this.#files.entry(index)
  }

  entries(from: number, to?: number) {
    return this.#files.entries(from, to)
  }

  inclusionProof(index: number, size?: number) {
    return this.#files.inclusionProof(index, size)
  }

  consistencyProof(oldSize: number, size?: number) {
    return this.#files.consistencyProof(oldSize, size)
  }

  rootAt(size: number) {
    return this.#files.rootAt(size)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#appending
    await this.#publishing
    await this.#writer.settle()
    await this.#parts.opened.disposeAsync()
  }
}

function requireEntries(entries: readonly Buffer[]): void {
  if (entries.length === 0) throw new Refusal('invalid', { what: 'there is no entry to append' })
  const octets = entries.find((entry) => entry.length > entryOctetsMax)?.length
  if (octets !== undefined) throw new Refusal('too-large', { what: 'audit entry', octets })
}

function ignoreMissing(error: unknown): void {
  if (codeOf(error) !== 'ENOENT') throw error
}
