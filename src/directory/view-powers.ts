/** From verified rows to roles and delegations: what a row says, and whether it still has ground. */
import type { NounRow } from './memory.ts'
import type { DelegatedAccount, Delegation, Person, Post, RoleGrant } from './types.ts'

export type GivenDelegation = Delegation & { readonly owner: DelegatedAccount }

interface Owners {
  readonly people: ReadonlyMap<string, Person>
  readonly posts: ReadonlyMap<string, Post>
}

export function buildRoleGrants(
  rows: readonly NounRow<'role_grant'>[],
): ReadonlyMap<string, readonly RoleGrant[]> {
  const grants = rows.map(({ id, departmentId: homeId, parentId = '', content }) => {
    const { role, departmentId, seat, from, to } = content
    return { id, personId: parentId, role, departmentId, seat, from, to, homeId }
  })
  return Map.groupBy(grants, ({ personId }) => personId)
}

/** A delegation ends with either of the two: when he is suspended, has left or has moved. */
export function buildDelegations(
  rows: readonly NounRow<'delegation'>[],
  { people, posts }: Owners,
) {
  if (rows.length === 0) return { delegationsTo: new Map(), delegationsOf: new Map() }
  const owners = new Map<string, DelegatedAccount>()
  for (const person of people.values())
    if (person.state === 'active') owners.set(person.accountId, { ...person, kind: 'person' })
  for (const post of posts.values()) owners.set(post.accountId, { ...post, kind: 'post' })
  const given = rows.flatMap((row) => delegationOf(row, owners, people) ?? [])
  return {
    delegationsTo: Map.groupBy(given, ({ personId }) => personId),
    delegationsOf: Map.groupBy(given, ({ accountId }) => accountId),
  }
}

function delegationOf(
  { id, departmentId, parentId: personId = '', accountId = '', content }: NounRow<'delegation'>,
  owners: ReadonlyMap<string, DelegatedAccount>,
  people: ReadonlyMap<string, Person>,
): GivenDelegation | undefined {
  const owner = owners.get(accountId)
  const delegate = people.get(personId)
  if (owner?.departmentId !== departmentId || delegate?.state !== 'active') return undefined
  if (delegate.departmentId !== content.departmentId) return undefined
  const { mailboxId, rights, from, to } = content
  return { id, accountId, mailboxId, personId, rights, from, to, owner }
}
