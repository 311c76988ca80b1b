/** Checkpoints that somebody kept: the log must continue each. C2SP tlog-checkpoint. */
import { isRefusal } from '../../base/refusal.ts'
import { openCheckpoint } from '../checkpoint.ts'
import type { Checkpoint, NoteVerifier } from '../types.ts'
import type { Regrowth } from './regrowth.ts'
import type { Fault, HeadReport } from './report.ts'

const signatureMark = '— '

/** Notes one after another; empty lines between them do not matter. */
export function splitHeads(text: string): readonly string[] {
  const notes: string[][] = []
  let isSigned = true
  for (const line of text.split('\n')) {
    const isSignature = line.startsWith(signatureMark)
    if (isSigned && !isSignature) {
      if (line === '') continue
      notes.push([])
    }
    notes.at(-1)?.push(line)
    isSigned = isSignature
  }
  return notes.map((lines) => `${lines.join('\n')}\n`)
}

export interface OpenedHeads {
  readonly heads: readonly Checkpoint[]
  readonly faults: readonly Fault[]
}

/** What is not signed by the log says nothing about it. */
export function openHeads(notes: readonly string[], log: NoteVerifier): OpenedHeads {
  const heads: Checkpoint[] = []
  const faults: Fault[] = []
  for (const [at, note] of notes.entries())
    try {
      heads.push(openCheckpoint(note, log))
    } catch (error) {
      if (!isRefusal(error, 'invalid')) throw error
      const text = `Known head ${at + 1} is not a checkpoint signed by this log.`
      faults.push({ kind: 'head-unsigned', text })
    }
  return { heads: heads.sort((a, b) => a.size - b.size), faults }
}

export interface JudgedHeads {
  readonly reports: readonly HeadReport[]
  readonly faults: readonly Fault[]
  /** The tree is that of the heads up to here, and is not from there on. */
  readonly good: number
  readonly bad: number | undefined
}

/** `isProven`: the tree is the one the checkpoint signs, so that what does not fit is a fork. */
export function judgeHeads(
  heads: readonly Checkpoint[],
  checkpoint: Checkpoint,
  tree: Regrowth,
  isProven: boolean,
): JudgedHeads {
  const isThere = (head: Checkpoint) => tree.rootAt(head.size)?.equals(head.root) === true
  const reports = heads.map((head) => ({ size: head.size, isConsistent: isThere(head) }))
  const good = Math.max(0, ...reports.filter((one) => one.isConsistent).map((one) => one.size))
  const bad = reports.find((one) => !one.isConsistent && one.size <= checkpoint.size)?.size
  const faults = heads.flatMap((head): readonly Fault[] => {
    if (head.size > checkpoint.size) return [sayRollback(head, checkpoint.size)]
    const isOther = head.size === checkpoint.size && !head.root.equals(checkpoint.root)
    return isOther || (isProven && !isThere(head)) ? [sayFork(head, good)] : []
  })
  return { reports, faults, good, bad }
}

function sayRollback({ size }: Checkpoint, index: number): Fault {
  const text = `The log went back: ${size} entries were signed for, the export has ${index}.`
  return { kind: 'rollback', index, before: size, text }
}

function sayFork({ size }: Checkpoint, index: number): Fault {
  const text = `The log was two logs: at ${size} entries it was signed with another root.`
  return { kind: 'fork', index, before: size, text }
}
