/**
 * Departments, people, posts, shared mailboxes, lists and addresses. Reference class: small, read
 * often, written seldom. Sealed in the database, opened in the memory of every node; every row that
 * grants something carries a MAC under the authority key and is not believed without it.
 *
 * Words: a *principal* signs in (a person); an *account* holds mail; a *post* is an office with an
 * account of its own, *held* by people from a date to a date; an *address* is where mail goes.
 */
import type { PolicyName, PolicyValue } from './policies/catalogue.ts'
import type { PolicyVersion } from './policies/view-policies.ts'
import type { AccountId, DepartmentId, MailboxId, PrincipalId } from '../base/id.ts'
import type { Millis } from '../base/clock.ts'

export interface Names {
  readonly en: string
  /** Traditional Chinese, or empty. */
  readonly zh: string
}

export interface Department {
  readonly id: DepartmentId
  /** Short, unique, upper case: `TD`, `DH`. */
  readonly code: string
  readonly names: Names
  /** Explicit list; internal means in some department's list, never a suffix. A-labels, lower case. */
  readonly domains: readonly string[]
  readonly limitOctets: number | undefined
  readonly limitMessages: number | undefined
}

export type PersonState = 'active' | 'suspended' | 'left'

export interface Person {
  readonly id: PrincipalId
  readonly departmentId: DepartmentId
  readonly accountId: AccountId
  readonly names: Names
  /** Primary address. */
  readonly address: string
  readonly state: PersonState
  /** By whom and when he was made, where somebody is known to have done it. */
  readonly made?: { readonly by: PrincipalId; readonly at: Millis } | undefined
}

export interface Holding {
  readonly personId: PrincipalId
  readonly from: Millis
  /** Undefined: until further notice. */
  readonly to: Millis | undefined
  readonly isActing: boolean
}

/** A holding seen from the person. */
export interface PostHolding {
  readonly post: Post
  readonly holding: Holding
}

export interface Post {
  readonly id: string
  readonly departmentId: DepartmentId
  readonly accountId: AccountId
  /** `SEO(A)2`. */
  readonly title: string
  readonly names: Names
  readonly address: string
  readonly holdings: readonly Holding[]
}

export interface SharedMailbox {
  readonly id: string
  readonly departmentId: DepartmentId
  readonly accountId: AccountId
  readonly names: Names
  readonly address: string
  /** IMAP ACL letters (RFC 4314) of each member. */
  readonly members: readonly { readonly personId: PrincipalId; readonly rights: string }[]
}

export type ListPosting = 'anyone' | 'internal' | 'members' | 'moderated'

export interface DistributionList {
  readonly id: string
  readonly departmentId: DepartmentId
  readonly names: Names
  readonly address: string
  readonly posting: ListPosting
  /** Where moderated mail and failures go. */
  readonly ownerAddress: string
  /** Addresses; other lists and external addresses may be among them. */
  readonly members: readonly string[]
}

/** A role somebody was given. Whether it counts now is said by `access`. */
export interface RoleGrant {
  readonly id: string
  readonly personId: PrincipalId
  readonly role: string
  /** Whose department it is for; undefined: all of them. */
  readonly departmentId: DepartmentId | undefined
  readonly from: Millis
  readonly to: Millis | undefined
  /** The founder's seat it comes with. */
  readonly seat: string | undefined
  /** Of the person, when it was given: who moved since has left it behind. */
  readonly homeId: DepartmentId
}

/** Somebody was let into an account, or into one mailbox of it, by its owner. */
export interface Delegation {
  readonly id: string
  readonly accountId: AccountId
  /** Undefined: the whole account. */
  readonly mailboxId: MailboxId | undefined
  readonly personId: PrincipalId
  /** RFC 4314 letters, and `0`: may send on behalf. */
  readonly rights: string
  readonly from: Millis
  readonly to: Millis | undefined
}

/** The owner of a delegated account, as the delegate sees him. */
export interface DelegatedAccount {
  readonly accountId: AccountId
  readonly departmentId: DepartmentId
  readonly kind: 'person' | 'post'
  readonly names: Names
  readonly address: string
}

/** Mail of an account is sent on to another address, as well as into its mailbox. */
export interface Redirect {
  readonly id: string
  readonly accountId: AccountId
  readonly target: string
  /** Outside the government when it was set. */
  readonly isExternal: boolean
  readonly from: Millis
  readonly to: Millis | undefined
  readonly setBy: PrincipalId | undefined
  /** Who set it for himself, or for a post he held: it ends with that. */
  readonly ownerId: PrincipalId | undefined
  readonly approvalId: string | undefined
}

/** What the owner or holder of an account wants done with its mail. RFC 5228. */
export interface Filter {
  readonly id: string
  readonly accountId: AccountId
  readonly name: string
  readonly script: string
  readonly isInForce: boolean
  /** Who put it in force: it ends with his being owner or holder. */
  readonly ownerId: PrincipalId | undefined
}

/** What who writes to an account is answered while its owner or holder is away. RFC 8621 §8. */
export interface Vacation {
  readonly accountId: AccountId
  /** Of its row: it never goes back. */
  readonly version: number
  /** And by who is its owner or holder still. */
  readonly isEnabled: boolean
  readonly from: Millis | undefined
  readonly to: Millis | undefined
  readonly subject: string | undefined
  readonly text: string | undefined
  readonly html: string | undefined
}

