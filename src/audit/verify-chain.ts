/** Walks the chain of each node and says where it is broken: verification trusts only MACs. */
import type { Db } from '../db/types.ts'
import { SealError } from '../keys/types.ts'
import type { HashingSealer } from '../keys/types.ts'
import { chainStart, macAfter, macOf, openEntry } from './chain.ts'
import type { ChainEnd } from './chain.ts'
import { verifyBatch } from './limits.ts'
import { listAfter, listNodes } from './outbox.ts'
import type { OutboxRow } from './outbox.ts'

export interface Break {
  readonly nodeId: string
  readonly seq: number
  /** `gap`: what stood before this entry is missing (a crash, a removal). `altered`: its MAC fails. */
  readonly what: 'gap' | 'altered'
}

/** Every break in every chain. The first entry there is may follow fetched ones. */
export async function* findBreaks(db: Db, keys: HashingSealer): AsyncIterable<Break> {
  for (const nodeId of await listNodes(db)) {
    let end: ChainEnd | undefined
    for (;;) {
      const rows = await listAfter(db, nodeId, end?.seq ?? 0, verifyBatch)
      for (const row of rows) {
        const what = check(keys, row, end)
        if (what !== undefined) yield { nodeId, seq: row.seq, what }
        end = { seq: row.seq, mac: macAfterRow(keys, row) }
      }
      if (rows.length < verifyBatch) break
    }
  }
}

function check(
  keys: HashingSealer,
  row: OutboxRow,
  before: ChainEnd | undefined,
): Break['what'] | undefined {
  if (!macOf(keys, row.node_id, row).equals(row.mac)) return 'altered'
  const expected = before ?? (row.seq === 1 ? chainStart : undefined)
  if (expected === undefined) return undefined
  return row.seq === expected.seq + 1 && row.previous.equals(expected.mac) ? undefined : 'gap'
}

function macAfterRow(keys: HashingSealer, row: OutboxRow): Buffer {
  try {
    return macAfter(openEntry(keys, row.node_id, row.seq, row.entry), row.mac)
  } catch (error) {
    // Its MAC failed too and was reported; the chain is followed as far as it goes.
    if (error instanceof SealError) return row.mac
    throw error
  }
}
