/** Redirects on a real database: what is asked of whom, and when one is in force. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestDatabase } from '../../test/support/database.ts'
import { dayMs } from '../base/clock.ts'
import { isRefusal } from '../base/refusal.ts'
import { createDirectory } from './directory.ts'
import { rehearse } from './rehearsal.ts'
import { appoint } from './write/appoint.ts'
import { createPost } from './write/create-post.ts'
import { endAppointment } from './write/end-appointment.ts'
import { setPersonState } from './write/set-person-state.ts'
import { removeRedirect, setRedirect, type NewRedirect } from './write/set-redirect.ts'
import type { AskedOfDirectory } from './write/writing.ts'

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
  const asked: AskedOfDirectory[] = []
  const requireGrant = async (_: unknown, one: AskedOfDirectory) => {
    asked.push(one)
    return {}
  }
  const as = (principalId: string) => ({ ...r.writing, actor: { principalId }, requireGrant })
  const accountOf = (id: string) => directory.person(id)?.accountId ?? ''
  const set = async (by: string, wanted: NewRedirect) => {
    await r.write((tx) => setRedirect(tx, as(by), wanted))
    await directory.refresh()
  }
  const inForce = (accountId: string) =>
    directory.redirectsInForce(accountId, r.clock.now()).map(({ target }) => target)
  return {
    ...r,
    directory,
    departmentId,
    chan,
    lee,
    asked,
    as,
    accountOf,
    set,
    inForce,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

const refuses = (code: 'invalid' | 'not-found', words: RegExp) => (error: unknown) =>
  isRefusal(error, code) && words.test(String(error.facts['message']))

test('the owner sends his mail on by himself, another asks as another, and it can be ended', async () => {
  await using t = await open()
  const accountId = t.accountOf(t.chan)
  await t.set(t.chan, { accountId, target: 'Lee@TD.example' })
  assert.deepEqual(t.inForce(accountId), ['lee@td.example'])
  await t.write((tx) => removeRedirect(tx, t.as(t.chan), { accountId, target: 'lee@td.example' }))
  await t.set(t.lee, { accountId, target: 'lee@td.example' })
  await t.write((tx) => removeRedirect(tx, t.as(t.lee), { accountId, target: 'lee@td.example' }))
  await t.directory.refresh()
  assert.deepEqual(t.inForce(accountId), [])
  assert.deepEqual(
    t.asked.map(({ act }) => act),
    ['redirect.set-own', 'redirect.remove-own', 'redirect.set', 'redirect.remove'],
  )
  const said = t.entries.flatMap((entry) => (entry.kind === 'forwarding' ? [entry] : []))
  assert.deepEqual(
    said.map(({ event, isExternal }) => [event, isExternal]),
    [
      ['set', false],
      ['remove', false],
      ['set', false],
      ['remove', false],
    ],
  )
})

test('out of the government only its owner asks, with an end within the days of the policy', async () => {
  await using t = await open()
  const accountId = t.accountOf(t.chan)
  const target = 'chan@home.example'
  const [now, isNo] = [t.clock.now(), refuses('invalid', /has an end \(--to\), within 30 days/)]
  await assert.rejects(t.set(t.chan, { accountId, target }), isNo)
  await assert.rejects(t.set(t.chan, { accountId, target, to: now + 31 * dayMs }), isNo)
  await assert.rejects(
    t.set(t.lee, { accountId, target, to: now + dayMs }),
    refuses('invalid', /^Only its owner/),
  )
  await t.set(t.chan, { accountId, target, to: now + 30 * dayMs })
  assert.deepEqual(
    t.asked.map(({ act }) => act),
    ['redirect.set-external'],
  )
  assert.deepEqual(t.inForce(accountId), [target])
  t.clock.advance(30 * dayMs)
  assert.deepEqual(t.inForce(accountId), [])
})

test('what a holder set for a post ends with his holding, and a leaver’s own with him', async () => {
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
  await t.set(t.chan, { accountId, target: 'lee@td.example' })
  assert.equal(t.asked.at(-1)?.act, 'redirect.set-own')
  assert.deepEqual(t.inForce(accountId), ['lee@td.example'])
  await t.write((tx) => endAppointment(tx, t.writing, { postId, personId: t.chan }))
  await t.directory.refresh()
  assert.deepEqual(t.inForce(accountId), [])
  const own = t.accountOf(t.chan)
  await t.set(t.chan, { accountId: own, target: 'lee@td.example' })
  await t.write((tx) => setPersonState(tx, t.writing, { personId: t.chan, state: 'left' }))
  await t.directory.refresh()
  assert.deepEqual(t.directory.redirectsOf(own), [])
})

test('an address of nobody, of a list’s kind, or of the mailbox itself is refused', async () => {
  await using t = await open()
  const accountId = t.accountOf(t.chan)
  const set = (target: string) => t.set(t.chan, { accountId, target })
  await assert.rejects(set('nobody@td.example'), refuses('not-found', /^Nobody has the address/))
  await assert.rejects(set('chan@td.example'), refuses('invalid', /this very mailbox/))
  await assert.rejects(set('no address'), refuses('invalid', /^This is not an address/))
  assert.deepEqual(t.asked, [])
})
