/** The network an attempt comes from: one IPv4 address, or the /64 that one IPv6 site has. */
import { isIPv6 } from 'node:net'

export function networkOf(remoteAddress: string): string {
  if (!isIPv6(remoteAddress)) return remoteAddress
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(remoteAddress)?.[1]
  return mapped ?? `${expand(remoteAddress).slice(0, 4).join(':')}::/64`
}

/** RFC 4291 §2.2: the eight groups. */
function expand(address: string): readonly string[] {
  const [head = '', tail] = (address.split('%')[0] ?? '').toLowerCase().split('::')
  const left = head === '' ? [] : head.split(':')
  if (tail === undefined) return left.map(bare)
  const right = tail === '' ? [] : tail.split(':')
  const zeros = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0')
  return [...left, ...zeros, ...right].map(bare)
}

function bare(group: string): string {
  return group.replace(/^0+(?=.)/, '')
}
