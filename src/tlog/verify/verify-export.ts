/**
 * Proves an export from public keys alone: signature, witnesses, tree, the chain of every node, and
 * that it continues every checkpoint that was kept elsewhere. Trusts nothing it can compute.
 */
import { isRefusal } from '../../base/refusal.ts'
import { openCheckpoint, parseCheckpoint } from '../checkpoint.ts'
import { faultsMax } from '../limits.ts'
import { LogFault } from '../types.ts'
import type { Checkpoint, NoteVerifier, OpenedCheckpoint } from '../types.ts'
import { Chains } from './chains.ts'
import { judgeHeads, openHeads } from './heads.ts'
import type { JudgedHeads } from './heads.ts'
import { judgeTree } from './judge-tree.ts'
import { ExportFiles } from './read-export.ts'
import type { ReadResource } from './read-export.ts'
import { readTree } from './read-tree.ts'
import type { TreeRead } from './read-tree.ts'
import type { Fault, Report } from './report.ts'

export interface VerifyOptions {
  readonly read: ReadResource
  readonly log: NoteVerifier
  readonly witnesses?: readonly NoteVerifier[]
  /** How many of them must have cosigned; all, when it is not said. */
  readonly quorum?: number
  /** Notes of checkpoints kept elsewhere. */
  readonly heads?: readonly string[]
  readonly onProgress?: (done: number, total: number) => void
}

/** @throws LogFault when there is nothing that can be read as an export. */
export async function verifyExport(options: VerifyOptions): Promise<Report> {
  const { checkpoint, witnesses, faults: signing } = await openSigned(options)
  const { heads, faults: unsigned } = openHeads(options.heads ?? [], options.log)
  const files = new ExportFiles(options.read, checkpoint.size)
  const chains = new Chains()
  const chainFaults: Fault[] = []
  let chainFaultCount = 0
  const tree = await readTree({
    files,
    size: checkpoint.size,
    wantedRoots: new Set(heads.map((head) => head.size)),
    onEntry: (index, entry) => {
      const fault = chains.follow(index, entry)
      if (fault === undefined) return
      chainFaultCount += 1
      if (chainFaults.length < faultsMax) chainFaults.push(fault)
    },
    onProgress: (done) => options.onProgress?.(done, checkpoint.size),
  })
  const treeFaults = await judgeTree(files, checkpoint, tree)
  const known = judgeAgainst(heads, checkpoint, tree)
  const named = treeFaults.map((fault) =>
    narrow(nameMissing(fault, chainFaults), known, checkpoint),
  )
  const faults = [...signing, ...unsigned, ...known.faults, ...named, ...chainFaults].sort(byIndex)
  const first = firstOf(faults)
  return {
    isProven: faults.length === 0,
    origin: checkpoint.origin,
    size: checkpoint.size,
    root: checkpoint.root.toString('base64'),
    witnesses,
    nodes: chains.report(),
    heads: known.reports,
    ...(first === undefined ? {} : { first }),
    faultCount: faults.length - chainFaults.length + chainFaultCount,
    faults: faults.slice(0, faultsMax),
  }
}

function judgeAgainst(
  heads: readonly Checkpoint[],
  checkpoint: Checkpoint,
  { fromEntries, fromTiles }: TreeRead,
): JudgedHeads {
  const tree = fromEntries.is(checkpoint) || !fromTiles.is(checkpoint) ? fromEntries : fromTiles
  return judgeHeads(heads, checkpoint, tree, tree.is(checkpoint))
}

/** Where its own hashes do not tell, the known heads say between which sizes it went wrong. */
function narrow(fault: Fault, { good, bad }: JudgedHeads, { size }: Checkpoint): Fault {
  if (fault.kind !== 'other-tree') return fault
  const before = bad ?? size
  const text = `${fault.text} It first differs between entries ${good} and ${before - 1}.`
  return { ...fault, index: good, before, text }
}

interface Signed {
  readonly checkpoint: Checkpoint
  readonly witnesses: OpenedCheckpoint['witnesses']
  readonly faults: readonly Fault[]
}

/** What is not signed is read all the same: it may still say where it was changed. */
async function openSigned({ read, log, witnesses = [], quorum }: VerifyOptions): Promise<Signed> {
  const octets = await read('checkpoint')
  if (octets === undefined)
    throw new LogFault('There is no export here: the file checkpoint is missing.')
  const note = octets.toString()
  const claimed = readClaim(note)
  try {
    const opened = openCheckpoint(note, log, witnesses)
    const needed = quorum ?? witnesses.length
    const lacking = opened.witnesses.length < needed ? [tooFew(opened, needed)] : []
    return { checkpoint: opened, witnesses: opened.witnesses, faults: lacking }
  } catch (error) {
    if (!isRefusal(error, 'invalid')) throw error
    const text = `The checkpoint does not hold: ${String(error.facts['what'])}.`
    return { checkpoint: claimed, witnesses: [], faults: [{ kind: 'unsigned', text }] }
  }
}

function readClaim(note: string): Checkpoint {
  try {
    return parseCheckpoint(note)
  } catch (error) {
    if (!isRefusal(error, 'invalid')) throw error
    throw new LogFault('The file checkpoint is not a checkpoint.', { cause: error })
  }
}

function tooFew({ witnesses }: OpenedCheckpoint, needed: number): Fault {
  const text = `The checkpoint has the cosignatures of ${witnesses.length} of the ${needed} witnesses it needs.`
  return { kind: 'too-few-witnesses', text }
}

/** An entry that is gone is named by the chain that misses it. */
function nameMissing(fault: Fault, chainFaults: readonly Fault[]): Fault {
  const { kind, index } = fault
  if (kind !== 'missing' || index === undefined) return fault
  const misses = ({ kind: other, index: at }: Fault) =>
    other === 'number-missing' && at !== undefined && at >= index
  const found = chainFaults.find(misses)
  if (found?.node === undefined || found.seq === undefined) return fault
  const text = `${fault.text} It was number ${found.seq} of node ${found.node}.`
  return { ...fault, node: found.node, seq: found.seq, text }
}

/** What is known exactly comes before what is somewhere in a range, and both before the rest. */
function firstOf(faults: readonly Fault[]): Fault | undefined {
  const placed = faults.filter((fault) => fault.index !== undefined)
  return placed.find((fault) => fault.before === undefined) ?? placed[0] ?? faults[0]
}

function byIndex(a: Fault, b: Fault): number {
  return (a.index ?? -1) - (b.index ?? -1)
}
