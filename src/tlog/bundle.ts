/** Entries side by side, each with its length as a big-endian uint16. C2SP tlog-tiles, "Log entries". */
import { LogFault } from './types.ts'

const lengthOctets = 2

export function formatBundle(entries: readonly Buffer[]): Buffer {
  let octets = 0
  for (const entry of entries) octets += lengthOctets + entry.length
  const bundle = Buffer.allocUnsafe(octets)
  let at = 0
  for (const entry of entries) {
    at = bundle.writeUInt16BE(entry.length, at)
    at += entry.copy(bundle, at)
  }
  return bundle
}

/** The entries are views of the bundle. @throws LogFault when the last one is cut off. */
export function parseBundle(bundle: Buffer): readonly Buffer[] {
  const { entries, isWhole } = splitBundle(bundle)
  if (!isWhole) throw new LogFault('An entry in a bundle is cut off.')
  return entries
}

/** As far as it goes. */
export function splitBundle(bundle: Buffer): {
  readonly entries: readonly Buffer[]
  readonly isWhole: boolean
} {
  const entries: Buffer[] = []
  let at = 0
  while (at < bundle.length) {
    const start = at + lengthOctets
    const end = start <= bundle.length ? start + bundle.readUInt16BE(at) : Infinity
    if (end > bundle.length) return { entries, isWhole: false }
    entries.push(bundle.subarray(start, end))
    at = end
  }
  return { entries, isWhole: true }
}
