/**
 * Roles as data: what each is for, whose it is about, which acts it has, and what it never meets in
 * one person (separation of duties). Nothing else in the platform compares roles.
 */
import { dayMs } from '../base/clock.ts'
import { allActs, ruleOf, type Act } from './acts.ts'
import type { Role, RoleRule } from './rules.ts'

/** A year: the rhythm of postings; the access review of every department is quicker. */
const yearMs = 365 * dayMs
/** Half a year: what can change the platform for everybody is given anew more often. */
const halfYearMs = 182 * dayMs

const operation: readonly Role[] = ['central-operator']
const government: readonly Role[] = [
  'department-administrator',
  'help-desk',
  'records-manager',
  'access-to-information-officer',
  'central-administrator',
  'security-officer',
]

export const roles: Readonly<Record<Role, RoleRule>> = {
  officer: {
    words: 'any person with a mailbox',
    scope: 'own',
    comesBy: 'being a person',
    isPrivileged: false,
    livesMs: Infinity,
    conflicts: [],
  },
  delegate: {
    words: 'whom an owner let into his mailbox',
    scope: 'own',
    comesBy: 'a delegation',
    isPrivileged: false,
    livesMs: yearMs,
    conflicts: [],
  },
  'department-administrator': {
    words: 'keeps the people, posts, mailboxes and lists of a department',
    scope: 'own-department',
    comesBy: 'role.grant',
    isPrivileged: true,
    livesMs: yearMs,
    conflicts: [...operation, 'auditor', 'security-officer'],
  },
  'help-desk': {
    words: 'helps people of a department to sign in',
    scope: 'own-department',
    comesBy: 'role.grant',
    isPrivileged: true,
    livesMs: yearMs,
    conflicts: [...operation, 'auditor', 'security-officer'],
  },
  'records-manager': {
    words: 'keeps the records of a department',
    scope: 'own-department',
    comesBy: 'role.grant',
    isPrivileged: true,
    livesMs: yearMs,
    conflicts: [...operation, 'auditor', 'security-officer'],
  },
  'access-to-information-officer': {
    words: 'answers requests for information to a department',
    scope: 'own-department',
    comesBy: 'role.grant',
    isPrivileged: true,
    livesMs: yearMs,
    conflicts: [...operation, 'auditor', 'security-officer'],
  },
  'central-operator': {
    words: 'the contractor: keeps the machines running, sees no user data',
    scope: 'all',
    comesBy: 'role.grant',
    isPrivileged: true,
    livesMs: halfYearMs,
    conflicts: [...government, 'auditor'],
  },
  'central-administrator': {
    words: 'government staff at the centre: departments, domains, roles, policies',
    scope: 'all',
    comesBy: 'role.grant',
    isPrivileged: true,
    livesMs: halfYearMs,
    conflicts: [...operation, 'security-officer', 'auditor'],
  },
  'security-officer': {
    words: 'approves what others ask for, and stops what is wrong',
    scope: 'all',
    comesBy: 'role.grant',
    isPrivileged: true,
    livesMs: halfYearMs,
    conflicts: [
      ...operation,
      'department-administrator',
      'help-desk',
      'records-manager',
      'access-to-information-officer',
      'central-administrator',
      'auditor',
    ],
  },
  auditor: {
    words: 'reads the audit trail and changes nothing',
    scope: 'all',
    comesBy: 'role.grant-auditor',
    isPrivileged: true,
    livesMs: yearMs,
    conflicts: [...operation, ...government],
  },
  'audit-authority': {
    words: 'an authority outside operations: makes auditors, and nothing else',
    scope: 'all',
    comesBy: 'founding',
    isPrivileged: true,
    livesMs: Infinity,
    conflicts: [...operation, ...government],
  },
}

export const allRoles = Object.keys(roles) as readonly Role[]

/** Acts of everybody who is a person: whose they are decides the right or the ownership. */
const actsOfOfficer = allActs.filter((act) =>
  ['right', 'signed-in', 'own', 'owner'].includes(ruleOf(act).need.kind),
)

