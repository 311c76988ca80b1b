/** What tests of this room and of those above need: two departments, people in roles, one node. */
import type { AccessRehearsal } from '../access/rehearsal.ts'
import { mainPassword, rehearseAccess } from '../access/rehearsal.ts'
import { roles } from '../access/roles.ts'
import type { Role } from '../access/rules.ts'
import type { Principal } from '../access/types.ts'
import { grantRole } from '../access/write/grant-role.ts'
import { setPlatformState } from '../access/write/set-platform-state.ts'
import type { Database, Tx } from '../db/types.ts'
import { createDepartment } from '../directory/write/create-department.ts'
import { createPerson } from '../directory/write/create-person.ts'
import { setPassword } from '../access/write/set-password.ts'
import type { ApprovedWriting } from './opened-mail/open-mail.ts'
import type { Approvals } from './approvals.ts'
import { createApprovals } from './create-approvals.ts'
import { executors } from './executors/executors.ts'
import { isNeedsApproval } from './needs-approval.ts'

export interface Somebody {
  readonly id: string
  readonly accountId: string
  /** At his office's door. */
  readonly principal: Principal
  readonly writing: ApprovedWriting
  readonly by: { readonly principalId: string; readonly sessionId: string }
}

export interface ApprovalRehearsal extends AccessRehearsal {
  readonly approvals: Approvals
  readonly headquartersId: string
  openApprovals(): Promise<Approvals>
  somebody(localPart: string, role?: Role, departmentId?: string): Promise<Somebody>
  /** Does it, or asks for it when it needs somebody else. @returns ids of requests. */
  doOrAsk(
    who: Somebody,
    work: (tx: Tx, writing: ApprovedWriting) => Promise<unknown>,
  ): Promise<readonly string[]>
}

/** The platform is founded: nothing that grants is done by one person. */
export async function rehearseApprovals(database: Database): Promise<ApprovalRehearsal> {
  const r = await rehearseAccess(database)
  const { keys, clock, directory, access, writing, entries } = r
  const open = () =>
    createApprovals({
      database,
      keys,
      clock,
      directory,
      audit: writing.audit,
      writing: { ...writing, requireGrant: access.requireGrant },
      executors: executors(access),
      refreshed: () => r.refresh(),
    })
  const approvals = await open()
  access.useApprovals(approvals)
  access.useOpened(approvals)
  const headquartersId = await r.write((tx) =>
    createDepartment(tx, writing, {
      code: 'HQ',
      names: { en: 'Headquarters', zh: '' },
      domains: ['hq.example'],
    }),
  )
  await r.write(async (tx) => {
    await setPlatformState(tx, writing, { state: 'founding', statement: 'begun' })
    await setPlatformState(tx, writing, { state: 'founded', statement: 'signed' })
  })
  await r.refresh()
  entries.length = 0

  const somebody = async (localPart: string, role?: Role, departmentId = r.departmentId) => {
    const domain = departmentId === r.departmentId ? 'td.example' : 'hq.example'
    const address = `${localPart}@${domain}`
    const id = await r.write(async (tx) => {
      const names = { en: localPart, zh: '' }
      const personId = await createPerson(tx, writing, { departmentId, address, names })
      // By himself: what another gave him ends with the founding.
      const himself = { ...writing, actor: { principalId: personId } }
      await setPassword(tx, himself, { personId, password: mainPassword })
      const isOfOne = role !== undefined && roles[role].scope === 'own-department'
      const of = isOfOne ? { departmentId } : {}
      if (role !== undefined) await grantRole(tx, writing, { personId, role, ...of })
      return personId
    })
    await r.refresh()
    const attempt = { door: 'admin', remoteAddress: '192.0.2.9', isTls: true } as const
    const principal = await access.signIn(attempt, address, mainPassword)
    const by = { principalId: id, sessionId: principal.sessionId }
    const own = { ...writing, actor: by, requireGrant: access.gateFor(principal) }
    const accountId = directory.person(id)?.accountId ?? ''
    return { id, accountId, principal, writing: own, by }
  }

  const doOrAsk: ApprovalRehearsal['doOrAsk'] = async (who, work) => {
    const run = (tx: Tx) => work(tx, who.writing)
    try {
      await r.write(run)
      await r.refresh()
      await approvals.refresh()
      return []
    } catch (error) {
      if (!isNeedsApproval(error)) throw error
      const lines = await approvals.rehearse(run)
      const asked = await approvals.ask({ by: who.by, reason: 'a posting order', lines })
      for (const { request } of asked) await approvals.carryOut(request.id)
      return asked.map(({ request }) => request.id)
    }
  }

  return {
    ...r,
    approvals,
    headquartersId,
    openApprovals: open,
    somebody,
    doOrAsk,
    async [Symbol.asyncDispose]() {
      await approvals[Symbol.asyncDispose]()
      await r[Symbol.asyncDispose]()
    },
  }
}
