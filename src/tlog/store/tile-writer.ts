/**
 * Brings full tiles and bundles to the disk behind the appends: their entries are in the journal
 * until they are durable here. What is not yet on disk is read from memory.
 */
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { formatTilePath } from '../tile-path.ts'
import { codeOf, replaceFile, syncFolder } from './durable-file.ts'
import type { TileFile } from './growth.ts'

export class TileWriter {
  readonly #folder: string
  readonly #onFault: (error: unknown) => void
  readonly #pending = new Map<string, Buffer>()
  /** Those known to be there, so that they are made and synced once. */
  readonly #folders = new Set<string>()
  #pendingOctets = 0
  #run: Promise<void> | undefined
  #hasFailed = false

  constructor(folder: string, onFault: (error: unknown) => void) {
    this.#folder = folder
    this.#onFault = onFault
  }

  get pendingOctets(): number {
    return this.#pendingOctets
  }

  find(path: string): Buffer | undefined {
    return this.#pending.get(path)
  }

  /** Starts writing; what failed before is tried again. */
  add(files: readonly TileFile[]): void {
    for (const { name, content } of files) {
      this.#pending.set(formatTilePath(name), content)
      this.#pendingOctets += content.length
    }
    this.#run ??= this.#write().finally(() => {
      this.#run = undefined
    })
  }

  /** Waits until all are durable. @returns whether they are. */
  async settle(): Promise<boolean> {
    this.add([])
    while (this.#run !== undefined) await this.#run
    return this.#pending.size === 0
  }

  async #write(): Promise<void> {
    try {
      while (this.#pending.size > 0) await this.#writeAll([...this.#pending])
      this.#hasFailed = false
    } catch (error) {
      if (codeOf(error) === undefined) throw error
      // One word for each time the disk fails, not for each batch while it does.
      if (!this.#hasFailed) this.#onFault(error)
      this.#hasFailed = true
    }
  }

  async #writeAll(files: readonly (readonly [path: string, content: Buffer])[]): Promise<void> {
    const touched = new Set<string>()
    for (const [path, content] of files) {
      const folder = dirname(path)
      await this.#makeFolder(folder)
      await replaceFile(join(this.#folder, path), content)
      touched.add(folder)
    }
    for (const folder of touched) await syncFolder(join(this.#folder, folder))
    for (const [path, content] of files) {
      this.#pending.delete(path)
      this.#pendingOctets -= content.length
    }
  }

  /**
   * A name is durable once the folder it stands in is synced; that one is there already may be the
   * work of a process that was killed before it did so.
   */
  async #makeFolder(folder: string): Promise<void> {
    if (this.#folders.has(folder)) return
    await mkdir(join(this.#folder, folder), { recursive: true })
    for (let above = dirname(folder); above !== '.'; above = dirname(above))
      await syncFolder(join(this.#folder, above))
    await syncFolder(this.#folder)
    this.#folders.add(folder)
  }
}
