/** Addresses as they are written: for SMTP, for header fields, for people. RFC 5322 §3.4, RFC 2047. */
import { encodePhrase } from './encode-phrase.ts'
import { displayDomain } from './domain.ts'
import { isDotString } from './local-part.ts'
import type { Address } from './types.ts'

/** `localPart@domain`, quoted where it must be; what SMTP's paths hold between `<` and `>`. */
export function formatAddress(address: Address): string {
  return `${formatLocalPart(address.localPart)}@${address.domain}`
}

/** As formatAddress, the domain as U-labels: for people, and for header fields with UTF-8. */
export function displayAddress(address: Address): string {
  return `${formatLocalPart(address.localPart)}@${displayDomain(address.domain)}`
}

/** `Name <localPart@domain>` for a header field; the name becomes encoded words where it must. */
export function formatMailbox(name: string | undefined, address: Address): string {
  const phrase = name === undefined ? '' : encodePhrase(name)
  return phrase === '' ? formatAddress(address) : `${phrase} <${formatAddress(address)}>`
}

function formatLocalPart(localPart: string): string {
  if (isDotString(localPart)) return localPart
  return `"${localPart.replaceAll(/["\\]/g, String.raw`\$&`)}"`
}
