/**
 * One node's chain of entries: each is numbered, sealed and MACed over its predecessor's MAC, so that
 * a missing, moved or altered entry shows. Synchronous: the order of numbers is the order of calls.
 */
import type { HashingSealer } from '../keys/types.ts'
import type { Millis } from '../base/clock.ts'
import type { AuditEntry } from './types.ts'
import { auditEntrySchema } from './events.ts'

export interface Link {
  readonly seq: number
  readonly at: Millis
  readonly entry: Buffer
  readonly mac: Buffer
  /** The MAC this one follows; kept so that the number can be made void. */
  readonly previous: Buffer
}

export interface ChainEnd {
  readonly seq: number
  readonly mac: Buffer
}

export const chainStart: ChainEnd = { seq: 0, mac: Buffer.alloc(32) }

export class Chain {
  readonly #keys: HashingSealer
  readonly #nodeId: string
  #seq: number
  #mac: Buffer

  constructor(keys: HashingSealer, nodeId: string, end: ChainEnd) {
    this.#keys = keys
    this.#nodeId = nodeId
    this.#seq = end.seq
    this.#mac = end.mac
  }

  /** The last number given. */
  get seq(): number {
    return this.#seq
  }

  append(at: Millis, entry: AuditEntry): Link {
    const link = this.#link(++this.#seq, at, entry, this.#mac)
    this.#mac = link.mac
    return link
  }

  /** What stands in place of a link whose act did not happen; its successors stay as they are. */
  voided(lost: Link): Link {
    return voidLink(this.#keys, this.#nodeId, lost)
  }

  #link(seq: number, at: Millis, entry: AuditEntry, previous: Buffer): Link {
    return makeLink(this.#keys, this.#nodeId, { seq, at, entry, previous })
  }
}

interface Numbered {
  readonly seq: number
  readonly at: Millis
  readonly entry: AuditEntry
  readonly previous: Buffer
}

function makeLink(
  keys: HashingSealer,
  nodeId: string,
  { seq, at, entry, previous }: Numbered,
): Link {
  const sealed = keys.seal(placeOf(nodeId, seq), Buffer.from(JSON.stringify(entry)))
  const mac = macOf(keys, nodeId, { seq, at, entry: sealed, previous })
  return { seq, at, entry: sealed, mac, previous }
}

/** What stands in place of a number whose act did not happen. */
export function voidLink(
  keys: HashingSealer,
  nodeId: string,
  lost: Pick<Link, 'seq' | 'at' | 'mac' | 'previous'>,
): Link {
  const entry: AuditEntry = { kind: 'void', mac: lost.mac.toString('hex') }
  const { seq, at, previous } = lost
  return makeLink(keys, nodeId, { seq, at, entry, previous })
}

/** @throws SealError when it was not sealed at this place; ZodError when we did not write it. */
export function openEntry(
  keys: HashingSealer,
  nodeId: string,
  seq: number,
  sealed: Buffer,
): AuditEntry {
  const plaintext = keys.open(placeOf(nodeId, seq), sealed)
  return auditEntrySchema.parse(JSON.parse(plaintext.toString()))
}

export function macOf(
  keys: HashingSealer,
  nodeId: string,
  link: Pick<Link, 'seq' | 'at' | 'entry' | 'previous'>,
): Buffer {
  const node = Buffer.from(nodeId)
  const numbers = Buffer.allocUnsafe(20)
  numbers.writeUInt32BE(node.length, 0)
  numbers.writeBigUInt64BE(BigInt(link.seq), 4)
  numbers.writeBigUInt64BE(BigInt(link.at), 12)
  return keys.hash('audit.chain', Buffer.concat([numbers, node, link.previous, link.entry]))
}

/** What the successor of a stored entry chains from. */
export function macAfter(entry: AuditEntry, mac: Buffer): Buffer {
  return entry.kind === 'void' ? Buffer.from(entry.mac, 'hex') : mac
}

function placeOf(nodeId: string, seq: number): { readonly object: string; readonly field: string } {
  return { object: `${nodeId}/${seq}`, field: 'audit_outbox.entry' }
}
