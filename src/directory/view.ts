/** From verified rows to the maps that look-ups use. Pure: the same rows give the same view. */
import { findAddressKey } from './address-key.ts'
import { buildDelegations, buildRoleGrants, type GivenDelegation } from './view-powers.ts'
import type { Memory, NounRow } from './memory.ts'
import { buildPolicies, type PolicyView } from './policies/view-policies.ts'
import type {
  Department,
  Destination,
  DistributionList,
  Filter,
  Hold,
  Holding,
  Person,
  Post,
  PostHolding,
  Redirect,
  RoleGrant,
  SharedMailbox,
  ShareNotice,
  Vacation,
} from './types.ts'

/** Who said so: it ends with his being owner or holder. */
export type GivenVacation = Vacation & { readonly ownerId: string | undefined }

export type SharedGrant = SharedMailbox & { readonly rights: string }

export interface View {
  readonly departments: ReadonlyMap<string, Department>
  readonly departmentsByCode: ReadonlyMap<string, Department>
  readonly people: ReadonlyMap<string, Person>
  readonly posts: ReadonlyMap<string, Post>
  readonly sharedMailboxes: ReadonlyMap<string, SharedMailbox>
  readonly lists: ReadonlyMap<string, DistributionList>
  readonly domains: ReadonlySet<string>
  /** By address key; `tag` undefined. */
  readonly destinations: ReadonlyMap<string, Destination>
  /** By address key, of people only. */
  readonly peopleByAddress: ReadonlyMap<string, Person>
  /** Primary address first. */
  readonly addresses: ReadonlyMap<string, readonly string[]>
  readonly holdings: ReadonlyMap<string, readonly PostHolding[]>
  readonly shared: ReadonlyMap<string, readonly SharedGrant[]>
  /** By person. */
  readonly roleGrants: ReadonlyMap<string, readonly RoleGrant[]>
  readonly delegationsTo: ReadonlyMap<string, readonly GivenDelegation[]>
  readonly delegationsOf: ReadonlyMap<string, readonly GivenDelegation[]>
  readonly policies: PolicyView
  readonly holds: readonly Hold[]
  /** By account. */
  readonly redirects: ReadonlyMap<string, readonly Redirect[]>
  /** By account. */
  readonly filters: ReadonlyMap<string, readonly Filter[]>
  /** By account. */
  readonly vacations: ReadonlyMap<string, GivenVacation>
  /** By person. */
  readonly shareNotices: ReadonlyMap<string, readonly ShareNotice[]>
}

export function buildView(memory: Pick<Memory, 'rows'>): View {
  const current = memory.rows('address').filter(({ state }) => state === 'active')
  const addresses = addressesByTarget(current)
  const primary = (id: string) => addresses.get(id)?.[0] ?? ''
  const departments = buildDepartments(memory)
  const people = byId(memory.rows('person').map((row) => personOf(row, primary(row.id))))
  const posts = buildPosts(memory, primary)
  const sharedMailboxes = buildShared(memory, primary)
  const lists = buildLists(memory, primary)
  const targets = { people, posts, sharedMailboxes, lists }
  return {
    departments,
    departmentsByCode: new Map([...departments.values()].map((each) => [each.code, each])),
    ...targets,
    domains: new Set([...departments.values()].flatMap((each) => each.domains)),
    ...buildDestinations(current, targets),
    addresses,
    holdings: holdingsByPerson(posts),
    shared: sharedByPerson(sharedMailboxes),
    roleGrants: buildRoleGrants(memory.rows('role_grant')),
    ...buildDelegations(memory.rows('delegation'), targets),
    policies: buildPolicies(memory.rows('policy')),
    redirects: Map.groupBy(memory.rows('redirect').map(redirectOf), ({ accountId }) => accountId),
    filters: Map.groupBy(memory.rows('filter').map(filterOf), ({ accountId }) => accountId),
    shareNotices: Map.groupBy(
      memory
        .rows('share_notice')
        .toSorted((a, b) => a.version - b.version)
        .map(noticeOf),
      (one) => one.personId,
    ),
    vacations: new Map(memory.rows('vacation').map((row) => [accountOf(row), vacationOf(row)])),
    holds: memory.rows('matter_hold').flatMap((row) => holdOf(row) ?? []),
  }
}

