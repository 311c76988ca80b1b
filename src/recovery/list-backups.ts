/** The backups of a folder by what their heads say in clear: nothing is opened, no key is needed. */
import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf, fileFault } from './file-fault.ts'
import { readHead } from './header.ts'
import { listedMax } from './limits.ts'
import { RecoveryFault, type BackupHeader } from './types.ts'

export const backupExtension = '.tamar'

export interface ListedBackup {
  readonly name: string
  readonly octets: number
  /** Undefined: it is no backup that this release can read. */
  readonly head: BackupHeader | undefined
}

/** The newest first; none where the folder is not there. @throws RecoveryFault */
export async function listBackups(folder: string): Promise<readonly ListedBackup[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return []
    throw fileFault(error, folder)
  })
  const files = names.filter((name) => name.endsWith(backupExtension)).sort()
  const listed: ListedBackup[] = []
  for (const name of files.slice(-listedMax)) listed.push(await look(folder, name))
  return listed.sort((a, b) => (b.head?.takenAt ?? 0) - (a.head?.takenAt ?? 0))
}

async function look(folder: string, name: string): Promise<ListedBackup> {
  try {
    await using file = await open(join(folder, name), 'r')
    const { size: octets } = await file.stat()
    const head = await readHead(file, name).then(
      ({ header }) => header,
      (error: unknown) => {
        if (error instanceof RecoveryFault) return undefined
        throw error
      },
    )
    return { name, octets, head }
  } catch (error) {
    throw fileFault(error, join(folder, name))
  }
}
