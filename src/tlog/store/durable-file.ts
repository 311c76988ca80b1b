/** Files that are whole or not there, and stay there when the power goes. */
import { open, rename, unlink } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'

/** Beside, synced, renamed over. The name is durable after `syncFolder`. */
export async function replaceFile(path: string, content: string | Buffer): Promise<void> {
  const temporary = `${path}.new`
  try {
    await using file = await open(temporary, 'w', 0o640)
    await file.writeFile(content)
    await file.sync()
  } catch (error) {
    await unlink(temporary).catch(() => undefined)
    throw error
  }
  await rename(temporary, path)
}

export async function syncFolder(path: string): Promise<void> {
  await using folder = await open(path, 'r')
  await folder.sync()
}

/** A write may take less than it is given. */
export async function writeWhole(
  file: Pick<FileHandle, 'write'>,
  octets: Buffer,
  position: number,
): Promise<void> {
  for (let done = 0; done < octets.length;) {
    const length = octets.length - done
    const { bytesWritten } = await file.write(octets, done, length, position + done)
    done += bytesWritten
  }
}

const noRoom = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined
}

export function isDiskFull(error: unknown): boolean {
  return noRoom.has(codeOf(error) ?? '')
}
