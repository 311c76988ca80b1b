/**
 * Where a push service may be: out on the Internet. Who names a host must not make the platform speak to
 * its own machines. RFC 6890; IPv6 has its whole public space in 2000::/3.
 */
import { BlockList, isIPv6 } from 'node:net'

const inside = new BlockList()
const subnets = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const
for (const [net, length] of subnets) inside.addSubnet(net, length, 'ipv4')
// Those that carry an IPv4 address of whatever kind within them, and documentation.
inside.addSubnet('2001::', 23, 'ipv6')
inside.addSubnet('2001:db8::', 32, 'ipv6')
inside.addSubnet('2002::', 16, 'ipv6')
inside.addSubnet('3fff::', 20, 'ipv6')

const global6 = new BlockList()
global6.addSubnet('2000::', 3, 'ipv6')

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

/** @param mayUseLoopback on a machine where everything is tried on itself. */
export function isPublic(address: string, mayUseLoopback: boolean): boolean {
  const family = isIPv6(address) ? 'ipv6' : 'ipv4'
  if (mayUseLoopback && loopback.check(address, family)) return true
  if (inside.check(address, family)) return false
  return family === 'ipv4' || global6.check(address, family)
}
