/** The part of an address that a test compares. RFC 5228 §2.7.4, RFC 5233 §4. */
import type { Arguments } from './arguments.ts'
import type { SieveAddress } from './types.ts'

/** What our addresses have between name and detail. */
const separator = '+'

/** Nothing for the detail of an address without one. */
export function partsOf(args: Arguments, address: SieveAddress): readonly string[] {
  const { localPart, domain } = address
  const at = localPart.indexOf(separator)
  if (args.has('localpart')) return [localPart]
  if (args.has('domain')) return [domain]
  if (args.has('user')) return [at < 0 ? localPart : localPart.slice(0, at)]
  if (args.has('detail')) return at < 0 ? [] : [localPart.slice(at + 1)]
  return [domain === '' ? localPart : `${localPart}@${domain}`]
}

/** `a@b`, and the null reverse-path as an address of nothing. */
export function splitAddress(address: string): SieveAddress {
  const at = address.lastIndexOf('@')
  return at < 0
    ? { localPart: address, domain: '' }
    : { localPart: address.slice(0, at), domain: address.slice(at + 1) }
}
