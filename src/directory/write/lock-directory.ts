/** The version of the directory, and keeping other writers of it waiting. */
import type { Db, Tx } from '../../db/types.ts'
import { lockFeed } from '../rows/write-rows.ts'
import { shelfOf } from './shelf.ts'
import type { Writing } from './writing.ts'

/** Until the end of the transaction. @returns the last version. */
export function lockDirectory(tx: Tx, writing: Pick<Writing, 'keys'>): Promise<number> {
  return lockFeed(shelfOf(tx, writing, 'department'))
}

export async function readDirectoryVersion(db: Db): Promise<number> {
  const row = await db.row<{ version: number }>({
    name: 'directory.readVersion',
    text: 'SELECT version FROM reference_head WHERE feed = $1',
    values: ['directory'],
  })
  return row?.version ?? 0
}
