/**
 * Where an object stands in a store: `ef/cd/….abcdef`, two levels from the end of its id. Version 7
 * UUIDs (RFC 9562 §5.7) begin with the time, so their last octets spread and their first do not.
 */
import { Refusal } from '../base/refusal.ts'
import type { ObjectId } from './types.ts'

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** @throws Refusal('invalid') for anything but a UUID: an id never becomes another path. */
export function objectPath(id: ObjectId): string {
  if (!uuid.test(id)) throw new Refusal('invalid', { what: 'object id' })
  return `${id.slice(-2)}/${id.slice(-4, -2)}/${id}`
}

/** The names that are objects; undefined for anything else that lies about. */
export function parseObjectName(name: string): ObjectId | undefined {
  return uuid.test(name) ? name : undefined
}
