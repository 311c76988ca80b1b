/** Answers in absence on a real database: whose they are, when they are given, and when one ends. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestDatabase } from '../../test/support/database.ts'
import { dayMs } from '../base/clock.ts'
import { isRefusal } from '../base/refusal.ts'
import { createDirectory } from './directory.ts'
import { rehearse } from './rehearsal.ts'
import { appoint } from './write/appoint.ts'
import { createPost } from './write/create-post.ts'
import { createShared } from './write/create-shared.ts'
import { endAppointment } from './write/end-appointment.ts'
import { setPersonState } from './write/set-person-state.ts'
import { setVacation, type VacationChange } from './write/set-vacation.ts'

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
  const set = async (by: string, accountId: string, change: VacationChange) => {
    const writing = { ...r.writing, actor: { principalId: by } }
    await r.write((tx) => setVacation(tx, writing, { accountId, change }))
    await directory.refresh()
  }
  const accountOf = (id: string) => directory.person(id)?.accountId ?? ''
  const said = (accountId: string) => directory.vacationInForce(accountId, r.clock.now())?.text
  const more = { database, directory, departmentId, chan, lee, set, accountOf, said }
  return { ...r, ...more, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

test('an answer is given within its dates, changed in parts, and nothing of it stands in clear', async () => {
  await using t = await open()
  const accountId = t.accountOf(t.chan)
  const now = t.clock.now()
  assert.equal(t.directory.vacationOf(accountId, now), undefined)
  await t.set(t.chan, accountId, {
    text: 'Out of the office',
    from: now + dayMs,
    to: now + 3 * dayMs,
  })
  assert.equal(t.said(accountId), undefined)
  await t.set(t.chan, accountId, { isEnabled: true, subject: 'Away' })
  assert.equal(t.said(accountId), undefined)
  t.clock.advance(dayMs)
  assert.equal(t.said(accountId), 'Out of the office')
  assert.equal(t.said(t.accountOf(t.lee)), undefined)
  t.clock.advance(2 * dayMs)
  assert.equal(t.said(accountId), undefined)
  await t.set(t.chan, accountId, { to: undefined })
  assert.equal(t.said(accountId), 'Out of the office')
  const before = t.directory.vacationOf(accountId, now)
  await t.set(t.chan, accountId, { isEnabled: false })
  const after = t.directory.vacationOf(accountId, now)
  assert.ok(before !== undefined && after !== undefined && after.version > before.version)
  assert.deepEqual([after.isEnabled, after.subject], [false, 'Away'])
  const rows = await t.database.rows<{ row: string }>({
    name: 'test.vacations',
    text: `SELECT encode(sealed, 'escape') || vacation::text AS row FROM vacation`,
    values: [],
  })
  assert.equal(rows.length, 1)
  assert.doesNotMatch(rows[0]?.row ?? '', /Out of|Away/)
  const entries = t.entries.flatMap((entry) =>
    entry.kind === 'administration' && entry.act === 'vacation.set-own' ? [entry] : [],
  )
  assert.equal(entries.length, 4)
  assert.doesNotMatch(JSON.stringify(entries), /Out of/)
})

test('what no answer can be is refused and changes nothing', async () => {
  await using t = await open()
  const accountId = t.accountOf(t.chan)
  const is = (code: 'invalid' | 'too-large') => (error: unknown) => isRefusal(error, code)
  const wrong: readonly (readonly [VacationChange, 'invalid' | 'too-large'])[] = [
    [{ from: 5, to: 5 }, 'invalid'],
    [{ subject: 'two\r\nBcc: a@b.example' }, 'invalid'],
    [{ subject: 'x'.repeat(201) }, 'invalid'],
    [{ text: 'x'.repeat(20_000), html: '字'.repeat(5_000) }, 'too-large'],
  ]
  for (const [change, code] of wrong)
    await assert.rejects(
      t.set(t.chan, accountId, change),
      is(code),
      JSON.stringify(change).slice(0, 50),
    )
  assert.equal(t.directory.vacationOf(accountId, 0), undefined)
})

test('nobody speaks for a shared mailbox, a former holder not for his post, a leaver not at all', async () => {
  await using t = await open()
  const names = { en: 'Officer', zh: '' }
  const post = { departmentId: t.departmentId, title: 'SEO', names, address: 'seo@td.example' }
  const desk = { departmentId: t.departmentId, names, address: 'desk@td.example' }
  const [postId, sharedId] = await t.write(async (tx) => {
    const id = await createPost(tx, t.writing, post)
    await appoint(tx, t.writing, { postId: id, personId: t.chan })
    return [id, await createShared(tx, t.writing, desk)]
  })
  await t.directory.refresh()
  const shared = t.directory.sharedMailboxes().find(({ id }) => id === sharedId)?.accountId ?? ''
  await assert.rejects(t.set(t.chan, shared, { isEnabled: true }), (error) =>
    isRefusal(error, 'not-found'),
  )
  const accountId = t.directory.post(postId)?.accountId ?? ''
  await t.set(t.chan, accountId, { isEnabled: true, text: 'away' })
  assert.equal(t.said(accountId), 'away')
  await t.write((tx) => endAppointment(tx, t.writing, { postId, personId: t.chan }))
  await t.directory.refresh()
  t.clock.advance(1)
  assert.equal(t.said(accountId), undefined)
  assert.equal(t.directory.vacationOf(accountId, t.clock.now())?.isEnabled, false)

  const own = t.accountOf(t.lee)
  await t.set(t.lee, own, { isEnabled: true, text: 'gone' })
  await t.write((tx) => setPersonState(tx, t.writing, { personId: t.lee, state: 'left' }))
  await t.write((tx) => setPersonState(tx, t.writing, { personId: t.lee, state: 'active' }))
  await t.directory.refresh()
  assert.equal(t.said(own), undefined)
})
