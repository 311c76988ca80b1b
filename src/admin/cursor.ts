/**
 * Cursors of lists: where the next page begins. Opaque and under a MAC, bound to the list and to who
 * asked, so that nobody makes one up or carries one elsewhere.
 */
import { timingSafeEqual } from 'node:crypto'
import { Refusal } from '../base/refusal.ts'
import type { HashingSealer } from '../keys/types.ts'

const macOctets = 16

export interface CursorPlace {
  readonly verb: string
  readonly callerId: string
}

export function formatCursor(keys: HashingSealer, place: CursorPlace, last: string): string {
  return Buffer.concat([macOf(keys, place, last), Buffer.from(last)]).toString('base64url')
}

/** Refusal('invalid') */
export function parseCursor(keys: HashingSealer, place: CursorPlace, cursor: string): string {
  const octets = Buffer.from(cursor, 'base64url')
  const last = octets.subarray(macOctets).toString()
  const mac = octets.subarray(0, macOctets)
  if (mac.length === macOctets && timingSafeEqual(mac, macOf(keys, place, last))) return last
  const message = 'The cursor is not one that this list gave you. Begin again without a cursor.'
  throw new Refusal('invalid', { message })
}

function macOf(keys: HashingSealer, { verb, callerId }: CursorPlace, last: string): Buffer {
  const text = JSON.stringify([verb, callerId, last])
  return keys.hash('admin-cursor', text).subarray(0, macOctets)
}
