/** IP addresses and networks as an operator writes them: `127.0.0.1`, `10.1.0.0/16`, `fd00::/8`. */
import { BlockList, isIP } from 'node:net'

/** Undefined when one of them is not an address or network. */
export function parseAddressList(
  texts: readonly string[],
): ((remoteAddress: string) => boolean) | undefined {
  const list = new BlockList()
  for (const text of texts) {
    const [address = '', prefix] = text.split('/')
    const version = isIP(address)
    const bitsMax = version === 4 ? 32 : 128
    const bits = prefix === undefined ? bitsMax : Number(prefix)
    const isPrefix = prefix === undefined || /^\d{1,3}$/.test(prefix)
    if (version === 0 || !isPrefix || bits > bitsMax) return undefined
    list.addSubnet(address, bits, version === 4 ? 'ipv4' : 'ipv6')
  }
  return (remoteAddress) => {
    const version = isIP(remoteAddress)
    return version !== 0 && list.check(remoteAddress, version === 4 ? 'ipv4' : 'ipv6')
  }
}