type Primary = (id: string) => string

function byId<T extends { readonly id: string }>(items: readonly T[]): ReadonlyMap<string, T> {
  return new Map(items.map((item) => [item.id, item]))
}

function byParent<T extends { readonly parentId: string | undefined }>(rows: readonly T[]) {
  return Map.groupBy(rows, (row) => row.parentId)
}

function addressesByTarget(rows: readonly NounRow<'address'>[]) {
  const found = new Map<string, string[]>()
  for (const { parentId, content } of rows) {
    if (parentId === undefined) continue
    const list = found.get(parentId)
    if (list === undefined) found.set(parentId, [content.address])
    else if (content.isPrimary) list.unshift(content.address)
    else list.push(content.address)
  }
  return found
}

function buildDepartments(memory: Pick<Memory, 'rows'>): ReadonlyMap<string, Department> {
  const domains = Map.groupBy(memory.rows('domain'), (row) => row.departmentId)
  return byId(
    memory.rows('department').map(({ id, content }) => ({
      id,
      code: content.code,
      names: content.names,
      domains: (domains.get(id) ?? []).map((row) => row.content.domain).toSorted(),
      limitOctets: content.limitOctets,
      limitMessages: content.limitMessages,
    })),
  )
}

function personOf(row: NounRow<'person'>, address: string): Person {
  return {
    id: row.id,
    departmentId: row.departmentId,
    accountId: accountOf(row),
    names: row.content.names,
    address,
    made: row.content.made,
    // A deleted row is not in memory, and the table's check knows no other state.
    state: row.state === 'active' || row.state === 'suspended' ? row.state : 'left',
  }
}

function buildPosts(memory: Pick<Memory, 'rows'>, primary: Primary): ReadonlyMap<string, Post> {
  const holders = byParent(memory.rows('post_holder'))
  return byId(
    memory.rows('post').map((row) => ({
      id: row.id,
      departmentId: row.departmentId,
      accountId: accountOf(row),
      title: row.content.title,
      names: row.content.names,
      address: primary(row.id),
      holdings: (holders.get(row.id) ?? [])
        .map(({ content }) => holdingOf(content))
        .sort((a, b) => a.from - b.from),
    })),
  )
}

/** With `to`, which JSON leaves out when it is undefined. */
function holdingOf(content: NounRow<'post_holder'>['content']): Holding {
  const { personId, from, to, isActing } = content
  return { personId, from, to, isActing }
}

function buildShared(memory: Pick<Memory, 'rows'>, primary: Primary) {
  const members = byParent(memory.rows('shared_member'))
  return byId<SharedMailbox>(
    memory.rows('shared_mailbox').map((row) => ({
      id: row.id,
      departmentId: row.departmentId,
      accountId: accountOf(row),
      names: row.content.names,
      address: primary(row.id),
      members: (members.get(row.id) ?? []).map(({ content }) => content),
    })),
  )
}

function buildLists(memory: Pick<Memory, 'rows'>, primary: Primary) {
  const members = byParent(memory.rows('list_member'))
  return byId<DistributionList>(
    memory.rows('list').map((row) => ({
      id: row.id,
      departmentId: row.departmentId,
      names: row.content.names,
      address: primary(row.id),
      posting: row.content.posting,
      ownerAddress: row.content.ownerAddress,
      members: (members.get(row.id) ?? []).map(({ content }) => content.address).sort(),
    })),
  )
}

type Targets = Pick<View, 'people' | 'posts' | 'sharedMailboxes' | 'lists'>

