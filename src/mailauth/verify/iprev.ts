/** Has the peer's address a name that leads back to it? RFC 8601 §3. */
import { isIPv4 } from 'node:net'
import { isRefusal } from '../../base/refusal.ts'
import type { RecordResolver } from '../../dns/record-resolver.ts'
import { reverseNamesMax } from './limits.ts'
import type { Authentication } from './types.ts'

export async function checkReverse(
  resolver: RecordResolver,
  address: string,
): Promise<Authentication['iprev']> {
  try {
    const names = (await resolver.records(reverseNameOf(address), 'PTR')) ?? []
    const kind = isIPv4(address) ? 'A' : 'AAAA'
    for (const name of names.slice(0, reverseNamesMax)) {
      const found = await resolver.records(name, kind)
      if (found?.some((each) => sameAddress(each, address)) === true)
        return { result: 'pass', name: name.toLowerCase().replace(/\.$/, '') }
    }
    return { result: 'fail', name: undefined }
  } catch (error) {
    if (isRefusal(error, 'try-again')) return { result: 'temperror', name: undefined }
    throw error
  }
}

/** RFC 1035 §3.5, RFC 3596 §2.5. */
export function reverseNameOf(address: string): string {
  if (isIPv4(address)) return `${address.split('.').toReversed().join('.')}.in-addr.arpa`
  return `${nibblesOf(address).split('').toReversed().join('.')}.ip6.arpa`
}

/** The 32 hexadecimal digits of an IPv6 address. */
export function nibblesOf(address: string): string {
  const [plain = ''] = address.split('%')
  const [head = '', tail] = withoutDots(plain).split('::')
  const groups = (text: string) => (text === '' ? [] : text.split(':'))
  const before = groups(head)
  const after = tail === undefined ? [] : groups(tail)
  const between = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0')
  return [...before, ...(tail === undefined ? [] : between), ...after]
    .map((group) => group.padStart(4, '0'))
    .join('')
    .toLowerCase()
}

/** `::ffff:192.0.2.1` in hexadecimal alone. */
function withoutDots(address: string): string {
  const at = address.lastIndexOf(':')
  const last = address.slice(at + 1)
  if (!last.includes('.')) return address
  const [a = 0, b = 0, c = 0, d = 0] = last.split('.').map(Number)
  return `${address.slice(0, at + 1)}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`
}

function sameAddress(a: string, b: string): boolean {
  if (isIPv4(a) || isIPv4(b)) return a === b
  return nibblesOf(a) === nibblesOf(b)
}
