/**
 * A list's members, nested lists opened, each once: RFC 5321 §3.9.2. A nested list is a member by
 * its parent's choice, so its own posting rule is not asked again. Pure.
 */
import { Refusal } from '../base/refusal.ts'
import type { Destination, Directory, DistributionList } from '../directory/types.ts'
import { domainOf, remoteKey } from './address.ts'
import { expandedRecipientsMax } from './limits.ts'

type AccountDestination = Extract<Destination, { readonly kind: 'account' }>

export interface Members {
  readonly accounts: readonly AccountDestination[]
  /** Addresses of other systems. */
  readonly external: readonly string[]
  /** Ours, but nobody's any more. */
  readonly unknown: readonly string[]
}

/** @throws Refusal('too-many-recipients') */
export function expandList(
  directory: Pick<Directory, 'findAddress' | 'isInternalDomain'>,
  list: DistributionList,
): Members {
  const accounts = new Map<string, AccountDestination>()
  const external = new Map<string, string>()
  const unknown = new Set<string>()
  const seen = new Set([list.id])
  const open = [list]
  for (let current = open.pop(); current !== undefined; current = open.pop()) {
    for (const address of current.members) {
      const destination = directory.findAddress(address)
      if (destination?.kind === 'account') accounts.set(destination.accountId, destination)
      else if (destination === undefined) {
        if (directory.isInternalDomain(domainOf(address))) unknown.add(address)
        else external.set(remoteKey(address), address)
      } else if (!seen.has(destination.list.id)) {
        seen.add(destination.list.id)
        open.push(destination.list)
      }
    }
    if (accounts.size + external.size > expandedRecipientsMax)
      throw new Refusal('too-many-recipients', { list: list.id })
  }
  return {
    accounts: [...accounts.values()],
    external: [...external.values()],
    unknown: [...unknown],
  }
}

/** Whether an address is among the members, nested ones included, by any of its names. */
export function isMember(
  directory: Pick<Directory, 'findAddress' | 'isInternalDomain'>,
  list: DistributionList,
  address: string,
): boolean {
  const members = expandList(directory, list)
  const destination = directory.findAddress(address)
  if (destination?.kind === 'account')
    return members.accounts.some(({ accountId }) => accountId === destination.accountId)
  const key = remoteKey(address)
  return members.external.some((member) => remoteKey(member) === key)
}
