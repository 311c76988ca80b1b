/** Scripts on a real database: whose they are, which is in force, and when one ends. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestDatabase } from '../../test/support/database.ts'
import { isRefusal } from '../base/refusal.ts'
import { createDirectory } from './directory.ts'
import { rehearse } from './rehearsal.ts'
import { appoint } from './write/appoint.ts'
import { createPost } from './write/create-post.ts'
import { endAppointment } from './write/end-appointment.ts'
import { setPersonState } from './write/set-person-state.ts'
import { putFilter, putInForce, removeFilter, renameFilter } from './write/set-filter.ts'
import type { PowersWriting } from './write/writing.ts'
import type { Tx } from '../db/types.ts'

async function open() {
  const stack = new AsyncDisposableStack()
  const { database } = stack.use(await openTestDatabase())
  const r = stack.use(await rehearse(database))
  const directory = stack.use(
    await createDirectory({ database, keys: r.keys, onAlarm: () => undefined }),
  )
  const departmentId = await r.department()
  const [chan, lee] = [await r.person(departmentId, 'chan'), await r.person(departmentId, 'lee')]
  await directory.refresh()
  const as = (principalId: string) => ({ ...r.writing, actor: { principalId } })
  const act = async (by: string, work: (tx: Tx, writing: PowersWriting) => Promise<unknown>) => {
    await r.write((tx) => work(tx, as(by)))
    await directory.refresh()
  }
  const accountOf = (id: string) => directory.person(id)?.accountId ?? ''
  const inForce = (accountId: string) => directory.filterInForce(accountId, r.clock.now())?.name
  const more = { directory, departmentId, chan, lee, as, act, accountOf, inForce }
  return { ...r, ...more, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

test('scripts are kept, renamed and removed, and at most one is in force', async () => {
  await using t = await open()
  const accountId = t.accountOf(t.chan)
  for (const name of ['one', '假期'])
    await t.act(t.chan, (tx, w) => putFilter(tx, w, { accountId, name, script: 'keep;' }))
  assert.equal(t.inForce(accountId), undefined)
  await t.act(t.chan, (tx, w) => putInForce(tx, w, { accountId, name: 'one' }))
  await t.act(t.chan, (tx, w) => putInForce(tx, w, { accountId, name: '假期' }))
  assert.equal(t.inForce(accountId), '假期')
  await t.act(t.chan, (tx, w) => renameFilter(tx, w, { accountId, name: '假期', to: 'two' }))
  await t.act(t.chan, (tx, w) => putFilter(tx, w, { accountId, name: 'two', script: 'discard;' }))
  assert.deepEqual(
    t.directory
      .filtersOf(accountId)
      .map(({ name, script, isInForce }) => [name, script, isInForce]),
    [
      ['one', 'keep;', false],
      ['two', 'discard;', true],
    ],
  )
  await assert.rejects(
    t.act(t.chan, (tx, w) => removeFilter(tx, w, { accountId, name: 'two' })),
    (error) => isRefusal(error, 'invalid'),
  )
  await t.act(t.chan, (tx, w) => putInForce(tx, w, { accountId, name: undefined }))
  await t.act(t.chan, (tx, w) => removeFilter(tx, w, { accountId, name: 'two' }))
  assert.equal(t.inForce(accountId), undefined)
  assert.equal(t.directory.filtersOf(accountId).length, 1)
})

test('what is no script is refused with its place and changes nothing', async () => {
  await using t = await open()
  const accountId = t.accountOf(t.chan)
  await assert.rejects(
    t.act(t.chan, (tx, w) =>
      putFilter(tx, w, { accountId, name: 'x', script: 'keep;\nfile "a";' }),
    ),
    (error) => isRefusal(error, 'invalid') && error.facts['line'] === 2,
  )
  assert.deepEqual(t.directory.filtersOf(accountId), [])
})

test('a script of a post ends with the holding of who put it in force, a leaver’s with him', async () => {
  await using t = await open()
  const names = { en: 'Officer', zh: '' }
  const post = { departmentId: t.departmentId, title: 'SEO', names, address: 'seo@td.example' }
  const postId = await t.write(async (tx) => {
    const id = await createPost(tx, t.writing, post)
    await appoint(tx, t.writing, { postId: id, personId: t.chan })
    return id
  })
  await t.directory.refresh()
  const accountId = t.directory.post(postId)?.accountId ?? ''
  await t.act(t.chan, (tx, w) => putFilter(tx, w, { accountId, name: 'main', script: 'keep;' }))
  await t.act(t.chan, (tx, w) => putInForce(tx, w, { accountId, name: 'main' }))
  assert.equal(t.inForce(accountId), 'main')
  await t.write((tx) => endAppointment(tx, t.writing, { postId, personId: t.chan }))
  await t.directory.refresh()
  t.clock.advance(1)
  assert.equal(t.inForce(accountId), undefined)

  const own = t.accountOf(t.lee)
  await t.act(t.lee, (tx, w) => putFilter(tx, w, { accountId: own, name: 'main', script: 'keep;' }))
  await t.act(t.lee, (tx, w) => putInForce(tx, w, { accountId: own, name: 'main' }))
  await t.write((tx) => setPersonState(tx, t.writing, { personId: t.lee, state: 'left' }))
  await t.directory.refresh()
  assert.equal(t.inForce(own), undefined)
})
