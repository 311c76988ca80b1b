/** Domain names as they are compared and sent. RFC 5321 §4.1.2, RFC 5890, RFC 6531 §3.3. */
import { isIPv4, isIPv6 } from 'node:net'
import { domainToASCII, domainToUnicode } from 'node:url'
import { Refusal } from '../base/refusal.ts'
import { domainOctetsMax, labelOctetsMax } from './limits.ts'

/** A letter, digit or underscore at both ends: some mail hosts have an underscore in their name. */
const label = /^[a-z\d_](?:[a-z\d_-]*[a-z\d_])?$/

/**
 * The domain as A-labels in lower case, without the final dot of the root.
 * @throws Refusal `invalid` where it is no domain name.
 */
export function normalizeDomain(domain: string): string {
  const lower = domain.toLowerCase().normalize('NFC')
  const ascii = isAscii.test(lower) ? lower : domainToASCII(lower)
  const name = ascii.endsWith('.') ? ascii.slice(0, -1) : ascii
  const labels = name.split('.')
  const isName = labels.every((each) => each.length <= labelOctetsMax && label.test(each))
  if (!isName || name.length > domainOctetsMax || isIPv4(name)) throw invalidDomain()
  return name
}

/** An address literal with its brackets. @throws Refusal `invalid`. RFC 5321 §4.1.3. */
export function parseAddressLiteral(text: string): string {
  const inner = text.slice(1, -1)
  if (text.startsWith('[') && text.endsWith(']')) {
    if (isIPv4(inner)) return text
    const tagged = /^ipv6:(.+)$/i.exec(inner)?.[1] ?? ''
    // A zone index (`%eth0`) has no meaning outside its machine.
    if (isIPv6(tagged) && !tagged.includes('%')) return `[IPv6:${tagged.toLowerCase()}]`
  }
  throw new Refusal('invalid', { why: 'address literal' })
}

/** The domain as people read it: U-labels. */
export function displayDomain(domain: string): string {
  return domainToUnicode(domain) || domain
}

// eslint-disable-next-line no-control-regex -- the whole of ASCII
const isAscii = /^[\x00-\x7f]*$/

function invalidDomain(): Refusal {
  return new Refusal('invalid', { why: 'domain' })
}