const ofDepartment = [
  'directory.read',
  'department.rename',
  'person.create',
  'person.rename',
  'person.suspend',
  'person.resume',
  'person.leave',
  'person.reactivate',
  'post.create',
  'post.rename',
  'post.appoint',
  'post.end-appointment',
  'post.remove',
  'shared.create',
  'shared.rename',
  'shared.add-member',
  'shared.remove-member',
  'list.create',
  'list.rename',
  'list.add-member',
  'list.remove-member',
  'list.set-owner',
  'list.set-posting',
  'list.remove',
  'address.add-alias',
  'address.reassign',
  'address.set-primary',
  'address.remove-alias',
  'redirect.set',
  'redirect.read',
  'redirect.remove',
  'quota.set',
  'password.reset-for-another',
  'factor.reset-for-another',
  'app-password.read',
  'app-password.revoke-for-another',
  'delegation.grant-for-another',
  'delegation.revoke-for-another',
  'delegation.read-of-another',
  'session.read',
  'session.end',
  'mail.take-over',
  'mailbox.close',
  'trace.search',
  'held.release',
  'policy.read',
  'policy.raise',
  'policy.lower',
  'role.read',
  'task.read',
  'task.cancel',
] as const satisfies readonly Act[]

const ofOperation = [
  'platform.status',
  'report.read',
  'queue.read',
  'queue.retry',
  'queue.hold',
  'queue.release',
  'node.stop',
  'node.drain',
  'certificate.renew',
  'task.read',
  'task.cancel',
  'backup.make',
  'backup.verify',
  'search.rebuild',
  'platform.verify',
  'drill.run',
] as const satisfies readonly Act[]

export const actsOfRole: Readonly<Record<Role, readonly Act[]>> = {
  officer: actsOfOfficer,
  // The same acts: a delegation says in whose account, and with which rights.
  delegate: actsOfOfficer.filter((act) => ruleOf(act).need.kind === 'right'),
  'department-administrator': ofDepartment,
  'help-desk': [
    'directory.read',
    'password.reset-for-another',
    'factor.reset-for-another',
    'app-password.create-for-another',
    'app-password.read',
    'app-password.revoke-for-another',
    'session.read',
    'session.end',
  ],
  'records-manager': [
    'directory.read',
    'hold.place',
    'hold.release',
    'policy.read',
    'mail.take-over',
    'mailbox.close',
    'mail.export',
    'mail.restore-to-another',
    'task.read',
  ],
  'access-to-information-officer': [
    'directory.read',
    'hold.place',
    'hold.release',
    'policy.read',
    'mailbox.examine',
    'mailbox.close',
    'mail.export',
    'ledger.delay',
    'task.read',
  ],
  'central-operator': ofOperation,
  'central-administrator': [
    ...ofDepartment,
    ...ofOperation.filter((act) => !ofDepartment.some((other) => other === act)),
    'department.create',
    'department.set-limit',
    'domain.add',
    'domain.remove',
    'person.move',
    'app-password.create-for-another',
    'mailbox.examine',
    'mail.export',
    'mail.restore-to-another',
    'role.grant',
    'role.grant-security',
    'role.revoke',
    'queue.remove',
    'key.rotate',
    'break-glass',
  ],
  'security-officer': [
    'directory.read',
    'mailbox.close',
    'person.suspend',
    'session.read',
    'session.end',
    'app-password.read',
    'app-password.revoke-for-another',
    'delegation.read-of-another',
    'delegation.revoke-for-another',
    'redirect.read',
    'redirect.remove',
    'trace.search',
    'held.release',
    'policy.read',
    'policy.raise',
    'role.read',
    'role.revoke',
    'audit.change-settings',
    'approval.review',
    'platform.status',
    'report.read',
    'queue.read',
    'queue.hold',
    'queue.release',
    'task.read',
    'node.stop',
    'key.rotate',
    'break-glass',
  ],
  auditor: [
    'audit.read',
    'audit.verify',
    'audit.resolve',
    'policy.read',
    'role.read',
    'platform.status',
  ],
  'audit-authority': ['role.read', 'role.grant-auditor', 'role.revoke-auditor'],
}

const sets = new Map(allRoles.map((role) => [role, new Set<Act>(actsOfRole[role])]))

export function roleHas(role: Role, act: Act): boolean {
  return sets.get(role)?.has(act) === true
}

/** Whether two roles may never be one person's; it is enough that one of them says so. */
export function isConflict(a: Role, b: Role): boolean {
  return a !== b && (roles[a].conflicts.includes(b) || roles[b].conflicts.includes(a))
}

/** The first two of these roles that may not meet. */
export function findConflict(held: readonly Role[]): readonly [Role, Role] | undefined {
  for (const [at, a] of held.entries())
    for (const b of held.slice(at + 1)) if (isConflict(a, b)) return [a, b]
  return undefined
}
