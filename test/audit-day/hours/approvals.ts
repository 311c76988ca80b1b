/** Two people: asked for, consented to, approved, refused, withdrawn, done, reviewed. */
import assert from 'node:assert/strict'
import type { Person } from '../../support/platform.ts'
import type { Asked, Day } from '../day.ts'
import type { Fact } from '../expected.ts'
import { isDone } from './desk.ts'

const domain = 'pio.gov.example'

interface Wish {
  readonly who: Person
  readonly role: string
  readonly act: string
  readonly path: string
  readonly asked: Asked
}

/** @returns the request. */
async function request(day: Day, { who, role, act, path, asked }: Wish): Promise<string> {
  const { address: principalId } = who
  const reason = `Asked for by ${principalId}`
  const fact = { kind: 'approval', event: 'request', principalId, role, act, reason } as const
  const idOf = (body: Readonly<Record<string, unknown>>) => String(body['approvalId'])
  const { body } = await day.act(
    `${principalId} asks for ${act}`,
    async () => {
      const answer = await day.call(who, path, { ...asked, reason })
      assert.equal(answer.status, 202, JSON.stringify(answer.body))
      return answer
    },
    (answer) => ({ ...fact, requestId: idOf(answer.body) }),
  )
  return idOf(body)
}

interface Yes {
  readonly approver: Person
  readonly as: 'approve' | 'consent'
  readonly role: string
}

/** The last yes: what was asked for is done at once, in the name of who asked. */
async function agree(day: Day, wish: Wish, { approver, as, role }: Yes, ...done: Fact[]) {
  const requestId = await request(day, wish)
  const { address } = wish.who
  const fact = { kind: 'approval', requestId, act: wish.act } as const
  const reason = `Asked for by ${address}`
  const basis = { principalId: address, role: wish.role, reason, approvalId: requestId }
  await day.act(
    `${approver.address} agrees to ${wish.act}`,
    async () => {
      const path = `approvals/${requestId}/approve`
      const { body } = isDone(await day.call(approver, path, { method: 'POST', body: {} }))
      assert.equal(body['isDone'], true, JSON.stringify(body))
    },
    { ...fact, event: as, principalId: approver.address, role },
    { ...fact, event: 'execute', principalId: address },
    ...done.map((one) => ({ ...basis, ...one })),
  )
  return requestId
}

export interface Deciders {
  readonly administrator: Person
  readonly central: Person
  readonly security: Person
  readonly holder: Person
  readonly successor: Person
}

const departmental = 'department-administrator'

export async function decisions(day: Day, people: Deciders, round: number): Promise<void> {
  const { administrator, security, holder, successor } = people
  const alias = (name: string): Wish => ({
    who: administrator,
    role: departmental,
    act: 'address.add-alias',
    path: 'addresses',
    asked: {
      method: 'POST',
      body: { address: `${name}${round}@${domain}`, target: successor.address },
    },
  })
  const approving = { approver: security, as: 'approve', role: 'security-officer' } as const
  await agree(day, alias('other'), approving, {
    kind: 'administration',
    act: 'address.add-alias',
    objectId: successor.address,
    departmentId: 'PIO',
  })
  await refuse(day, alias('refused'), security)
  await withdraw(day, alias('withdrawn'))

  const post = 'as-policy3@pio.gov.example'
  const consent = { approver: holder, as: 'consent', role: 'holder' } as const
  const appoint: Wish = {
    who: administrator,
    role: departmental,
    act: 'post.appoint',
    path: `posts/${post}/appointments`,
    asked: { method: 'POST', body: { person: successor.address, isActing: true } },
  }
  const object = { objectId: post, departmentId: 'PIO' }
  await agree(day, appoint, consent, { kind: 'administration', act: 'post.appoint', ...object })
  const path = `posts/${post}/appointments/${successor.address}`
  const { address: principalId } = administrator
  await day.act(
    'the appointment is ended',
    async () => isDone(await day.call(administrator, path, { method: 'DELETE' })),
    {
      kind: 'administration',
      principalId,
      role: departmental,
      act: 'post.end-appointment',
      ...object,
    },
  )
  await roles(day, people)
}

async function roles(day: Day, { central, security, successor }: Deciders): Promise<void> {
  const { address: toPrincipalId } = successor
  const path = `people/${toPrincipalId}/roles/help-desk`
  const wish: Wish = {
    who: central,
    role: 'central-administrator',
    act: 'role.grant',
    path,
    asked: { method: 'PUT', body: { department: 'PIO' } },
  }
  const of = { toPrincipalId, granted: 'help-desk', departmentId: 'PIO' }
  const approving = { approver: security, as: 'approve', role: 'security-officer' } as const
  await agree(day, wish, approving, { kind: 'role', event: 'grant', ...of })
  await day.act(
    'the role is ended',
    async () => isDone(await day.call(security, `${path}?department=PIO`, { method: 'DELETE' })),
    {
      kind: 'role',
      event: 'revoke',
      principalId: security.address,
      role: 'security-officer',
      ...of,
    },
  )
}

