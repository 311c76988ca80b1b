/**
 * The directory as one caller sees it for one act: what lies outside his reach does not exist in it,
 * by id, by address and in lists alike. So a verb cannot forget to ask, and another department's id
 * is answered like one that was made up.
 */
import type { Reach } from '../access/types.ts'
import type { Destination, Directory } from '../directory/types.ts'
import type { AdminDirectory } from './ports.ts'

/** `onHidden`: something that exists was asked for and hidden; for the audit trail. */
export function scopeDirectory(
  whole: Directory,
  reach: Reach,
  onHidden: (id: string) => void,
): AdminDirectory {
  if (reach.isAll) return whole
  const isNear = (departmentId: string) => reach.departments.has(departmentId)
  const isSeen = (one: { readonly id: string; readonly departmentId: string }) =>
    isNear(one.departmentId) || one.id === reach.personId
  const seen = <T extends { readonly id: string; readonly departmentId: string }>(
    one: T | undefined,
  ): T | undefined => {
    if (one === undefined || isSeen(one)) return one
    onHidden(one.id)
    return undefined
  }
  const seenDepartment = <T extends { readonly id: string }>(one: T | undefined): T | undefined => {
    if (one === undefined || isNear(one.id)) return one
    onHidden(one.id)
    return undefined
  }
  return {
    findAddress: (address) => {
      const found = whole.findAddress(address)
      if (found === undefined || isNear(departmentOf(found))) return found
      const own = reach.personId === undefined ? undefined : whole.person(reach.personId)
      if (found.kind === 'account' && found.accountId === own?.accountId) return found
      onHidden(found.kind === 'list' ? found.list.id : found.accountId)
      return undefined
    },
    person: (id) => seen(whole.person(id)),
    personByAddress: (address) => seen(whole.personByAddress(address)),
    department: (id) => seenDepartment(whole.department(id)),
    departmentByCode: (code) => seenDepartment(whole.departmentByCode(code)),
    post: (id) => seen(whole.post(id)),
    // Asked of what was found through one of the others.
    addressesOf: (id) => whole.addressesOf(id),
    holdingsOf: (id) => whole.holdingsOf(id),
    delegationsOf: (id) => whole.delegationsOf(id),
    redirectsOf: (id) => whole.redirectsOf(id),
    filtersOf: (id) => whole.filtersOf(id),
    redirectsInForce: (id, at) => whole.redirectsInForce(id, at),
    holds: () => whole.holds().filter(({ departmentId }) => isNear(departmentId)),
    policy: (name, departmentId) => whole.policy(name, departmentId),
    policyVersions: (name) =>
      whole
        .policyVersions(name)
        .filter(({ departmentId }) => departmentId === undefined || isNear(departmentId)),
    roleGrants: () =>
      whole
        .roleGrants()
        .filter(({ personId, homeId }) => isNear(homeId) || personId === reach.personId),
    departments: () => whole.departments().filter(({ id }) => isNear(id)),
    people: () => whole.people().filter(isSeen),
    posts: () => whole.posts().filter(isSeen),
    sharedMailboxes: () => whole.sharedMailboxes().filter(isSeen),
    lists: () => whole.lists().filter(isSeen),
  }
}

function departmentOf(destination: Destination): string {
  return destination.kind === 'list' ? destination.list.departmentId : destination.departmentId
}
