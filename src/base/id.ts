/**
 * Identifiers are UUIDs of version 7 (RFC 9562 §5.7): made on a node without asking anybody, and
 * in order of time, so that new rows stand together in their index.
 */
import { randomFillSync } from 'node:crypto'
import type { Clock, Millis } from './clock.ts'

export type AccountId = string
export type MailboxId = string
export type MessageId = string
export type PrincipalId = string
export type DepartmentId = string

const pool = Buffer.allocUnsafe(4096)
let poolUsed = pool.length

export function newId(clock: Clock): string {
  if (poolUsed + 16 > pool.length) {
    randomFillSync(pool)
    poolUsed = 0
  }
  const bytes = pool.subarray(poolUsed, (poolUsed += 16))
  bytes.writeUIntBE(clock.now(), 0, 6)
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f)
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f)
  return formatId(bytes)
}

/** When it was made: the first 48 bits. */
export function timeOfId(id: string): Millis {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)
}

export function formatId(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, 16).toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** The 16 octets of an id, as they are bound into sealed values. */
export function idOctets(id: string): Buffer {
  return Buffer.from(id.replaceAll('-', ''), 'hex')
}
