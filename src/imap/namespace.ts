/**
 * Where the accounts a person may reach stand in his mailbox names (RFC 9051 §6.3.10): his own
 * without a prefix, his posts under `Posts/`, shared mailboxes under `Shared/`. An account's INBOX
 * is the name of the account itself, its other mailboxes are beneath.
 */
import type { AccountGrant, Principal } from '../access/types.ts'
import { Refusal } from '../base/refusal.ts'

export const postsRoot = 'Posts'
export const sharedRoot = 'Shared'

export interface Mount {
  /** Empty, or `Posts/Title`: the wire name of the account's INBOX. */
  readonly prefix: string
  readonly grant: AccountGrant
}

/** A mailbox name and the account it is in; whether it exists is the store's to say. */
export interface Place {
  readonly mount: Mount
  /** Within the account. */
  readonly name: string
}

/** Who signed in to a post sees that post only: his program knows one INBOX. */
export function mountsOf(principal: Principal, grants: readonly AccountGrant[]): readonly Mount[] {
  const opened = principal.openedAs
  if (opened !== undefined) {
    return grants.filter((g) => g.accountId === opened).map((grant) => ({ prefix: '', grant }))
  }
  return grants.map((grant) => ({ prefix: prefixOf(grant), grant }))
}

function prefixOf(grant: AccountGrant): string {
  if (grant.basis === 'own') return ''
  return `${grant.basis === 'held' ? postsRoot : sharedRoot}/${grant.name}`
}

/** @throws Refusal('no-such-mailbox') for names of accounts he may not reach. */
export function placeOf(mounts: readonly Mount[], wireName: string): Place {
  const own = mounts.find((mount) => mount.prefix === '')
  for (const mount of mounts) {
    const { prefix } = mount
    if (prefix === '') continue
    if (wireName === prefix) return { mount, name: 'INBOX' }
    // The INBOX has one name only, or a client would keep two copies of it.
    if (wireName === `${prefix}/INBOX`) throw new Refusal('no-such-mailbox')
    if (wireName.startsWith(`${prefix}/`)) {
      return { mount, name: wireName.slice(prefix.length + 1) }
    }
  }
  // Reserved in a person's own account even before he holds a post: the name may be needed tomorrow.
  const isReserved = own?.grant.basis === 'own' && isRootName(wireName)
  if (own === undefined || isReserved) throw new Refusal('no-such-mailbox')
  return { mount: own, name: wireName }
}

/** Whether a name is, or is beneath, one of the roots of other accounts. */
export function isRootName(wireName: string): boolean {
  const [root] = wireName.split('/', 1)
  return root === postsRoot || root === sharedRoot
}

export function wireNameOf(mount: Mount, name: string): string {
  if (mount.prefix === '') return name
  return name === 'INBOX' ? mount.prefix : `${mount.prefix}/${name}`
}
