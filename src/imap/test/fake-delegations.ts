/** Rights given by mail programs, in a map of a test's own: stands in at the port `Delegations`. */
import type { AclEntry, Delegations, MailboxOf } from '../../access/delegations.ts'
import type { Principal } from '../../access/types.ts'
import { Refusal } from '../../base/refusal.ts'

export function createFakeDelegations(owner: string, known: readonly string[]): Delegations {
  const given = new Map<string, Map<string, string>>()
  const of = (mailboxId: string) => {
    const entries = given.get(mailboxId) ?? new Map([[owner, 'lrswipkxtea']])
    given.set(mailboxId, entries)
    return entries
  }
  const setAcl = async (
    principal: Principal,
    { mailboxId }: MailboxOf,
    { identifier, rights }: AclEntry,
  ) => {
    if (principal.address !== owner) throw new Refusal('not-permitted')
    if (!known.includes(identifier)) throw new Refusal('not-found')
    if (rights === '') of(mailboxId).delete(identifier)
    else of(mailboxId).set(identifier, rights)
  }
  return {
    aclOf: ({ mailboxId }) =>
      [...of(mailboxId)].map(([identifier, rights]) => ({
        identifier,
        rights,
        personId: identifier,
        isOwner: identifier === owner,
      })),
    setAcl,
    async setAcls(principal, object, entries) {
      for (const entry of entries) await setAcl(principal, object, entry)
    },
  }
}