/** Rights of a person in another's account changed. RFC 9670 §3. */
export interface ShareNotice {
  readonly id: string
  readonly personId: PrincipalId
  readonly accountId: AccountId
  /** Undefined: the whole account. */
  readonly mailboxId: MailboxId | undefined
  /** RFC 4314 letters; empty: none. */
  readonly oldRights: string
  readonly newRights: string
  readonly at: Millis
  readonly by: PrincipalId | undefined
}

/** A matter keeps what an account received in a time from being destroyed. */
export interface Hold {
  readonly id: string
  readonly matterId: string
  /** As people call it. */
  readonly matter: string
  readonly accountId: AccountId
  /** Of whose mail it is, when it was placed: its records manager's. */
  readonly departmentId: DepartmentId
  readonly receivedFrom: Millis | undefined
  /** Undefined: what comes, too. */
  readonly receivedBefore: Millis | undefined
  readonly reason: string
  readonly ticket: string | undefined
  readonly placedAt: Millis
  readonly placedBy: PrincipalId | undefined
}

/** What an address leads to. */
export type Destination =
  | {
      readonly kind: 'account'
      readonly accountId: AccountId
      readonly departmentId: DepartmentId
      readonly accountKind: 'person' | 'post' | 'shared'
      /** The primary address of the account. */
      readonly address: string
      readonly isSuspended: boolean
      /** What stood after `+`, or undefined. */
      readonly tag: string | undefined
    }
  | { readonly kind: 'list'; readonly list: DistributionList }

/** The opened directory of one node; look-ups are synchronous and never touch the database. */
export interface Directory extends AsyncDisposable {
  /** False: rows were put back or taken away before this node read them. Nothing may rest on it. */
  readonly isBelievable: boolean
  isInternalDomain(domain: string): boolean
  /** Undefined: nobody has this address. Case-insensitive; sub-addressing resolved. */
  findAddress(address: string): Destination | undefined
  person(id: PrincipalId): Person | undefined
  personByAddress(address: string): Person | undefined
  department(id: DepartmentId): Department | undefined
  departmentByCode(code: string): Department | undefined
  post(id: string): Post | undefined
  /** Primary addresses and aliases of a person, post, shared mailbox or list. */
  addressesOf(id: string): readonly string[]
  /** Every holding of a person, past and to come: for those who must know when it changes. */
  holdingsOf(id: PrincipalId): readonly PostHolding[]
  /** Posts held by a person at `at`. */
  postsHeldBy(id: PrincipalId, at: Millis): readonly Post[]
  sharedWith(id: PrincipalId): readonly (SharedMailbox & { readonly rights: string })[]
  /** Every role a person was given, whatever its dates. */
  roleGrantsOf(id: PrincipalId): readonly RoleGrant[]
  roleGrants(): readonly RoleGrant[]
  /**
   * What others' owners let him into, whatever its dates; not what has ended because one of the two
   * moved, left or is suspended.
   */
  delegationsTo(id: PrincipalId): readonly (Delegation & { readonly owner: DelegatedAccount })[]
  /** Whom the owner of an account let in. */
  delegationsOf(accountId: AccountId): readonly Delegation[]
  /** Whatever its dates. */
  redirectsOf(accountId: AccountId): readonly Redirect[]
  /** Those that send mail on at `at`: in their time, and set by who is its owner or holder still. */
  redirectsInForce(accountId: AccountId, at: Millis): readonly Redirect[]
  /** All scripts of the account. */
  filtersOf(accountId: AccountId): readonly Filter[]
  /** The one that is run for its mail at `at`: put in force by who is its owner or holder still. */
  filterInForce(accountId: AccountId, at: Millis): Filter | undefined
  /** As it stands at `at`; undefined: never said. */
  vacationOf(accountId: AccountId, at: Millis): Vacation | undefined
  /** What is answered at `at`: within its dates. */
  vacationInForce(accountId: AccountId, at: Millis): Vacation | undefined
  /** What he was told and has not put aside, the oldest first. */
  shareNoticesOf(id: PrincipalId): readonly ShareNotice[]
  /** Holds that stand. */
  holds(): readonly Hold[]
  /** What a policy says for a department, or for the platform; what it begins with, if nobody set it. */
  policy<N extends PolicyName>(name: N, departmentId?: DepartmentId): PolicyValue<N>
  /** Every version of a policy, of the platform and of departments, the newest first. */
  policyVersions(name: PolicyName): readonly PolicyVersion[]
  departments(): readonly Department[]
  people(): readonly Person[]
  posts(): readonly Post[]
  sharedMailboxes(): readonly SharedMailbox[]
  lists(): readonly DistributionList[]
  /** Reads what other nodes changed; called on a notice and every two seconds. */
  refresh(): Promise<void>
  onChange(listener: () => void): Disposable
}

/** A fact for the audit trail: something in the database is not what the platform wrote. */
export interface Alarm {
  readonly what: string
  readonly table: string
  readonly rowId: string
}
