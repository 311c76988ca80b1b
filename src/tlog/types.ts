/**
 * The contract of the log: what a leaf, a key, a checkpoint, a proof and a log on disk are.
 *
 * Terms. An *entry* is one act's trace in the log, octets the tree does not look into. A *leaf* is
 * what those octets say in the audit log (`Leaf`). A *tile* is 256 hashes of one level, a *bundle*
 * the 256 entries under a tile of level 0. A *checkpoint* is the signed size and root of the tree.
 * A *witness* signs a checkpoint after it saw that nothing before it changed; that is a *cosignature*.
 * A *head* is a checkpoint somebody kept elsewhere.
 */
import type { Millis } from '../base/clock.ts'

/** SHA-256, 32 octets. */
export type Hash = Buffer

// ---- Leaves -----------------------------------------------------------------------------------

/**
 * One entry of the audit log: canonical JSON (keys sorted, no spaces) in at most `entryOctetsMax`
 * octets. Every number of a node appears exactly once and in order: seq 1 follows 64 zeros, and each
 * `previous` is what its predecessor hands on: its `mac`, or for a void the MAC inside it. The only
 * legal gap is right before a `node` entry with event `start`, at most `crashGapMax` numbers; it links
 * to the last entry before the gap. Whoever ships to the log therefore ships each node's entries in order
 * of seq, with voids in the place of numbers that never were.
 */
export interface Leaf {
  readonly v: 1
  readonly node: string
  readonly seq: number
  /** When the act happened by the node's clock. Not ordered across nodes. */
  readonly at: Millis
  /** The same as `entry.kind`. */
  readonly kind: string
  /** Pseudonymised fields. A `void` has `mac` (64 hex digits) here, a `node` has `event`. */
  readonly entry: LeafFields
  /** 64 lower case hex digits. */
  readonly previous: string
  readonly mac: string
}

export type LeafValue =
  | string
  | number
  | boolean
  | null
  | readonly LeafValue[]
  | { readonly [name: string]: LeafValue | undefined }

export type LeafFields = { readonly [name: string]: LeafValue | undefined }

/** How far the log holds one node's chain. */
export interface ChainPoint {
  readonly seq: number
  /** What the successor's `previous` must be, hex. */
  readonly mac: string
  /** Where in the log the entry with this seq stands. */
  readonly index: number
}

// ---- Notes, checkpoints, witnesses --------------------------------------------------------------

/** `log` signs the text as it is (C2SP signed-note); `witness` signs it with a time (tlog-cosignature). */
export type NoteKeyKind = 'log' | 'witness'

export interface NoteVerifier {
  readonly kind: NoteKeyKind
  readonly name: string
  readonly keyId: number
  /** `name+keyid+base64`, as it is handed to others. */
  readonly vkey: string
  /** `signature` without the key id. */
  verify(text: string, signature: Buffer): boolean
}

export interface NoteSigner {
  readonly verifier: NoteVerifier
  /** A whole signature line with its newline. A witness's needs the time; a log's has none. */
  sign(text: string, at?: Millis): string
}

export interface NoteSignature {
  readonly name: string
  readonly keyId: number
  readonly signature: Buffer
}

export interface Note {
  /** Ends with a newline. */
  readonly text: string
  readonly signatures: readonly NoteSignature[]
}

export interface Checkpoint {
  readonly origin: string
  readonly size: number
  readonly root: Hash
}

/** What `openCheckpoint` found true. */
export interface OpenedCheckpoint extends Checkpoint {
  readonly note: string
  /** Names of witnesses whose cosignature holds, with the time it says. */
  readonly witnesses: readonly { readonly name: string; readonly at: Millis }[]
}

/** C2SP tlog-witness `add-checkpoint`. */
export interface AddCheckpoint {
  readonly oldSize: number
  readonly proof: readonly Hash[]
  readonly note: string
}

/** What a witness answers; `remember` is to be durable before `body` is sent. */
export interface WitnessAnswer {
  readonly status: 200 | 400 | 403 | 404 | 409 | 422
  readonly contentType: string
  readonly body: string
  readonly remember?: Checkpoint
}

// ---- The log on disk ----------------------------------------------------------------------------

export interface Appended {
  /** Index of the first of the entries; the others follow it. */
  readonly first: number
  /** The log's signature over the tree with all of them: a signed note, no cosignatures. */
  readonly checkpoint: string
}

export interface LogOptions {
  readonly folder: string
  /** Its name is the origin of the log. */
  readonly signer: NoteSigner
  /** How to find the chain a leaf belongs to; without it `chains()` stays empty. */
  readonly chainOf?: (entry: Buffer) => Omit<ChainPoint, 'index'> & { readonly node: string }
  /** Told of what an operator must know: a disk that does not take tiles. */
  readonly onAlarm?: (what: string, facts: Readonly<Record<string, unknown>>) => void
}

/**
 * `openLog(options): Promise<LogStore>` makes the log or opens it at its last signed checkpoint.
 * One process at a time. @throws LogFault when it is held by another, damaged, or somebody else's.
 */
export interface LogStore extends AsyncDisposable {
  readonly origin: string
  /** Entries that are durable and signed for. */
  readonly size: number
  /** The newest signed note. Has only the log's signature. */
  readonly checkpoint: string
  /** What the file `checkpoint` holds: the newest note given to `publish`. */
  readonly published: string | undefined
  /**
   * All of them or none, durable when it resolves. Calls wait for each other; the caller batches.
   * @throws Refusal('too-large') an entry is over `entryOctetsMax`; ('invalid') there is none;
   * ('try-again') the disk is full or the log must be opened again: the facts say which.
   */
  append(entries: readonly Buffer[]): Promise<Appended>
  /**
   * Makes a checkpoint of ours, usually cosigned by now, the one that is served. Older ones than the
   * published are left out silently: witnesses answer late.
   * @throws Refusal('invalid') not signed by this log or not of this tree.
   */
  publish(note: string): Promise<void>
  /**
   * What an HTTP server gives at `/<path>`: `checkpoint`, `tile/…`, partial ones too (C2SP
   * tlog-tiles). Undefined: there is none (404).
   */
  read(path: string): Promise<Buffer | undefined>
  /** @throws Refusal('not-found') */
  entry(index: number): Promise<Buffer>
  entries(from: number, to?: number): AsyncIterable<Buffer>
  /** Of the tree of `size`, or of the newest. @throws Refusal('not-found') */
  inclusionProof(index: number, size?: number): Promise<readonly Hash[]>
  consistencyProof(oldSize: number, size?: number): Promise<readonly Hash[]>
  rootAt(size: number): Promise<Hash>
  /** The highest seq of each node, known at once after opening. */
  chains(): ReadonlyMap<string, ChainPoint>
}

/** A log or an export that cannot be used; the message is for an operator and says the next step. */
export class LogFault extends Error {
  override readonly name = 'LogFault'
}
