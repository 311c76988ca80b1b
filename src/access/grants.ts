/** Which accounts a person reaches at a moment: his own, the posts he holds, shared mailboxes. */
import type { Millis } from '../base/clock.ts'
import type { AccountId } from '../base/id.ts'
import { delegatedGrant, letInto, type LetInto } from './delegated.ts'
import { isHeldAt } from '../directory/memory.ts'
import type { Directory, Names, Person, Post } from '../directory/types.ts'
import type { SharedGrant } from '../directory/view.ts'
import { allRights } from '../directory/write/rights.ts'
import type { AccountGrant, OpenedAccount } from './types.ts'

export interface Grants {
  /** Own account first, then posts, then shared mailboxes, by name. */
  readonly list: readonly AccountGrant[]
  readonly byAccount: ReadonlyMap<AccountId, AccountGrant>
  /** Until when this is true unless the directory changes: a holding may begin or end. */
  readonly validUntil: Millis
}

const none: Grants = { list: [], byAccount: new Map(), validUntil: Infinity }

export function grantsOf(
  directory: Directory,
  personId: string,
  now: Millis,
  opened: readonly OpenedAccount[] = [],
): Grants {
  const person = directory.person(personId)
  if (person?.state !== 'active') return none
  const posts = directory.postsHeldBy(personId, now)
  const isHis = (accountId: AccountId) =>
    accountId === person.accountId || posts.some((post) => post.accountId === accountId)
  const others = [...directory.sharedWith(personId), ...letInto(directory, personId, isHis, now)]
  const reaches = (accountId: AccountId) =>
    isHis(accountId) || others.some((other) => other.accountId === accountId)
  const byApproval = opened.filter((one) => isHeldAt(one, now) && !reaches(one.accountId))
  const list = [
    ownGrant(person),
    ...named(posts, titleOf, heldGrant),
    ...named([...others, ...byApproval], nameOf, (item, name) => grantOf(item, name)),
  ]
  return {
    list,
    byAccount: new Map(list.map((grant) => [grant.accountId, grant])),
    validUntil: nextBoundary(directory, personId, opened, now),
  }
}

/** The next moment at which a holding or a delegation begins or ends. */
function nextBoundary(
  directory: Directory,
  personId: string,
  opened: readonly OpenedAccount[],
  now: Millis,
): Millis {
  let next = Infinity
  const spans = directory.holdingsOf(personId).map(({ holding }) => holding)
  for (const span of [...spans, ...directory.delegationsTo(personId), ...opened])
    for (const at of isHeldAt(span, now) ? [span.to] : [span.from])
      if (at !== undefined && at > now && at < next) next = at
  return next
}

function ownGrant({ accountId, departmentId, address }: Person): AccountGrant {
  return {
    accountId,
    departmentId,
    kind: 'person',
    basis: 'own',
    name: '',
    rights: allRights,
    address,
  }
}

function heldGrant({ accountId, departmentId, address }: Post, name: string): AccountGrant {
  return {
    accountId,
    departmentId,
    kind: 'post',
    basis: 'held',
    name,
    rights: allRights,
    address,
  }
}

function grantOf(item: SharedGrant | LetInto | OpenedAccount, name: string): AccountGrant {
  if ('powers' in item) return delegatedGrant(item, name)
  return 'basis' in item ? openedGrant(item, name) : memberGrant(item, name)
}

function openedGrant(opened: OpenedAccount, name: string): AccountGrant {
  const { names: _, from: __, to: ___, ...grant } = opened
  return { ...grant, name }
}

function memberGrant(shared: SharedGrant, name: string): AccountGrant {
  const { accountId, departmentId, address, rights } = shared
  return { accountId, departmentId, kind: 'shared', basis: 'member', name, rights, address }
}

const titleOf = (post: Post) => post.title
const nameOf = (item: { readonly names: Pick<Names, 'en'> }) => item.names.en

/** Names become parts of mailbox names: no `/`, and two of one name are told apart by address. */
function named<T extends { readonly address: string }>(
  items: readonly T[],
  name: (item: T) => string,
  grant: (item: T, name: string) => AccountGrant,
): readonly AccountGrant[] {
  const bare = (item: T) => name(item).replaceAll('/', '-')
  const counts = new Map<string, number>()
  for (const item of items) {
    const key = bare(item).toLowerCase()
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return items
    .map((item) => {
      const isAlone = counts.get(bare(item).toLowerCase()) === 1
      return grant(
        item,
        isAlone ? bare(item) : `${bare(item)} (${item.address.replaceAll('/', '-')})`,
      )
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}
