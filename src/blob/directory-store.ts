/**
 * Objects as files of a directory. A put writes a temporary file, flushes it, renames it to its
 * place and flushes the directory: after that the object outlives any crash, before it there is none.
 */
import { mkdir, open as openOnDisk, readdir, rename, stat, unlink } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Clock } from '../base/clock.ts'
import { newId } from '../base/id.ts'
import { Refusal } from '../base/refusal.ts'
import { codeOf, diskFault } from './faults.ts'
import { incomingAgeMs } from './limits.ts'
import { listDirectory } from './list-directory.ts'
import { objectPath } from './object-path.ts'
import type { ObjectId, ObjectSource, ObjectStore, Range, StoredObject } from './types.ts'

export interface DirectoryStoreOptions {
  readonly root: string
  readonly clock: Clock
  /** How files are opened for writing: the disk as an argument. */
  readonly open?: (path: string, flags: string, mode: number) => Promise<FileHandle>
}

/** Makes the directory where it is missing and sweeps what a crash left half-written. */
export async function openDirectoryStore(options: DirectoryStoreOptions): Promise<ObjectStore> {
  const incoming = join(options.root, 'incoming')
  try {
    await mkdir(incoming, { recursive: true, mode: 0o700 })
    await syncFolder(options.root)
    await syncFolder(dirname(options.root))
    await sweep(incoming, options.clock)
  } catch (error) {
    throw diskFault(error)
  }
  return new DirectoryStore(options, incoming)
}

class DirectoryStore implements ObjectStore {
  readonly #root: string
  readonly #incoming: string
  readonly #clock: Clock
  readonly #open: (path: string, flags: string, mode: number) => Promise<FileHandle>
  /** Folders whose own entry this process has flushed; 65,536 at most. */
  readonly #folders = new Map<string, Promise<void>>()

  constructor({ root, clock, open = openOnDisk }: DirectoryStoreOptions, incoming: string) {
    this.#root = root
    this.#incoming = incoming
    this.#clock = clock
    this.#open = open
  }

  async put(id: ObjectId, source: ObjectSource): Promise<void> {
    const path = join(this.#root, objectPath(id))
    const temporary = join(this.#incoming, newId(this.#clock))
    let isThere = false
    try {
      const file = await this.#open(temporary, 'wx', 0o600)
      isThere = true
      await writeWhole(file, source)
      const folder = dirname(path)
      await this.#makeFolder(folder)
      await rename(temporary, path)
      isThere = false
      await syncFolder(folder)
    } catch (error) {
      // A file that cannot even be removed is swept an hour later.
      if (isThere) await unlink(temporary).catch(() => undefined)
      if (codeOf(error) === 'ENOENT') await this.#requireDisk()
      throw diskFault(error)
    }
  }

  async get(id: ObjectId, range?: Range): Promise<Buffer> {
    try {
      await using file = await openOnDisk(join(this.#root, objectPath(id)), 'r')
      const { size } = await file.stat()
      const start = Math.min(range?.start ?? 0, size)
      return await readFully(file, start, Math.max(start, Math.min(range?.end ?? size, size)))
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw diskFault(error)
      await this.#requireDisk()
      throw new Refusal('not-found', { object: id }, { cause: error })
    }
  }

  async has(id: ObjectId): Promise<boolean> {
    try {
      return (await stat(join(this.#root, objectPath(id)))).isFile()
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw diskFault(error)
      await this.#requireDisk()
      return false
    }
  }

  async delete(id: ObjectId): Promise<boolean> {
    const path = join(this.#root, objectPath(id))
    try {
      await unlink(path)
      await syncFolder(dirname(path))
      return true
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw diskFault(error)
      await this.#requireDisk()
      return false
    }
  }

  async *list(after?: ObjectId): AsyncGenerator<StoredObject> {
    await this.#requireDisk()
    yield* listDirectory(this.#root, after)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Nothing is held open between calls.
  }

  /** "Not there" is only said of a disk that is there: an unmounted one has lost nothing. */
  async #requireDisk(): Promise<void> {
    try {
      await stat(this.#incoming)
    } catch (cause) {
      throw new Refusal('try-again', { what: 'object store', code: codeOf(cause) }, { cause })
    }
  }

  /** Flushed once by this process even when another one made it and has not flushed it yet. */
  #makeFolder(folder: string): Promise<void> {
    const known = this.#folders.get(folder)
    if (known !== undefined) return known
    const making = makeDurably(folder, this.#root).catch((error: unknown) => {
      this.#folders.delete(folder)
      throw error
    })
    this.#folders.set(folder, making)
    return making
  }
}

async function writeWhole(file: FileHandle, source: ObjectSource): Promise<void> {
  try {
    if (source instanceof Uint8Array) await file.writeFile(source)
    else for await (const piece of source) await file.writeFile(piece)
    await file.sync()
  } finally {
    await file.close()
  }
}

async function readFully(file: FileHandle, start: number, end: number): Promise<Buffer> {
  const octets = Buffer.allocUnsafeSlow(end - start)
  let filled = 0
  while (filled < octets.length) {
    const { bytesRead } = await file.read(octets, filled, octets.length - filled, start + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return octets.subarray(0, filled)
}

async function makeDurably(folder: string, root: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await syncFolder(dirname(folder))
  await syncFolder(root)
}

async function syncFolder(path: string): Promise<void> {
  await using folder = await openOnDisk(path, 'r')
  await folder.sync()
}

async function sweep(incoming: string, clock: Clock): Promise<void> {
  for (const name of await readdir(incoming)) {
    const path = join(incoming, name)
    try {
      const { mtimeMs } = await stat(path)
      if (clock.now() - mtimeMs > incomingAgeMs) await unlink(path)
    } catch (error) {
      // Another node swept it, or it has just become an object.
      if (codeOf(error) !== 'ENOENT') throw error
    }
  }
}
