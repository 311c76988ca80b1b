/** Every cell of the matrix role × act, walked at the gate of a node by people who hold the roles. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestDatabase } from '../../test/support/database.ts'
import { newId } from '../base/id.ts'
import { allActs, ruleOf, type Act } from './acts.ts'
import type { Decision } from './decide.ts'
import { cellOf } from './matrix.ts'
import { attempt, mainPassword, rehearseAccess, type AccessRehearsal } from './rehearsal.ts'
import { allRoles, roles } from './roles.ts'
import type { Role } from './rules.ts'
import type { ActObject } from './types.ts'
import { grantRole } from './write/grant-role.ts'

const answers = { yes: 'allowed', approval: 'needs-approval', no: 'refused' } as const

/** A person with the role and nothing else, at the admin door. */
async function holderOf(r: AccessRehearsal, role: Role) {
  const { departmentId } = r
  const person = await r.withCredentials(`holder-${role}`)
  const where = roles[role].scope === 'own-department' ? { departmentId } : {}
  await r.write((tx) => grantRole(tx, r.writing, { personId: person.id, role, ...where }))
  await r.refresh()
  return r.access.signIn({ ...attempt, door: 'admin' }, person.address, mainPassword)
}

test('every cell of the matrix is what the gate says, in the department and in another', async () => {
  await using t = await openTestDatabase()
  await using r = await rehearseAccess(t.database)
  const { departmentId } = r
  const other = await r.person(departmentId, 'other')
  await r.refresh()
  const accountId = r.directory.person(other)?.accountId ?? ''
  const here: ActObject = { departmentId, accountId, personId: other }
  const there: ActObject = { ...here, departmentId: newId(r.clock) }
  const granted = allRoles.filter((role) => roles[role].comesBy.startsWith('role.'))
  let cells = 0
  for (const role of granted) {
    const principal = await holderOf(r, role)
    const isForOne = roles[role].scope === 'own-department'
    for (const act of allActs) {
      const decided = (object: ActObject) => r.access.decide(principal, act, object).kind
      const expected = expectedOf(role, act)
      assert.equal(decided(here), expected, `${role} ${act}`)
      const isBound = isForOne && ruleOf(act).need.kind === 'role'
      assert.equal(decided(there), isBound ? 'refused' : expected, `${role} ${act} elsewhere`)
      cells++
    }
  }
  assert.equal(cells, granted.length * allActs.length)
})

/** Of what belongs to another: everybody is a person too, and may do what every person may. */
function expectedOf(role: Role, act: Act): Decision['kind'] {
  const cell = cellOf(role, act)
  if (cell !== 'no' && cell !== 'own') return answers[cell]
  return ruleOf(act).need.kind === 'signed-in' ? 'allowed' : 'refused'
}

test('a person without a role does what is his own, and nothing that is another’s', async () => {
  await using t = await openTestDatabase()
  await using r = await rehearseAccess(t.database)
  const chan = await r.withCredentials('chan')
  const other = await r.withCredentials('other')
  for (const door of ['imap', 'admin'] as const) {
    const credential = door === 'admin' ? mainPassword : chan.appPassword
    const principal = await r.access.signIn({ ...attempt, door }, chan.address, credential)
    const of = (personId: string): ActObject => {
      const accountId = r.directory.person(personId)?.accountId ?? ''
      return { departmentId: r.departmentId, personId, accountId }
    }
    for (const act of allActs) {
      const cell = cellOf('officer', act)
      const isMail = ruleOf(act).need.kind === 'right'
      const own = cell === 'yes' || (cell === 'own' && (!isMail || hasIt(act, door)))
      const decided = (id: string) => r.access.decide(principal, act, of(id)).kind
      // What one may do oneself and somebody agrees to all the same: mail that goes out.
      const allowed = ruleOf(act).approval === undefined ? 'allowed' : 'needs-approval'
      assert.equal(decided(chan.id), own ? allowed : 'refused', `${door} ${act}`)
      assert.equal(decided(other.id), cell === 'yes' ? 'allowed' : 'refused', `${door} ${act}`)
    }
  }
})

/** In one's own account, by mail: every right but that of others to write on its behalf. */
function hasIt(act: Act, door: 'imap' | 'admin'): boolean {
  return door === 'imap' && act !== 'mail.submit-on-behalf'
}
