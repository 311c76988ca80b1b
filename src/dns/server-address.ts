/** A resolver as it is configured: an address, with a port where it is not 53. */
import { BlockList, isIP, isIPv6 } from 'node:net'

export interface ServerAddress {
  readonly address: string
  readonly port: number
  /** It is on this machine: nobody on the way can say that something was validated. */
  readonly isLocal: boolean
}

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

const namePort = 53

/** `127.0.0.1`, `127.0.0.1:5353`, `::1`, `[::1]:5353`. Undefined: none of these. */
export function parseServerAddress(text: string): ServerAddress | undefined {
  const [, inBrackets, plain, port] = /^(?:\[([^\]]+)\]|([\d.]+))(?::(\d{1,5}))?$/.exec(text) ?? []
  const address = inBrackets ?? plain ?? text
  if (isIP(address) === 0) return undefined
  const isLocal = loopback.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
  return { address, port: Number(port ?? namePort), isLocal }
}
