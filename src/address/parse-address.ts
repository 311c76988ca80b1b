/** An address alone: `localPart@domain`. RFC 5321 §4.1.2 Mailbox, RFC 6531 §3.3. */
import { Refusal } from '../base/refusal.ts'
import { normalizeDomain, parseAddressLiteral } from './domain.ts'
import { domainOctetsMax, localPartOctetsMax } from './limits.ts'
import { parseLocalPart } from './local-part.ts'
import type { Address } from './types.ts'

/** Longer than any address can be, every octet of its local part quoted. */
const charactersMax = 2 * localPartOctetsMax + domainOctetsMax + 3

/** @throws Refusal `invalid` where the text is no address. */
export function parseAddress(text: string): Address {
  const at = text.lastIndexOf('@')
  if (at < 1 || text.length > charactersMax) throw new Refusal('invalid', { why: 'address' })
  const localPart = parseLocalPart(text.slice(0, at))
  const written = text.slice(at + 1)
  const isLiteral = written.startsWith('[')
  const domain = isLiteral ? parseAddressLiteral(written) : normalizeDomain(written)
  return { localPart, domain, isLiteral }
}
