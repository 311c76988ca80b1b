/** Keeps other writers of the directory waiting until the end of the transaction. */
import type { Tx } from '../../db/types.ts'
import { lockFeed } from '../rows/write-rows.ts'
import { shelfOf } from './shelf.ts'
import type { Writing } from './writing.ts'

export async function lockDirectory(tx: Tx, writing: Pick<Writing, 'keys'>): Promise<void> {
  await lockFeed(shelfOf(tx, writing, 'department'))
}
