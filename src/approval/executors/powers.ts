/** Roles and delegations, given as a request says. */
import { z } from 'zod'
import { isRole } from '../../access/offices.ts'
import { grantRole } from '../../access/write/grant-role.ts'
import { revokeRole } from '../../access/write/revoke-role.ts'
import { setDelegation } from '../../directory/write/set-delegation.ts'
import type { Executor, Executors } from '../execute.ts'
import { accountIdOf, personIdOf } from './object.ts'

const role = z.string().refine(isRole)
const grant = z.object({ role, departmentId: z.string().optional(), to: z.number().optional() })
const revocation = z.object({ role, departmentId: z.string().optional() })
const delegation = z.object({
  mailboxId: z.string().optional(),
  personId: z.string(),
  rights: z.string(),
  to: z.number().optional(),
})

const give: Executor = (tx, writing, request) =>
  grantRole(tx, writing, { personId: personIdOf(request), ...grant.parse(request.input) })

export const powerExecutors: Executors = {
  'role.grant': give,
  'role.grant-security': give,
  'role.grant-auditor': give,
  'role.revoke-auditor': (tx, writing, request) =>
    revokeRole(tx, writing, { personId: personIdOf(request), ...revocation.parse(request.input) }),
  'delegation.grant-for-another': (tx, writing, request) =>
    setDelegation(tx, writing, {
      accountId: accountIdOf(request),
      ...delegation.parse(request.input),
    }),
}
