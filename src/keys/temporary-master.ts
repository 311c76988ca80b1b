/** A file master key in a folder of its own, for tests of this room and of those that seal. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openFileMaster } from './file-master.ts'
import type { MasterKey } from './types.ts'

export interface TemporaryMaster extends AsyncDisposable {
  readonly master: MasterKey
  readonly path: string
}

/** The folder goes when it is disposed; the opened key lasts. */
export async function temporaryMaster(): Promise<TemporaryMaster> {
  const folder = await mkdtemp(join(tmpdir(), 'tamar-master-'))
  const path = join(folder, 'master.key')
  const master = await openFileMaster({ path, createIfMissing: true })
  return {
    master,
    path,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}
