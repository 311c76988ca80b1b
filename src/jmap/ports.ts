/** What the JMAP door is given. */
import type { PrincipalBook } from '../access/principal-book.ts'
import type { Delegations } from '../access/delegations.ts'
import type { Access, Principal } from '../access/types.ts'
import type { PacedAddressBook } from './directory/pace.ts'
import type { Clock } from '../base/clock.ts'
import type { OwnScripts } from '../delivery/sieve/own-scripts.ts'
import type { Marking, MarkingDepartments } from '../delivery/judge/markings.ts'
import type { Delivery } from '../delivery/types.ts'
import type { ShareNotice, Vacation } from '../directory/types.ts'
import type { VacationChange } from '../directory/write/set-vacation.ts'
import type { MemoryBudget } from '../net/memory-budget.ts'
import type { Subscriptions } from '../push/subscriptions.ts'
import type { Queue } from '../queue/types.ts'
import type { Store } from '../store/types.ts'

export interface JmapLog {
  error(message: string, error: unknown, facts: object): void
}

/** What is answered while somebody is away. */
export interface Vacations {
  /** As it stands now; undefined: never said. */
  find(accountId: string): Vacation | undefined
  /** Refusal('invalid' | 'too-large' | 'not-permitted' | 'not-found') */
  change(by: Actor, accountId: string, change: VacationChange): Promise<void>
}

/** Who does it, and from where. */
export interface Actor {
  readonly principal: Principal
  readonly remoteAddress: string
}

/** Who there is, and who lets whom into what. */
export interface Sharing {
  readonly book: PrincipalBook
  readonly delegations: Delegations
  /** What he was told of rights in others' mailboxes, the oldest first. */
  noticesOf(personId: string): readonly ShareNotice[]
  /** Refusal('not-found' | 'not-permitted') */
  dismiss(by: Actor, id: string): Promise<void>
}

export interface JmapParts {
  readonly store: Store
  readonly access: Access
  readonly clock: Clock
  readonly log: JmapLog
  /** Of a message, and so of an upload. */
  readonly messageOctetsMax: number
  readonly delivery: Delivery
  /** What people want done with their mail. */
  readonly scripts: OwnScripts
  readonly vacations: Vacations
  readonly queue: Pick<Queue, 'findWaiting'>
  readonly sharing: Sharing
  /** Something that the directory says changed somewhere, not seldom another's. */
  onDirectoryChange(listener: () => void): Disposable
  /** Bodies being received, with those of the other doors. */
  readonly budget: MemoryBudget
  /** Of one message. */
  readonly recipientsMax: number
  /** Of a browser's cookie; Refusal('bad-credentials'). Without it nobody comes in by one. */
  readonly findWebSession?: FindWebSession
  /** Of a program with a token (RFC 6750); Refusal('bad-credentials'). Without it none comes in so. */
  readonly signInByToken?: (token: string, remoteAddress: string) => Promise<Principal>
  /** Whom one can write to. Without it nothing of the directory is told. */
  readonly addressBook?: PacedAddressBook
  /** What becomes of a message under each marking. Without it no marking is offered. */
  readonly markingsFor?: (departments: MarkingDepartments) => readonly Marking[]
  /** Pushes to devices. Without it none are pushed to. */
  readonly push?: PushPart
  /** Whom a person may send as, and the names that belong to it. */
  readonly identitiesOf: (principal: Principal) => readonly SendingIdentity[]
}

export interface PushPart {
  readonly subscriptions: Pick<Subscriptions, 'list' | 'create' | 'change' | 'destroy'>
  /** RFC 9749 §3 */
  readonly applicationServerKey: string
  /** A push service may be there. */
  mayPushTo(url: string): boolean
}

export type FindWebSession = (token: string, isUse: boolean) => Promise<Principal>

export interface SendingIdentity {
  readonly address: string
  readonly name: string
  readonly accountId: string
}