function buildDestinations(rows: readonly NounRow<'address'>[], targets: Targets) {
  const destinations = new Map<string, Destination>()
  const peopleByAddress = new Map<string, Person>()
  for (const { parentId, content } of rows) {
    const key = findAddressKey(content.address)
    if (key === undefined || parentId === undefined) continue
    const destination = destinationOf(parentId, content.kind, targets)
    if (destination !== undefined) destinations.set(key, destination)
    const person = content.kind === 'person' ? targets.people.get(parentId) : undefined
    if (person !== undefined) peopleByAddress.set(key, person)
  }
  return { destinations, peopleByAddress }
}

function destinationOf(
  id: string,
  kind: NounRow<'address'>['content']['kind'],
  targets: Targets,
): Destination | undefined {
  if (kind === 'list') {
    const list = targets.lists.get(id)
    return list && { kind: 'list', list }
  }
  if (kind === 'person') {
    const person = targets.people.get(id)
    // Mail to somebody who has left is refused as to nobody; his address stays his.
    if (person === undefined || person.state === 'left') return undefined
    return accountDestination(person, kind, person.state === 'suspended')
  }
  const target = kind === 'post' ? targets.posts.get(id) : targets.sharedMailboxes.get(id)
  return target && accountDestination(target, kind, false)
}

function accountDestination(
  target: Person | Post | SharedMailbox,
  accountKind: 'person' | 'post' | 'shared',
  isSuspended: boolean,
): Destination {
  const { accountId, departmentId, address } = target
  return {
    kind: 'account',
    accountId,
    departmentId,
    accountKind,
    address,
    isSuspended,
    tag: undefined,
  }
}

function holdingsByPerson(posts: ReadonlyMap<string, Post>) {
  const found = new Map<string, PostHolding[]>()
  for (const post of posts.values())
    for (const holding of post.holdings) push(found, holding.personId, { post, holding })
  return found
}

function sharedByPerson(sharedMailboxes: ReadonlyMap<string, SharedMailbox>) {
  const found = new Map<string, SharedGrant[]>()
  for (const shared of sharedMailboxes.values())
    for (const { personId, rights } of shared.members) push(found, personId, { ...shared, rights })
  return found
}

function redirectOf(row: NounRow<'redirect'>): Redirect {
  const { id, parentId: ownerId, content } = row
  const { target, isExternal, from, to, setBy, approvalId } = content
  return { id, accountId: accountOf(row), ownerId, target, isExternal, from, to, setBy, approvalId }
}

function filterOf(row: NounRow<'filter'>): Filter {
  return { id: row.id, accountId: accountOf(row), ownerId: row.parentId, ...row.content }
}

function noticeOf(row: NounRow<'share_notice'>): ShareNotice {
  const { id, parentId: personId = '', content } = row
  const { mailboxId, oldRights, newRights, at, by } = content
  return { id, personId, accountId: accountOf(row), mailboxId, oldRights, newRights, at, by }
}

/** With each of its fields, which JSON leaves out when it is undefined. */
function vacationOf(row: NounRow<'vacation'>): GivenVacation {
  const { version, parentId: ownerId, content } = row
  const { isEnabled, from, to, subject, text, html } = content
  return { accountId: accountOf(row), version, ownerId, isEnabled, from, to, subject, text, html }
}

/** Undefined: it was released. */
function holdOf(row: NounRow<'matter_hold'>): Hold | undefined {
  const { id, state, parentId: matterId = '', departmentId, content } = row
  if (state !== 'active') return undefined
  const { matter, receivedFrom, receivedBefore, reason, ticket, placedAt, placedBy } = content
  const times = { receivedFrom, receivedBefore, placedAt }
  const accountId = accountOf(row)
  return { id, matterId, accountId, departmentId, matter, reason, ticket, placedBy, ...times }
}

function push<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [item])
  else list.push(item)
}

function accountOf(row: { readonly accountId: string | undefined }): string {
  // The table's NOT NULL, repeated for the compiler; no account has the empty id.
  return row.accountId ?? ''
}
