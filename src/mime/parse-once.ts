/**
 * The structure of octets that several look at, one after the other: the judge, the scripts, the store.
 * Kept as long as the octets themselves, which nobody changes once they are a message.
 */
import { parseMessage } from './parse.ts'
import type { Part } from './types.ts'

const known = new WeakMap<Buffer, Part>()

/** `parseMessage` with its default limits, the first time these octets are asked for. */
export function parseOnce(octets: Buffer): Part {
  let part = known.get(octets)
  if (part === undefined) {
    part = parseMessage(octets)
    known.set(octets, part)
  }
  return part
}
