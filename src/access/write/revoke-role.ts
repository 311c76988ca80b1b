/** Ends a role at once; sessions at the admin door lose its acts with the next request. */
import { Refusal } from '../../base/refusal.ts'
import type { Tx } from '../../db/types.ts'
import { changeRow, deleted, findByLookup, lookups } from '../../directory/write/shelf.ts'
import type { Writing } from '../../directory/write/writing.ts'
import type { Role } from '../rules.ts'

export interface RoleEnd {
  readonly personId: string
  readonly role: Role
  readonly departmentId?: string | undefined
}

export async function revokeRole(tx: Tx, writing: Writing, input: RoleEnd): Promise<void> {
  const { personId, role, departmentId } = input
  const lookup = lookups.roleGrant(writing, personId, role, departmentId)
  const row = await findByLookup(tx, writing, 'role_grant', lookup)
  if (row === undefined)
    throw new Refusal('not-found', { field: 'role', message: 'He does not have this role.' })
  const granted = await writing.requireGrant(tx, {
    act: role === 'auditor' ? 'role.revoke-auditor' : 'role.revoke',
    object: { personId, departmentId: departmentId ?? row.departmentId },
    input: { role, departmentId },
  })
  await changeRow(tx, writing, 'role_grant', deleted(row))
  await writing.audit.record(tx, {
    kind: 'role',
    event: 'revoke',
    toPrincipalId: personId,
    granted: role,
    ...(departmentId !== undefined && { departmentId }),
    ...writing.actor,
    ...granted,
  })
}
