/**
 * The one form of an address under which the directory knows it: local part in NFC and lower case
 * (ours are case-insensitive, which RFC 5321 §2.4 leaves to the receiving host), domain as A-labels
 * in lower case (RFC 5891 §4.4), so that both spellings of an internationalised address are one.
 */
import { normalizeDomain } from '../address/domain.ts'
import { isDotString, normalizeLocalPart } from '../address/local-part.ts'
import { isRefusal } from '../base/refusal.ts'
import { addressOctetsMax, localPartOctetsMax } from './limits.ts'

/** Undefined: not an address. Says nothing of whether anybody has it. */
export function findAddressKey(address: string): string | undefined {
  const at = address.lastIndexOf('@')
  if (at <= 0 || at === address.length - 1) return undefined
  const domain = findDomainKey(address.slice(at + 1))
  return domain === undefined ? undefined : `${normalizeLocalPart(address.slice(0, at))}@${domain}`
}

/** A-labels in lower case; undefined when it is no domain name. */
export function findDomainKey(domain: string): string | undefined {
  try {
    return normalizeDomain(domain)
  } catch (error) {
    if (isRefusal(error, 'invalid')) return undefined
    throw error
  }
}

/** An address we may give to somebody: a dot-string (RFC 5321 §4.1.2, RFC 6531 §3.3), no `+`. */
export function findNewAddressKey(address: string): string | undefined {
  const key = findAddressKey(address)
  if (key === undefined || Buffer.byteLength(key) > addressOctetsMax) return undefined
  const local = localPartOf(key)
  if (Buffer.byteLength(local) > localPartOctetsMax || !isDotString(local)) return undefined
  // What follows a `+` is a tag (RFC 5233), never part of somebody's address.
  return local.includes('+') || unusual.test(local) ? undefined : key
}

/** Spaces, controls and invisible characters above ASCII: addresses nobody could tell apart. */
const unusual = /[\p{C}\p{Z}]/u

export function localPartOf(addressKey: string): string {
  return addressKey.slice(0, addressKey.lastIndexOf('@'))
}

export function domainOf(addressKey: string): string {
  return addressKey.slice(addressKey.lastIndexOf('@') + 1)
}
