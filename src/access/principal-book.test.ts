/** Who is shown to whom of the government. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestDatabase } from '../../test/support/database.ts'
import { createDepartment } from '../directory/write/create-department.ts'
import { setPersonState } from '../directory/write/set-person-state.ts'
import { setPolicy } from '../directory/write/set-policy.ts'
import { createPrincipalBook } from './principal-book.ts'
import { rehearseAccess } from './rehearsal.ts'

test('everybody is shown to everybody, unless the policy of his department keeps him to it', async () => {
  await using t = await openTestDatabase()
  await using r = await rehearseAccess(t.database)
  const { id } = await r.withCredentials('chan')
  const home = r.directory.person(id)?.departmentId ?? ''
  const names = { en: 'Another', zh: '' }
  const other = await r.write((tx) => createDepartment(tx, r.writing, { code: 'AN', names }))
  await r.refresh()
  const book = createPrincipalBook(r.directory)
  const isShown = (departmentId: string) => book.shownTo(departmentId).find(id) !== undefined
  assert.deepEqual([isShown(home), isShown(other)], [true, true])
  const before = book.shownTo(other).digest
  const policy = { name: 'directory.shown-to', departmentId: home, value: 'department' } as const
  await r.write((tx) => setPolicy(tx, r.writing, policy))
  await r.refresh()
  assert.deepEqual([isShown(home), isShown(other)], [true, false])
  assert.equal(book.shownTo(other).find(home), undefined, 'nor is the department itself')
  assert.notEqual(book.shownTo(other).digest, before)
  assert.equal(book.shownTo(home).digest, book.shownTo(home).digest)
})

test('who has left is shown to nobody, and is still the owner of his account', async () => {
  await using t = await openTestDatabase()
  await using r = await rehearseAccess(t.database)
  const { id } = await r.withCredentials('chan')
  const { departmentId = '', accountId = '' } = r.directory.person(id) ?? {}
  const book = createPrincipalBook(r.directory)
  assert.equal(book.ownerOf(accountId)?.id, id)
  await r.write((tx) => setPersonState(tx, r.writing, { personId: id, state: 'suspended' }))
  await r.refresh()
  assert.equal(book.shownTo(departmentId).find(id), undefined)
  assert.equal(book.ownerOf(accountId)?.id, id)
})
