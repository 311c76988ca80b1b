/** Access as the composition root has it: more than a door sees. */
import type { Audit } from '../audit/types.ts'
import type { Clock } from '../base/clock.ts'
import type { Database } from '../db/types.ts'
import type { Directory } from '../directory/types.ts'
import type { Keys } from '../keys/types.ts'
import type { Decision } from './decide.ts'
import type { Delegations } from './delegations.ts'
import type { RelyingParty } from './factors/passkey.ts'
import type { Ledger } from './ledger/ledger.ts'
import type { Oauth } from './oauth/types.ts'
import type { Resting } from './resting.ts'
import type { Tokens } from './tokens/tokens.ts'
import type {
  Access,
  Act,
  ActObject,
  ApprovalGate,
  Attempt,
  Door,
  OpenedSource,
  Principal,
  Reach,
  WritingGate,
} from './types.ts'
import type { OwnedWebAccess } from './web/create-web.ts'
import type { IdentityProvider, WebAccess } from './web/types.ts'

export interface AccessOptions {
  readonly database: Database
  readonly keys: Keys
  readonly clock: Clock
  readonly directory: Directory
  readonly audit: Audit
  readonly policy?: AccessPolicy
  /** For whom passkeys are made; without it, for this machine alone. */
  readonly relyingParty?: RelyingParty
  /** Where people may sign in besides here. */
  readonly provider?: IdentityProvider | undefined
}

export interface AccessPolicy {
  /** May a chosen password be used at this door? Without a policy: in mail programs of a demo. */
  allowsMainPassword(door: Door): boolean
}

export interface OwnedAccess extends Access {
  /** Sessions of the admin API that every node knows. */
  readonly tokens: Tokens
  /** People in a browser. */
  readonly web: WebAccess
  /** Mail programs that people let in by OAuth. */
  readonly oauth: Oauth
  /** Who was let into which mailbox, as mail programs show and set it. */
  readonly delegations: Delegations
  /** What goes on as long as the sign-in behind it. */
  readonly resting: Resting
  /** False: credentials were put back or taken away before this node read them. */
  readonly isBelievable: boolean
  /** The gate of what the platform writes by itself: little, once it is founded. */
  readonly requireGrant: WritingGate
  /** The gate of what this principal writes, asked in the transaction of the act. Architecture D10. */
  gateFor(principal: Principal): WritingGate
  /** As `permit`, as an answer instead of an exception: what to show, and why not. */
  decide(principal: Principal, act: Act, object: ActObject): Decision
  /** Where he may do the act, with or without an approval; undefined: nowhere. */
  reachOf(principal: Principal, act: Act): Reach | undefined
  /** Who opened an account that is not his; whether somebody may read it is asked elsewhere. */
  readonly ledger: Ledger
  /** From now on approvals are looked for there. */
  useApprovals(approvals: ApprovalGate): void
  /** From now on it is asked which accounts of others are open to somebody by approval. */
  useOpened(opened: OpenedSource): void
  /** Who has a second factor needs its code. Refusal('not-permitted'): it is missing. */
  signInForOffice: OwnedWebAccess['forOffice']
  /** The machine's operator at the local socket: operates and writes the directory, reads no mail. */
  signInOperator(attempt: Attempt): Promise<Principal>
  /** Reads what other nodes changed; called on a notice and every two seconds. */
  refresh(): Promise<void>
  /** Closes web sessions that were ended elsewhere or are over; called every two seconds. */
  sweep(): Promise<void>
  /** The names that people's passkeys are made for: one, or something is wrong. */
  passkeyNames(): readonly string[]
  /** Resolves when what a change set off (an alarm, a re-read) is done. */
  settled(): Promise<void>
  /** Writes what is kept to be written together: last use, known networks. */
  flush(): Promise<void>
}
