/** Roles as rows: who gets one, what it lets him do, and when it is not believed. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestDatabase } from '../../test/support/database.ts'
import { dayMs } from '../base/clock.ts'
import { newId } from '../base/id.ts'
import { isRefusal } from '../base/refusal.ts'
import { createDepartment } from '../directory/write/create-department.ts'
import { insertRow, lookups } from '../directory/write/shelf.ts'
import { movePerson } from '../directory/write/move-person.ts'
import { allActs, ruleOf, type Act } from './acts.ts'
import { postmastersOf } from './postmasters.ts'
import { attempt, mainPassword, rehearseAccess, type AccessRehearsal } from './rehearsal.ts'
import { actsOfRole, allRoles, isConflict, roles } from './roles.ts'
import type { Role } from './rules.ts'
import { grantRole, type NewRole } from './write/grant-role.ts'
import { revokeRole } from './write/revoke-role.ts'

const isNo = (error: unknown) => isRefusal(error, 'not-permitted')
const needsApproval = (error: unknown) => isRefusal(error, 'needs-approval')

async function give(r: AccessRehearsal, input: NewRole): Promise<void> {
  await r.write((tx) => grantRole(tx, r.writing, input))
  await r.refresh()
}

const office = (r: AccessRehearsal, address: string) =>
  r.access.signIn({ ...attempt, door: 'admin' }, address, mainPassword)

test('a role works at the admin door only, in its department only, and mail does not there', async () => {
  await using t = await openTestDatabase()
  await using r = await rehearseAccess(t.database)
  const { departmentId } = r
  const chan = await r.withCredentials('chan')
  await give(r, { personId: chan.id, role: 'department-administrator', departmentId })
  const accountId = r.directory.person(chan.id)?.accountId ?? ''
  const atOffice = await office(r, chan.address)
  assert.equal(r.access.permit(atOffice, 'person.create', { departmentId }), undefined)
  assert.throws(() => r.access.permit(atOffice, 'person.create', {}), isNo)
  const elsewhere = { departmentId: newId(r.clock) }
  assert.throws(() => r.access.permit(atOffice, 'person.create', elsewhere), isNo)
  assert.throws(() => r.access.permit(atOffice, 'mail.read', { accountId }), isNo)
  assert.throws(() => r.access.permit(atOffice, 'post.appoint', { departmentId }), needsApproval)
  assert.deepEqual(
    r.access.reachOf(atOffice, 'person.create')?.departments,
    new Set([departmentId]),
  )
  assert.equal(r.access.reachOf(atOffice, 'queue.remove'), undefined)
  const atMail = await r.signIn(chan)
  assert.throws(() => r.access.permit(atMail, 'person.create', { departmentId }), isNo)
  assert.ok(r.access.permit(atMail, 'mail.read', { accountId }))
})

test('a role ends by its date, when it is taken, and when its holder moves', async () => {
  await using t = await openTestDatabase()
  await using r = await rehearseAccess(t.database)
  const { departmentId, writing } = r
  const chan = await r.withCredentials('chan')
  const role = { personId: chan.id, role: 'help-desk', departmentId } as const
  const may = async () => {
    const principal = await office(r, chan.address)
    return r.access.decide(principal, 'session.end', { departmentId }).kind
  }
  await give(r, { ...role, to: r.clock.now() + dayMs })
  assert.equal(await may(), 'allowed')
  r.clock.advance(dayMs)
  assert.equal(await may(), 'refused')
  await give(r, role)
  assert.equal(await may(), 'allowed')
  await r.write((tx) => revokeRole(tx, writing, role))
  await r.refresh()
  assert.equal(await may(), 'refused')
  await give(r, role)
  const names = { en: 'Health', zh: '' }
  await r.write(async (tx) => {
    const other = await createDepartment(tx, writing, { code: 'DH', names })
    await movePerson(tx, writing, { personId: chan.id, departmentId: other })
  })
  await r.refresh()
  assert.equal(await may(), 'refused')
  assert.deepEqual(r.directory.roleGrantsOf(chan.id), [])
})

test('roles that never meet are refused at the writer, for every such pair', async () => {
  await using t = await openTestDatabase()
  await using r = await rehearseAccess(t.database)
  const { departmentId } = r
  const input = (personId: string, role: Role): NewRole =>
    roles[role].scope === 'own-department' ? { personId, role, departmentId } : { personId, role }
  const granted = allRoles.filter((role) => roles[role].comesBy.startsWith('role.'))
  for (const first of granted) {
    const personId = await r.person(departmentId, `p-${first}`)
    await give(r, input(personId, first))
    for (const second of granted) {
      if (!isConflict(first, second)) continue
      await assert.rejects(give(r, input(personId, second)), isNo, `${first} and ${second}`)
    }
  }
})

test('a conflicting row that was written around the writer is not believed and is alarmed', async () => {
  await using t = await openTestDatabase()
  await using r = await rehearseAccess(t.database)
  const { departmentId, writing } = r
  const chan = await r.withCredentials('chan')
  await give(r, { personId: chan.id, role: 'central-administrator' })
  const from = r.clock.now()
  await r.write((tx) =>
    insertRow(tx, writing, 'role_grant', {
      id: newId(r.clock),
      departmentId,
      parentId: chan.id,
      accountId: undefined,
      state: 'active',
      lookup: lookups.roleGrant(writing, chan.id, 'auditor', undefined),
      content: { role: 'auditor', from },
    }),
  )
  await r.refresh()
  const principal = await office(r, chan.address)
  for (const act of ['audit.read', 'department.create'] as const)
    assert.throws(() => r.access.permit(principal, act, {}), isNo)
  await r.access.settled()
  const alarms = r.entries.filter((entry) => entry.kind === 'alarm')
  assert.deepEqual(
    alarms.map(({ what }) => what),
    ['roles-that-never-meet'],
  )
})

test('a role row that somebody inserted or changed is not believed', async () => {
  await using t = await openTestDatabase()
  await using r = await rehearseAccess(t.database)
  const { departmentId } = r
  const chan = await r.withCredentials('chan')
  const wong = await r.withCredentials('wong')
  await give(r, { personId: chan.id, role: 'help-desk', departmentId })
  await t.owner.single({ text: 'UPDATE role_grant SET parent_id = $1', values: [wong.id] })
  await using node = await r.openAccess()
  const principal = await node.signIn({ ...attempt, door: 'admin' }, wong.address, mainPassword)
  assert.throws(() => node.permit(principal, 'session.end', { departmentId }), isNo)
})

test('who may grant asks for an approval, never for himself, and not for what nobody grants', async () => {
  await using t = await openTestDatabase()
  await using r = await rehearseAccess(t.database)
  const { departmentId } = r
  const chan = await r.withCredentials('chan')
  const wong = await r.withCredentials('wong')
  await give(r, { personId: chan.id, role: 'central-administrator' })
  const principal = await office(r, chan.address)
  const writing = {
    ...r.writing,
    actor: { principalId: chan.id },
    requireGrant: r.access.gateFor(principal),
  }
  const grant = (input: NewRole) => r.write((tx) => grantRole(tx, writing, input))
  await assert.rejects(grant({ personId: wong.id, role: 'help-desk', departmentId }), needsApproval)
  await assert.rejects(grant({ personId: wong.id, role: 'security-officer' }), needsApproval)
  await assert.rejects(grant({ personId: wong.id, role: 'auditor' }), isNo)
  await assert.rejects(grant({ personId: chan.id, role: 'help-desk', departmentId }), isNo)
  const isInvalid = (error: unknown) => isRefusal(error, 'invalid')
  await assert.rejects(grant({ personId: wong.id, role: 'audit-authority' }), isInvalid)
  await assert.rejects(grant({ personId: wong.id, role: 'help-desk' }), isInvalid)
})

test('an approval lifts exactly what it was given for, and is named in the entry', async () => {
  await using t = await openTestDatabase()
  await using r = await rehearseAccess(t.database)
  const { departmentId } = r
  const chan = await r.withCredentials('chan')
  const wong = await r.withCredentials('wong')
  await give(r, { personId: chan.id, role: 'central-administrator' })
  const digests: string[] = []
  r.access.useApprovals({
    consume: async (_, { inputDigest }) =>
      inputDigest === digests[0] ? '00000000-0000-7000-8000-000000000001' : undefined,
  })
  const principal = await office(r, chan.address)
  const actor = { principalId: chan.id }
  const writing = { ...r.writing, actor, requireGrant: r.access.gateFor(principal) }
  const role = { personId: wong.id, role: 'help-desk', departmentId } as const
  const grant = (input: NewRole) => r.write((tx) => grantRole(tx, writing, input))
  await assert.rejects(grant(role), (error) => {
    if (isRefusal(error)) digests.push(String(error.facts['inputDigest']))
    return needsApproval(error)
  })
  await assert.rejects(grant({ ...role, to: r.clock.now() + dayMs }), needsApproval)
  await grant(role)
  const entry = r.entries.findLast(({ kind }) => kind === 'role')
  assert.equal(entry?.approvalId, '00000000-0000-7000-8000-000000000001')
  assert.equal(entry?.role, 'central-administrator')
})

test('every act is somebody’s, and every act of a role is one that roles may do', () => {
  const anybodys = new Set<Act>(allRoles.flatMap((role) => actsOfRole[role]))
  for (const act of allActs)
    assert.ok(anybodys.has(act) || ruleOf(act).need.kind === 'platform', act)
  for (const role of allRoles)
    for (const act of actsOfRole[role]) {
      const isOffice = !['own'].includes(roles[role].scope)
      assert.equal(ruleOf(act).need.kind === 'role', isOffice, `${role} ${act}`)
    }
})

test('mail for postmaster goes to who keeps the department of the domain, else to the centre', async () => {
  await using t = await openTestDatabase()
  await using r = await rehearseAccess(t.database)
  const { departmentId } = r
  const names = { en: 'Health', zh: '' }
  await r.write((tx) =>
    createDepartment(tx, r.writing, { code: 'DH', names, domains: ['dh.example'] }),
  )
  const [near, centre] = [await r.withCredentials('near'), await r.withCredentials('centre')]
  const of = (domain?: string) => postmastersOf(r.directory, domain, r.clock.now())
  assert.deepEqual(of(), [])
  await give(r, { personId: centre.id, role: 'central-administrator' })
  assert.deepEqual([of(), of('td.example')], [[centre.address], [centre.address]])
  await give(r, { personId: near.id, role: 'department-administrator', departmentId })
  assert.deepEqual(
    [of(), of('TD.example'), of('dh.example')],
    [[centre.address], [near.address], [centre.address]],
  )
})