async function refuse(day: Day, wish: Wish, security: Person): Promise<void> {
  const requestId = await request(day, wish)
  const reason = 'Not needed for the work'
  const by = { principalId: security.address, role: 'security-officer', reason }
  const path = `approvals/${requestId}/refuse`
  await day.act(
    `${security.address} refuses ${wish.act}`,
    async () => isDone(await day.call(security, path, { method: 'POST', body: { reason } })),
    { kind: 'approval', event: 'refuse', requestId, act: wish.act, ...by },
  )
}

async function withdraw(day: Day, wish: Wish): Promise<void> {
  const requestId = await request(day, wish)
  const { address: principalId } = wish.who
  const path = `approvals/${requestId}/withdraw`
  await day.act(
    `${principalId} withdraws ${wish.act}`,
    async () => isDone(await day.call(wish.who, path, { method: 'POST', body: {} })),
    { kind: 'approval', event: 'withdraw', requestId, act: wish.act, principalId },
  )
}

export interface Examination {
  readonly officer: Person
  readonly security: Person
  readonly reviewer: Person
  readonly owner: Person
}

/** Somebody's mail is opened by two people, closed, and looked at afterwards. */
export async function examination(day: Day, people: Examination): Promise<void> {
  const { officer, security, reviewer, owner } = people
  const { address: accountId } = owner
  const { address: principalId } = officer
  const role = 'access-to-information-officer'
  const to = new Date(Date.now() + 3_600_000).toISOString()
  const body = { kind: 'examine', mailbox: accountId, delegate: principalId, to }
  const asked: Asked = { method: 'POST', body }
  const wish: Wish = { who: officer, role, act: 'mailbox.examine', path: 'examinations', asked }
  const approving = { approver: security, as: 'approve', role: 'security-officer' } as const
  const opened = { kind: 'examination', event: 'open', accountId, onBehalfOf: principalId } as const
  const requestId = await agree(day, wish, approving, opened)
  const open = isDone(await day.call(officer, 'examinations'))
  const id = /"id":"([0-9a-f-]{36})"/.exec(JSON.stringify(open.body))?.[1]
  await day.act(
    'the examination is closed',
    async () => isDone(await day.call(officer, `examinations/${id}`, { method: 'DELETE' })),
    { kind: 'examination', event: 'close', accountId, principalId, role },
  )
  const remark = 'Nothing beyond the request was read'
  const review: Asked = { method: 'POST', body: { finding: 'in-order', remark } }
  const by = { principalId: reviewer.address, role: 'security-officer', reason: remark }
  await day.act(
    'it is reviewed',
    async () => isDone(await day.call(reviewer, `approvals/${requestId}/review`, review)),
    { kind: 'approval', event: 'review', requestId, act: 'mailbox.examine', ...by },
  )
}

/** A new password, chosen by its person alone with half a code from each of two people. */
export async function passwordReset(day: Day, people: Reset): Promise<void> {
  const { helpDesk, administrator, person } = people
  const { address: principalId } = helpDesk
  const act = 'password.reset-for-another'
  const reason = 'He has forgotten it'
  const path = `people/${person.address}/password-reset`
  const asked = {
    kind: 'approval',
    event: 'request',
    principalId,
    role: 'help-desk',
    act,
    reason,
  } as const
  const { body } = await day.act(
    'the help desk asks for a new password',
    async () => isDone(await day.call(helpDesk, path, { method: 'POST', body: {}, reason })),
    ({ body: made }) => ({ ...asked, requestId: String(made['approval']) }),
  )
  const requestId = String(body['approval'])
  const fact = { kind: 'approval', requestId, act } as const
  const credential = 'password'
  const of = { credential, ofPrincipalId: person.address, approvalId: requestId } as const
  const agreed = await day.act(
    'the administrator agrees',
    async () =>
      isDone(
        await day.call(administrator, `approvals/${requestId}/approve`, {
          method: 'POST',
          body: {},
        }),
      ),
    { ...fact, event: 'approve', principalId: administrator.address, role: departmental },
    { ...fact, event: 'execute', principalId },
    { kind: 'credential', event: 'reset', ...of, principalId, role: 'help-desk', reason },
  )
  const halves = [body['firstHalf'], secondHalf(agreed.body)]
  const password = `a new one ${Date.now()}`
  const given = { address: person.address, halves, password }
  await day.act(
    'he chooses a new password',
    async () => isDone(await day.ask(undefined, 'enrolments', { method: 'POST', body: given })),
    // He is nobody yet to the platform but who has both halves; the password itself is his own act.
    { kind: 'credential', event: 'enrol', ...of },
    {
      kind: 'administration',
      act: 'password.change-own',
      principalId: person.address,
      objectId: person.address,
      departmentId: person.department,
    },
  )
}

function secondHalf({ facts }: Readonly<Record<string, unknown>>): string {
  const found = Object.entries(facts ?? {}).find(([name]) => /half/i.test(name))
  return String(found?.[1])
}

export interface Reset {
  readonly helpDesk: Person
  readonly administrator: Person
  readonly person: Person
}
