/** Boxes of names in files named by their hash, outside of the log: they may be destroyed one day. */
import { mkdir, readFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { writeFileDurably } from '../../net/write-file-durably.ts'

export interface BoxStore {
  /** Durable when it resolves. */
  put(hash: string, octets: Buffer): Promise<void>
  find(hash: string): Promise<Buffer | undefined>
}

const hashPattern = /^[0-9a-f]{64}$/

export function openBoxStore(folder: string): BoxStore {
  return {
    async put(hash, octets) {
      const path = boxPath(folder, hash)
      if (existsSync(path)) return
      await mkdir(dirname(path), { recursive: true, mode: 0o700 })
      await writeFileDurably(path, octets, 0o600)
    },
    async find(hash) {
      if (!hashPattern.test(hash)) return undefined
      const path = boxPath(folder, hash)
      return existsSync(path) ? readFile(path) : undefined
    },
  }
}

/** `ab/ab12…`: no folder holds more than a file system likes. */
export function boxPath(folder: string, hash: string): string {
  return join(folder, hash.slice(0, 2), hash)
}
