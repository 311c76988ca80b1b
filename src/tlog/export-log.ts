/** What an auditor takes away: the published files of a log at its published checkpoint. C2SP tlog-tiles. */
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Refusal } from '../base/refusal.ts'
import { parseCheckpoint } from './checkpoint.ts'
import { formatTilePath, listTiles } from './tile-path.ts'
import type { Checkpoint } from './types.ts'

export interface LogReader {
  /** As `LogStore.read`; a client of a log's web server will do as well. */
  read(path: string): Promise<Buffer | undefined>
}

/**
 * Copies into an empty folder, or one that is not there yet. The checkpoint comes last: without it a copy
 * that was broken off cannot be taken for a whole one.
 * @throws Refusal('not-found') nothing is published; ('already-exists') the folder is not empty.
 */
export async function exportLog(
  from: LogReader,
  folder: string,
  onProgress: (done: number, total: number) => void = () => undefined,
): Promise<Checkpoint> {
  const note = await from.read('checkpoint')
  if (note === undefined) throw new Refusal('not-found', { what: 'no checkpoint is published yet' })
  const checkpoint = parseCheckpoint(note.toString())
  await mkdir(folder, { recursive: true })
  if ((await readdir(folder)).length > 0)
    throw new Refusal('already-exists', { what: `${folder} is not empty` })
  const names = [...listTiles(checkpoint.size)]
  for (const [done, name] of names.entries()) {
    const path = formatTilePath(name)
    const content = await from.read(path)
    if (content === undefined) throw new Refusal('not-found', { what: `the log has no ${path}` })
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), content)
    onProgress(done + 1, names.length)
  }
  await writeFile(join(folder, 'checkpoint'), note)
  return checkpoint
}
