/**
 * Rows of the outbox as leaves of the log: opened, held to their MACs, pseudonymised. Takes as many as
 * follow each other; where a number is missing its act is still under way, or will be void.
 */
import { hash } from 'node:crypto'
import { isRefusal } from '../../base/refusal.ts'
import type { HashingSealer } from '../../keys/types.ts'
import { SealError } from '../../keys/types.ts'
import { formatLeaf } from '../../tlog/leaf.ts'
import type { Leaf, LeafFields } from '../../tlog/types.ts'
import { macAfter, macOf, openEntry } from '../chain.ts'
import type { AuditEntry } from '../events.ts'
import type { Name } from '../names/pseudonymise.ts'
import { pseudonymise } from '../names/pseudonymise.ts'
import type { OutboxRow } from '../outbox.ts'

export interface MadeLeaf {
  readonly leaf: Leaf
  readonly names: readonly Name[]
  /** What the next row must link to, and whether the node said goodbye with this one. */
  readonly handsOn: Buffer
  readonly isStop: boolean
}

/** `handsOn`: what the first row must link to, as it is in the log. */
export function makeLeaves(
  keys: HashingSealer,
  rows: readonly OutboxRow[],
  handsOn: Buffer,
  onAltered: (row: OutboxRow) => void,
): readonly MadeLeaf[] {
  const made: MadeLeaf[] = []
  let expected = handsOn
  for (const [at, row] of rows.entries()) {
    if (!row.previous.equals(expected)) break
    const next = rows[at + 1]
    const leaf = makeLeaf(keys, row, next, onAltered)
    made.push(leaf)
    expected = leaf.handsOn
  }
  return made
}

function makeLeaf(
  keys: HashingSealer,
  row: OutboxRow,
  next: OutboxRow | undefined,
  onAltered: (row: OutboxRow) => void,
): MadeLeaf {
  const entry = openRow(keys, row)
  if (entry === undefined) {
    onAltered(row)
    return standFor(row, next)
  }
  const { fields, names } = pseudonymise(keys, entry)
  const isStop = entry.kind === 'node' && entry.event === 'stop'
  const handsOn = macAfter(entry, row.mac)
  return { leaf: leafOf(row, entry.kind, fields, row.mac), names, handsOn, isStop }
}

/** Undefined: it is not what was written. */
function openRow(keys: HashingSealer, row: OutboxRow): AuditEntry | undefined {
  try {
    if (!macOf(keys, row.node_id, row).equals(row.mac)) return undefined
    return openEntry(keys, row.node_id, row.seq, row.entry)
  } catch (error) {
    if (error instanceof SealError) return undefined
    throw error
  }
}

/** What the successor of a row links to. One that was altered hands on its MAC. */
export function handsOnOf(keys: HashingSealer, row: OutboxRow): Buffer {
  const entry = openRow(keys, row)
  return entry === undefined ? row.mac : macAfter(entry, row.mac)
}

/** The place of an altered row says that it was altered; its successor tells what it handed on. */
function standFor(row: OutboxRow, next: OutboxRow | undefined): MadeLeaf {
  const handsOn = next?.seq === row.seq + 1 ? next.previous : row.mac
  const fields = { kind: 'alarm', what: 'entry-altered-before-shipping' }
  return { leaf: leafOf(row, 'alarm', fields, handsOn), names: [], handsOn, isStop: false }
}

function leafOf(row: OutboxRow, kind: string, fields: LeafFields, mac: Buffer): Leaf {
  return {
    v: 1,
    node: row.node_id,
    seq: row.seq,
    at: row.at,
    kind,
    entry: fields,
    previous: row.previous.toString('hex'),
    mac: mac.toString('hex'),
  }
}

/** The leaf with the hash of the box its new names are in. One too long for the log is cut. */
export function formatShipped({ leaf }: MadeLeaf, box: string | undefined): Buffer {
  const entry = box === undefined ? leaf.entry : { ...leaf.entry, names: box }
  try {
    return formatLeaf({ ...leaf, entry })
  } catch (error) {
    if (!isRefusal(error, 'too-large')) throw error
    const digest = hash('sha256', JSON.stringify(leaf.entry), 'hex')
    const { version, principalId } = leaf.entry
    return formatLeaf({ ...leaf, entry: { version, kind: leaf.kind, principalId, cut: digest } })
  }
}
