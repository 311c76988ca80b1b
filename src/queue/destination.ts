/**
 * The opaque id of a destination: HMAC of the domain under the platform's key, written as a UUID
 * (RFC 9562 §5.8), so that the database can be fair between domains it cannot name.
 */
import { domainToASCII } from 'node:url'
import type { HashingSealer } from '../keys/types.ts'

export function destinationOf(keys: HashingSealer, forwardPath: string): string {
  const at = forwardPath.lastIndexOf('@')
  const domain = at < 0 ? '' : forwardPath.slice(at + 1).toLowerCase()
  // Spelled in either way it is one domain (RFC 5890); what is no domain name stays as it is.
  const octets = keys.hash('queue.destination', domainToASCII(domain) || domain).subarray(0, 16)
  const hex = octets.toString('hex')
  const variant = ((Number.parseInt(hex[16] ?? '0', 16) & 3) | 8).toString(16)
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20),
  ].join('-')
}
