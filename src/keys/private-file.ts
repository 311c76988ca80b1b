/** A file with a secret in it: read only when nobody else can read it. */
import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { MissingKey } from './types.ts'

/** Keys and PINs are one short line; anything longer is something else. */
const fileOctetsMax = 1024

/**
 * Undefined when there is no file. The caller wipes what it gets.
 * @param what names the secret in the one line the operator reads, e.g. "The master key".
 * @throws MissingKey when others may read it, or it cannot be read.
 */
export async function readPrivateFile(path: string, what: string): Promise<Buffer | undefined> {
  let file: FileHandle
  try {
    file = await open(path, 'r')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw new MissingKey(`${what} at ${path} cannot be read (${codeOf(error)}).`, { cause: error })
  }
  try {
    await requirePrivate(file, path, what)
    return await file.readFile()
  } finally {
    await file.close()
  }
}

/** Asked of the open file, so that what is judged is what is read. */
async function requirePrivate(file: FileHandle, path: string, what: string): Promise<void> {
  const stats = await file.stat()
  const self = process.getuid?.()
  if (!stats.isFile() || stats.size > fileOctetsMax)
    throw new MissingKey(`${what} cannot be ${path}: that is no short file.`)
  // Windows has no users and modes of this kind; its access lists are the installer's.
  if (self === undefined) return
  if (stats.uid !== self && stats.uid !== 0)
    throw new MissingKey(`${what} at ${path} belongs to another user.`)
  if ((stats.mode & 0o077) !== 0)
    throw new MissingKey(
      `${what} at ${path} can be read by others (mode ${(stats.mode & 0o777).toString(8)}); ` +
        'make it 600.',
    )
}

/** The system's error code, for the operator. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
}
