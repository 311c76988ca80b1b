/**
 * A backup opened for reading: its head, and what it holds, part by part. Everything that can be
 * computed is, and compared with the manifest at the end.
 */
import { createHash } from 'node:crypto'
import { open, type FileHandle } from 'node:fs/promises'
import { basename } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { formatId } from '../base/id.ts'
import type { BoundKey } from '../keys/seal.ts'
import type { MasterKey } from '../keys/types.ts'
import { frameKey, openBackupKey } from './backup-key.ts'
import { fileFault } from './file-fault.ts'
import { FrameReader } from './frame-reader.ts'
import { readHead, type Head } from './header.ts'
import {
  manifestSchema,
  readRecord,
  recordKinds,
  tableSchema,
  type BackupRecord,
} from './records.ts'
import { countRows } from './rows.ts'
import {
  RecoveryFault,
  type BackupHeader,
  type Manifest,
  type OnProgress,
  type TableCount,
} from './types.ts'

/** Who walks through a backup is told of its parts, in their order. */
export interface Visitor {
  /** Rows as `encodeRows` made them. */
  rows?(table: BackedUpTable, octets: Buffer): Promise<void>
  /** Takes the pieces in order; what it leaves is skipped. */
  object?(id: string, pieces: AsyncIterable<Buffer>): Promise<void>
}

export interface BackedUpTable {
  readonly name: string
  readonly columns: readonly string[]
}

/** @throws RecoveryFault for what is no backup, or not one of this master key. */
export async function openBackup(source: string, master: MasterKey): Promise<BackupFile> {
  let file: FileHandle
  try {
    file = await open(source, 'r')
  } catch (error) {
    throw fileFault(error, source)
  }
  try {
    const head = await readHead(file, basename(source))
    const secret = await openBackupKey(master, head)
    const key = frameKey(secret, head.octets, head.header.backupId)
    const { size } = await file.stat()
    return new BackupFile({ file, head, key, size, name: basename(source) })
  } catch (error) {
    await file.close()
    throw fileFault(error, source)
  }
}

interface Opened {
  readonly file: FileHandle
  readonly head: Head
  readonly key: BoundKey
  readonly size: number
  readonly name: string
}

export class BackupFile implements AsyncDisposable {
  readonly header: BackupHeader
  readonly #opened: Opened

  constructor(opened: Opened) {
    this.#opened = opened
    this.header = opened.head.header
  }

  /**
   * Reads all of it. @throws RecoveryFault when anything was changed, moved, added or cut off; what
   * the visitor was told before is genuine all the same.
   */
  async walk(visitor: Visitor, onProgress?: OnProgress): Promise<Manifest> {
    const frames = this.#frames()
    const { name, size } = this.#opened
    const told = () => onProgress?.('octets of the backup', frames.position, size)
    const { tables, next } = await walkTables(frames, visitor, told)
    const { objects, last } = await walkObjects(frames, next, { visitor, told })
    if (last.kind !== recordKinds.manifest) throw misplaced(last)
    const manifest = manifestSchema.parse(parseJson(last))
    if (!frames.isAtEnd) throw new RecoveryFault(`${name} goes on behind its end.`)
    if (!isDeepStrictEqual({ ...manifest, sequences: [] }, { tables, objects, sequences: [] }))
      throw new RecoveryFault(`${name} does not hold what its manifest says.`)
    return manifest
  }

  /** Only the rows, for a second reading of what `walk` found whole. */
  async walkRows(visitor: Visitor, onProgress?: OnProgress): Promise<readonly TableCount[]> {
    const frames = this.#frames()
    const told = () => onProgress?.('octets of the backup', frames.position, this.#opened.size)
    return (await walkTables(frames, visitor, told)).tables
  }

  #frames(): FrameReader {
    const { file, name, key, head, size: end } = this.#opened
    const { backupId } = this.header
    return new FrameReader({ file, name, key, backupId, start: head.octets.length, end })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened.file.close()
  }
}

async function walkTables(frames: FrameReader, visitor: Visitor, told: () => void) {
  const tables: TableCount[] = []
  let next = await readRecord(frames)
  while (next.kind === recordKinds.table) {
    const table = tableSchema.parse(parseJson(next))
    const digest = createHash('sha256')
    let rows = 0
    for (next = await readRecord(frames); next.kind === recordKinds.rows;) {
      digest.update(next.body)
      rows += countRows(next.body, table.columns.length)
      await visitor.rows?.(table, next.body)
      told()
      next = await readRecord(frames)
    }
    tables.push({ name: table.name, rows, sha256: digest.digest('hex') })
  }
  return { tables, next }
}

interface Walk {
  readonly visitor: Visitor
  readonly told: () => void
}

async function walkObjects(frames: FrameReader, first: BackupRecord, { visitor, told }: Walk) {
  const digest = createHash('sha256')
  let [count, octets] = [0, 0]
  let next = first
  /** Reads on until another record comes, which stays in `next`. */
  async function* pieces() {
    for (next = await readRecord(frames); next.kind === recordKinds.piece;) {
      const { body } = next
      digest.update(body)
      octets += body.length
      next = await readRecord(frames)
      yield body
    }
  }
  while (next.kind === recordKinds.object) {
    const { body } = next
    digest.update(body)
    const taken = pieces()
    await visitor.object?.(formatId(body), skipReturn(taken))
    for await (const _left of taken);
    count += 1
    told()
  }
  return { objects: { count, octets, sha256: digest.digest('hex') }, last: next }
}

/** A visitor that stops early must not end the generator: the rest is still to be read. */
function skipReturn(pieces: AsyncGenerator<Buffer>): AsyncIterable<Buffer> {
  return { [Symbol.asyncIterator]: () => ({ next: () => pieces.next() }) }
}

function parseJson({ body }: BackupRecord): unknown {
  return JSON.parse(body.toString())
}

function misplaced({ kind }: BackupRecord): RecoveryFault {
  return new RecoveryFault(`A part of kind ${kind} stands where none may be.`)
}
