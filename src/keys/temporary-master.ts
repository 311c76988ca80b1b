/** A file master key in a folder of its own, for tests of this room and of those that seal. */
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openFileMaster } from './file-master.ts'
import type { MasterKey } from './types.ts'

export async function temporaryMaster(
  path?: string,
): Promise<{ readonly master: MasterKey; readonly path: string }> {
  const file = path ?? join(await mkdtemp(join(tmpdir(), 'tamar-master-')), 'master.key')
  return { master: await openFileMaster({ path: file, createIfMissing: true }), path: file }
}
