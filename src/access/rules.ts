/** The shapes of what `acts.ts` and `roles.ts` say: who may do an act, and who must agree to it. */
import type { Millis } from '../base/clock.ts'

/** Roles, closed and stored in grants and audit entries: add, never rename. */
export type Role =
  | 'officer'
  | 'delegate'
  | 'department-administrator'
  | 'help-desk'
  | 'records-manager'
  | 'access-to-information-officer'
  | 'central-operator'
  | 'central-administrator'
  | 'security-officer'
  | 'auditor'
  | 'audit-authority'

/** What an act needs before anybody asks for a second person. */
export type Need =
  /** A right of RFC 4314 §2.1 in the account or mailbox. */
  | { readonly kind: 'right'; readonly letter: string }
  /** Any person who is signed in. */
  | { readonly kind: 'signed-in' }
  /** Himself, or his own account. */
  | { readonly kind: 'own' }
  /** The owner of the account: a person of his own, the holder of a post of the post's. */
  | { readonly kind: 'owner' }
  /** A role that lists the act, within the scope of its grant. */
  | { readonly kind: 'role' }
  /** Nobody but the platform itself. */
  | { readonly kind: 'platform' }

/** Who must agree before the act is done. Architecture D10. */
export interface ApprovalRule {
  /**
   * `owner-or-holder`: the consent of whose mail it concerns is enough, in place of all approvers;
   * `none`: nobody's consent stands in for them.
   */
  readonly consent: 'owner-or-holder' | 'none'
  /** Roles of which an approver holds one, within its scope. */
  readonly approvers: readonly Role[]
  /** How many approvers; all of them different people, and never who asked. */
  readonly count: number
  /** At least one approver is of another department than who asked. */
  readonly otherOffice: boolean
  /** How long an approval may be used after it was given; the request waits as long, too. */
  readonly livesMs: Millis
  /** In plain words: why one person alone may not. */
  readonly why: string
}

export interface ActRule {
  /** In plain words, after "may": `appoint somebody to a post`. */
  readonly words: string
  readonly need: Need
  readonly approval?: ApprovalRule
  /** Not even who has the machine does it while the platform is founded: it is the founders'. */
  readonly neverByMachine?: boolean
  /** Nobody does it to himself, whatever he holds and whoever agrees. */
  readonly neverHimself?: boolean
}

/** Whose the acts of a role are. */
export type Scope = 'own' | 'own-department' | 'all'

export interface RoleRule {
  readonly words: string
  readonly scope: Scope
  /** How somebody comes to it. */
  readonly comesBy:
    | 'being a person'
    | 'a delegation'
    | 'role.grant'
    | 'role.grant-auditor'
    | 'founding'
  /** Privileged: granted with an end, used at the admin door only, never together with mail. */
  readonly isPrivileged: boolean
  /** The longest a grant lasts before it must be given anew. */
  readonly livesMs: Millis
  /** Never in one person together with these. */
  readonly conflicts: readonly Role[]
}
