/**
 * Follows the chain of each node through the log: every number once and in order, each linked to the
 * one before. The rule is the contract of `Leaf`.
 */
import { isRefusal } from '../../base/refusal.ts'
import { chainStartMac, macAfterLeaf, parseLeaf } from '../leaf.ts'
import { crashGapMax, namedMax } from '../limits.ts'
import type { Leaf } from '../types.ts'
import type { Fault, FaultKind, NodeReport } from './report.ts'

interface Chain {
  seq: number
  mac: string
  entries: number
  voidCount: number
  readonly voids: number[]
  gapCount: number
  readonly gaps: { readonly from: number; readonly to: number; readonly at: number }[]
  /** Numbers that should have come and have not. */
  readonly missing: Set<number>
}

// A number far ahead leaves out more than a set should hold; those are not told from numbers seen.
const missingMax = 100_000

export class Chains {
  readonly #chains = new Map<string, Chain>()

  /** The fault of this entry as the next of the log, if it has one. */
  follow(index: number, entry: Buffer): Fault | undefined {
    const leaf = readLeaf(entry)
    if (leaf === undefined)
      return { kind: 'not-a-leaf', index, text: `Entry ${index} is not an entry of an audit log.` }
    const chain = this.#chainOf(leaf.node)
    chain.entries += 1
    if (leaf.kind === 'void') nameVoid(chain, leaf.seq)
    const kind = judge(chain, leaf)
    const fault = kind === undefined ? undefined : describe(kind, index, leaf, chain.seq)
    advance(chain, leaf)
    return fault
  }

  report(): readonly NodeReport[] {
    return Array.from(this.#chains, ([node, chain]) => {
      const { seq: lastSeq, entries, voidCount, voids, gapCount, gaps } = chain
      return { node, entries, lastSeq, voidCount, voids, gapCount, gaps }
    }).sort((a, b) => (a.node < b.node ? -1 : 1))
  }

  #chainOf(node: string): Chain {
    const known = this.#chains.get(node)
    if (known !== undefined) return known
    const counts = { seq: 0, entries: 0, voidCount: 0, gapCount: 0 }
    const fresh: Chain = { ...counts, mac: chainStartMac, voids: [], gaps: [], missing: new Set() }
    this.#chains.set(node, fresh)
    return fresh
  }
}

/** Of an entry that is one. */
export function readLeaf(entry: Buffer): Leaf | undefined {
  try {
    return parseLeaf(entry)
  } catch (error) {
    if (isRefusal(error, 'invalid')) return undefined
    throw error
  }
}

type ChainFault = Extract<FaultKind, 'replayed' | 'out-of-order' | 'number-missing' | 'link-broken'>

function judge(chain: Chain, leaf: Leaf): ChainFault | undefined {
  if (leaf.seq <= chain.seq) return chain.missing.delete(leaf.seq) ? 'out-of-order' : 'replayed'
  const isLinked = leaf.previous === chain.mac
  if (leaf.seq === chain.seq + 1) return isLinked ? undefined : 'link-broken'
  const isStart = leaf.kind === 'node' && leaf.entry['event'] === 'start'
  if (!isStart || !isLinked || leaf.seq - chain.seq - 1 > crashGapMax) {
    for (let seq = chain.seq + 1; seq < leaf.seq && chain.missing.size < missingMax; seq += 1)
      chain.missing.add(seq)
    return 'number-missing'
  }
  chain.gapCount += 1
  if (chain.gaps.length < namedMax)
    chain.gaps.push({ from: chain.seq + 1, to: leaf.seq - 1, at: leaf.at })
  return undefined
}

function advance(chain: Chain, leaf: Leaf): void {
  if (leaf.seq <= chain.seq) return
  chain.seq = leaf.seq
  chain.mac = macAfterLeaf(leaf)
}

function nameVoid(chain: Chain, seq: number): void {
  chain.voidCount += 1
  if (chain.voids.length < namedMax) chain.voids.push(seq)
}

function describe(kind: ChainFault, index: number, leaf: Leaf, before: number): Fault {
  const { node, seq } = leaf
  const from = before + 1
  const left = from === seq - 1 ? `number ${from}` : `numbers ${from} to ${seq - 1}`
  const sentences: Readonly<Record<ChainFault, string>> = {
    replayed: 'is in the log a second time',
    'out-of-order': `comes after number ${before}`,
    'number-missing': `comes without ${left} before it`,
    'link-broken': 'does not link to the entry before it',
  }
  const text = `Entry ${index} (node ${node}, number ${seq}) ${sentences[kind]}.`
  // What is missing is named, not the one that shows it.
  return { kind, index, node, seq: kind === 'number-missing' ? from : seq, text }
}
