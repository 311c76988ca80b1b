/**
 * What the auditors are told beside a pseudonym: the first address of a person, post, shared mailbox
 * or list, and of whose account it is. Architecture D11.
 */
import type { Clock, Millis } from '../base/clock.ts'
import { secondMs } from '../base/clock.ts'
import type { Directory } from '../directory/types.ts'

/** An account nobody knows yet is looked for again after so long: an index of all of them is made. */
const lookAgainMs = 2 * secondMs

type Names = Pick<Directory, 'addressesOf' | 'people' | 'posts' | 'sharedMailboxes'>

export function createAuditNames(
  directory: () => Names,
  clock: Clock,
): (id: string) => string | undefined {
  let accounts: ReadonlyMap<string, string> = new Map()
  let madeAt: Millis = Number.NEGATIVE_INFINITY
  return (id) => {
    const known = directory().addressesOf(id)[0] ?? accounts.get(id)
    if (known !== undefined || clock.now() < madeAt + lookAgainMs) return known
    madeAt = clock.now()
    const whole = directory()
    const owners = [whole.people(), whole.posts(), whole.sharedMailboxes()].flat()
    accounts = new Map(owners.map(({ accountId, address }) => [accountId, address]))
    return accounts.get(id)
  }
}
