/** Addresses as delivery compares them. RFC 5321 §2.3.11, RFC 5890 for domains. */
import { domainToASCII } from 'node:url'

/** Lower case, A-labels; empty when there is none. */
export function domainOf(address: string): string {
  const at = address.lastIndexOf('@')
  if (at < 0) return ''
  const domain = address.slice(at + 1).toLowerCase()
  return isAscii(domain) ? domain : domainToASCII(domain)
}

/** One key for one remote mailbox: the domain folds, the local part is its owner's business. */
export function remoteKey(address: string): string {
  return `${address.slice(0, address.lastIndexOf('@'))}@${domainOf(address)}`
}

export function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 126) return false
  return true
}

/** A control character in an envelope address would end a line of our trace fields. */
export function hasControl(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 32 || code === 127) return true
  }
  return false
}
