/** What a verifier found: everything an auditor is told, and a program gets as JSON. */
import type { Millis } from '../../base/clock.ts'

/** Closed; a program may switch on it. */
export type FaultKind =
  /** The checkpoint is not signed by the log, or its witnesses are too few. */
  | 'unsigned'
  | 'too-few-witnesses'
  /** What stands at the index is not what was signed: another text, another entry's place, … */
  | 'altered'
  | 'moved'
  | 'inserted'
  /** An entry that was signed is not in the export. */
  | 'missing'
  /** The entries are those that were signed; a file of hashes is not. */
  | 'tile-altered'
  /** The export is not the tree that was signed, and its own hashes do not tell where. */
  | 'other-tree'
  /** A chain of a node: no leaf, a number again, too late, left out, or linked to something else. */
  | 'not-a-leaf'
  | 'replayed'
  | 'out-of-order'
  | 'number-missing'
  | 'link-broken'
  /** Against a head that was kept elsewhere: the log went back, or was two different logs. */
  | 'rollback'
  | 'fork'
  | 'head-unsigned'

export interface Fault {
  readonly kind: FaultKind
  /** The first bad entry. */
  readonly index?: number
  /** Where it is only known to be from `index` up to and without this. */
  readonly before?: number
  readonly node?: string
  readonly seq?: number
  readonly file?: string
  /** One sentence. */
  readonly text: string
}

export interface NodeReport {
  readonly node: string
  readonly entries: number
  readonly lastSeq: number
  readonly voidCount: number
  /** Numbers whose act did not happen, the first `namedMax`. */
  readonly voids: readonly number[]
  readonly gapCount: number
  /** Numbers left out when it started after a crash. */
  readonly gaps: readonly { readonly from: number; readonly to: number; readonly at: Millis }[]
}

export interface HeadReport {
  readonly size: number
  readonly isConsistent: boolean
}

export interface Report {
  readonly isProven: boolean
  readonly origin: string
  readonly size: number
  /** Base64, as in the checkpoint. */
  readonly root: string
  readonly witnesses: readonly { readonly name: string; readonly at: Millis }[]
  readonly nodes: readonly NodeReport[]
  readonly heads: readonly HeadReport[]
  /** The one to look at first. */
  readonly first?: Fault
  readonly faultCount: number
  /** The first `faultsMax`. */
  readonly faults: readonly Fault[]
}
