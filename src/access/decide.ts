/**
 * The decision of the gate, pure: who somebody is and what he holds, the act, the object; out comes
 * yes, no, or "with a second person's consent". Architecture D9, D10. The model check explores this
 * very function.
 */
import { ruleOf, type Act } from './acts.ts'
import { roleHas, roles } from './roles.ts'
import type { PlatformState } from './platform-state.ts'
import type { ActRule, ApprovalRule, Role } from './rules.ts'
import type { AccountGrant, ActObject } from './types.ts'
import type { AccountId, DepartmentId, PrincipalId } from '../base/id.ts'

/** A role somebody holds at this moment. */
export interface Office {
  readonly role: Role
  /** Whose department; undefined: all of them. */
  readonly departmentId: DepartmentId | undefined
}

/** Who does it, with all that the gate must know of him. */
export interface Actor {
  /** `operator`: at the local socket of the machine; `platform`: the platform by itself. */
  readonly kind: 'person' | 'operator' | 'platform'
  readonly id: PrincipalId
  /** Accounts he reaches, whatever the door. */
  readonly accounts: ReadonlyMap<AccountId, AccountGrant>
  readonly offices: readonly Office[]
  /** `mail`: rights in accounts count, roles do not; `office`: the other way round. */
  readonly session: 'mail' | 'office'
  readonly state: PlatformState | undefined
}

/** On what a permission rests. */
export type Basis =
  | { readonly kind: 'right'; readonly grant: AccountGrant }
  | { readonly kind: 'himself' }
  | { readonly kind: 'signed-in' }
  | { readonly kind: 'role'; readonly role: Role }
  /** The platform is founded, or is a demo: who has the machine does what there is nobody for yet. */
  | { readonly kind: 'state'; readonly state: PlatformState }
  | { readonly kind: 'platform' }

export type Why =
  | 'not-signed-in'
  | 'himself'
  | 'no-right'
  | 'not-his-own'
  | 'no-role'
  | 'other-department'
  | 'not-for-people'

export type Decision =
  | { readonly kind: 'allowed'; readonly basis: Basis }
  | { readonly kind: 'needs-approval'; readonly basis: Basis; readonly rule: ApprovalRule }
  | { readonly kind: 'refused'; readonly why: Why }

/** `rules` is the catalogue; only who wants to know what a weaker one would allow gives another. */
export function decide(
  actor: Actor,
  act: Act,
  object: ActObject,
  rules: (act: Act) => ActRule = ruleOf,
): Decision {
  const rule = rules(act)
  const { approval, neverHimself } = rule
  // Everybody who may sign in has an account: who has none left is nobody any more.
  if (actor.kind === 'person' && actor.accounts.size === 0)
    return { kind: 'refused', why: 'not-signed-in' }
  if (neverHimself === true && object.personId === actor.id)
    return { kind: 'refused', why: 'himself' }
  const basis = findBasis(actor, act, object, rule)
  if (typeof basis === 'string') return { kind: 'refused', why: basis }
  if (approval === undefined || basis.kind === 'state' || basis.kind === 'platform')
    return { kind: 'allowed', basis }
  return { kind: 'needs-approval', basis, rule: approval }
}

function findBasis(actor: Actor, act: Act, object: ActObject, rule: ActRule): Basis | Why {
  const { need } = rule
  if (need.kind === 'right') return findRight(actor, object, need.letter)
  if (need.kind === 'platform')
    return actor.kind === 'platform' ? { kind: 'platform' } : 'not-for-people'
  if (need.kind === 'role') return findRole(actor, act, object, rule)
  if (actor.kind !== 'person') return 'not-his-own'
  if (need.kind === 'signed-in') return { kind: 'signed-in' }
  return isHis(actor, object, need.kind) ? { kind: 'himself' } : 'not-his-own'
}

/** Mail is reached through a session for mail only: who holds an office opens it elsewhere. */
function findRight(actor: Actor, object: ActObject, letter: string): Basis | Why {
  if (actor.session !== 'mail' || object.accountId === undefined) return 'no-right'
  const grant = actor.accounts.get(object.accountId)
  if (grant === undefined) return 'no-right'
  return hasRight(grant, letter, object.mailboxId) ? { kind: 'right', grant } : 'no-right'
}

/** A right in the whole account, or in this mailbox of it. */
export function hasRight(grant: AccountGrant, letter: string, mailboxId?: string): boolean {
  if (grant.rights.includes(letter)) return true
  return mailboxId !== undefined && grant.mailboxes?.get(mailboxId)?.includes(letter) === true
}

function isHis({ id, accounts }: Actor, object: ActObject, kind: 'own' | 'owner'): boolean {
  if (object.personId !== undefined && object.personId !== id && kind === 'own') return false
  if (object.accountId === undefined) return kind === 'own' && object.personId === id
  const basis = accounts.get(object.accountId)?.basis
  return basis === 'own' || (kind === 'owner' && basis === 'held')
}

function findRole(actor: Actor, act: Act, object: ActObject, rule: ActRule): Basis | Why {
  if (actor.kind !== 'person') return findMachine(actor, act, rule)
  if (actor.session !== 'office') return 'no-role'
  let why: Why = 'no-role'
  for (const { role, departmentId } of actor.offices) {
    if (!roleHas(role, act)) continue
    if (isWithin(role, departmentId, object)) return { kind: 'role', role }
    why = 'other-department'
  }
  return why
}

export function isWithin(
  role: Role,
  departmentId: DepartmentId | undefined,
  object: ActObject,
): boolean {
  if (roles[role].scope !== 'own-department') return true
  return departmentId !== undefined && object.departmentId === departmentId
}

/**
 * Who has the machine is the contractor. Only while the platform is founded, or is a demo, does he
 * what there is nobody else for; the platform by itself does nothing to anybody after that.
 */
function findMachine({ kind, state }: Actor, act: Act, rule: ActRule): Basis | Why {
  if (state === 'demo') return { kind: 'state', state }
  if (state === 'founding' && rule.neverByMachine !== true) return { kind: 'state', state }
  if (kind === 'operator' && roleHas('central-operator', act))
    return { kind: 'role', role: 'central-operator' }
  return 'no-role'
}
