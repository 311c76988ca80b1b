/** Whether an entry is the next of its node's chain. The rule is the contract of `Leaf`. */
import { chainStartMac } from '../../tlog/leaf.ts'
import { crashGapMax } from '../../tlog/limits.ts'
import type { ChainPoint, Leaf } from '../../tlog/types.ts'

/** How far a chain is held: what its next entry must link to. */
export type ChainTip = Pick<ChainPoint, 'seq' | 'mac'>

export const chainStart: ChainTip = { seq: 0, mac: chainStartMac }

/**
 * `next` and `after-crash` continue the chain; `known` is there already; of the others nothing is
 * believed: `gap`, numbers are missing; `broken`, it links to something else; `forked`, another entry
 * stands at its number.
 */
export type Following = 'next' | 'after-crash' | 'known' | 'gap' | 'broken' | 'forked'

/** @param mac what the entry hands on. */
export function follow(tip: ChainTip, leaf: Leaf, mac: string): Following {
  if (leaf.seq === tip.seq && mac !== tip.mac) return 'forked'
  if (leaf.seq <= tip.seq) return 'known'
  if (leaf.previous !== tip.mac) return leaf.seq === tip.seq + 1 ? 'broken' : 'gap'
  if (leaf.seq === tip.seq + 1) return 'next'
  const isStart = leaf.kind === 'node' && leaf.entry['event'] === 'start'
  return isStart && leaf.seq - tip.seq - 1 <= crashGapMax ? 'after-crash' : 'gap'
}
