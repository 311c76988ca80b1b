/** The file every entry is in before it is acknowledged. One write and one sync a batch. */
import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Refusal } from '../../base/refusal.ts'
import { isDiskFull, replaceFile, syncFolder, writeWhole } from './durable-file.ts'

/** What a journal needs of an open file. */
export type JournalFile = Pick<FileHandle, 'write' | 'datasync' | 'truncate' | 'close'>

export type OpenJournal = (path: string) => Promise<JournalFile>

export const openJournalFile: OpenJournal = (path) => open(path, 'r+')

export class Journal implements AsyncDisposable {
  readonly #path: string
  readonly #open: OpenJournal
  #file: JournalFile
  #octets: number
  /** With so many it was begun. */
  #begunWith = 0
  #fault: unknown

  private constructor(path: string, openJournal: OpenJournal, file: JournalFile, octets: number) {
    this.#path = path
    this.#open = openJournal
    this.#file = file
    this.#octets = octets
  }

  /** Cuts off what follows the first `octets`. */
  static async open(path: string, octets: number, openJournal: OpenJournal): Promise<Journal> {
    const file = await openJournal(path)
    await file.truncate(octets)
    await file.datasync()
    return new Journal(path, openJournal, file, octets)
  }

  /** What came since it was begun. */
  get grownBy(): number {
    return this.#octets - this.#begunWith
  }

  /** Durable when it resolves, or not there at all. @throws Refusal('try-again') */
  async append(record: Buffer): Promise<void> {
    this.#requireSound()
    try {
      await writeWhole(this.#file, record, this.#octets)
    } catch (error) {
      await this.#cutBack(error)
      if (!isDiskFull(error)) throw this.#broken(error)
      throw new Refusal(
        'try-again',
        { what: 'the disk of the audit log is full' },
        { cause: error },
      )
    }
    try {
      await this.#file.datasync()
    } catch (error) {
      // What is on disk after a failed sync is not known, and a second sync would not tell.
      throw this.#broken(error)
    }
    this.#octets += record.length
  }

  /** Begins anew with this content, which stands for all that was there. */
  async replace(content: Buffer): Promise<void> {
    this.#requireSound()
    await replaceFile(this.#path, content)
    try {
      await syncFolder(dirname(this.#path))
      const file = await this.#open(this.#path)
      await this.#file.close()
      this.#file = file
      this.#octets = content.length
      this.#begunWith = content.length
    } catch (error) {
      // The old file has no name any more: nothing may be written to it.
      throw this.#broken(error)
    }
  }

  async #cutBack(cause: unknown): Promise<void> {
    try {
      await this.#file.truncate(this.#octets)
      await this.#file.datasync()
    } catch (error) {
      throw this.#broken(new AggregateError([cause, error], 'the journal cannot be cut back'))
    }
  }

  #broken(error: unknown): Refusal {
    this.#fault = error
    return this.#refusal()
  }

  #requireSound(): void {
    if (this.#fault !== undefined) throw this.#refusal()
  }

  #refusal(): Refusal {
    const what = 'the disk of the audit log failed; it must be opened again'
    return new Refusal('try-again', { what }, { cause: this.#fault })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close()
  }
}
