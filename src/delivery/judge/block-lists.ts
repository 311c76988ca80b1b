/** Lists of bad peers in DNS: a name under the list's zone is there when the peer is on it. RFC 5782 §2. */
import { isIPv4 } from 'node:net'
import { isRefusal } from '../../base/refusal.ts'
import type { RecordResolver } from '../../dns/record-resolver.ts'
import { reverseNameOf } from '../../mailauth/verify/iprev.ts'
import { plainAddress } from '../../net/peer-address.ts'

/** @returns how many of them name it; one that cannot say now does not count. */
export type CountBlockLists = (remoteAddress: string) => Promise<number>

export function createBlockLists(
  resolver: RecordResolver,
  zones: readonly string[],
): CountBlockLists {
  return async (remoteAddress) => {
    const address = plainAddress(remoteAddress)
    const name = reverseNameOf(address).replace(/\.(?:in-addr|ip6)\.arpa$/, '')
    const named = await Promise.all(zones.map((zone) => isNamed(resolver, `${name}.${zone}`)))
    return named.filter(Boolean).length
  }
}

/** RFC 5782 §2.3: 127.0.0.0/8 says yes; 127.255.255.0/24 is how lists refuse to answer, anything else a lie. */
async function isNamed(resolver: RecordResolver, name: string): Promise<boolean> {
  try {
    const found = (await resolver.records(name, 'A')) ?? []
    return found.some(
      (answer) => isIPv4(answer) && answer.startsWith('127.') && !answer.startsWith('127.255.255.'),
    )
  } catch (error) {
    if (isRefusal(error, 'try-again')) return false
    throw error
  }
}
