import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestDatabase } from '../../test/support/database.ts'
import { dayMs, hourMs } from '../base/clock.ts'
import { isRefusal } from '../base/refusal.ts'
import { setPersonState } from '../directory/write/set-person-state.ts'
import { findLastUse } from './credentials/last-use.ts'
import { attempt, mainPassword, rehearseAccess } from './rehearsal.ts'
import type { Attempt } from './types.ts'
import { createAppPassword } from './write/create-app-password.ts'
import { revokeAppPassword } from './write/revoke-app-password.ts'
import { setPassword } from './write/set-password.ts'

const isBad = (error: unknown) => isRefusal(error, 'bad-credentials')

test('a person signs in with his password and with an app password however it is typed', async () => {
  await using t = await openTestDatabase()
  await using r = await rehearseAccess(t.database)
  const chan = await r.withCredentials('chan')
  const typed = chan.appPassword.toUpperCase().replaceAll('-', ' ')
  for (const password of [mainPassword, chan.appPassword, typed]) {
    const principal = await r.access.signIn(attempt, 'CHAN@td.example', password)
    assert.equal(principal.id, chan.id)
    assert.equal(principal.address, 'chan@td.example')
  }
  assert.match(chan.appPassword, /^[a-z2-7]{4}(-[a-z2-7]{4}){6}$/)
})

test('a wrong password, an unknown identity and somebody else’s app password get one answer', async () => {
  await using t = await openTestDatabase()
  await using r = await rehearseAccess(t.database)
  const chan = await r.withCredentials('chan')
  const wong = await r.withCredentials('wong')
  const tries = [
    ['chan@td.example', 'wrong password'],
    ['nobody@td.example', 'wrong password'],
    ['nobody@td.example', chan.appPassword],
    ['wong@td.example', chan.appPassword],
    ['chan@td.example', ''],
    ['', mainPassword],
    ['chan@td.example', `${mainPassword}\u0007`],
  ] as const
  for (const [identity, password] of tries)
    await assert.rejects(r.access.signIn(attempt, identity, password), isBad, identity)
  assert.equal((await r.signIn(wong)).id, wong.id)
})

test('every sign-in leaves an entry, a failure without the identity in clear', async () => {
  await using t = await openTestDatabase()
  await using r = await rehearseAccess(t.database)
  const chan = await r.withCredentials('chan')
  const principal = await r.signIn(chan)
  await assert.rejects(r.access.signIn(attempt, 'nobody@td.example', 'wrong password'), isBad)
  const [success, failure] = r.signIns()
  assert.deepEqual(success, {
    kind: 'sign-in',
    outcome: 'success',
    door: 'imap',
    mechanism: 'password',
    identity: chan.id,
    principalId: chan.id,
    sessionId: principal.sessionId,
    remoteAddress: attempt.remoteAddress,
  })
  assert.ok(failure?.kind === 'sign-in' && failure.outcome === 'failure')
  assert.match(failure.identity, /^[0-9a-f]{64}$/)
})

test('an app password works at the doors of its scopes and until it expires', async () => {
  await using t = await openTestDatabase()
  await using r = await rehearseAccess(t.database)
  const personId = (await r.withCredentials('chan')).id
  const expiresAt = r.clock.now() + dayMs
  const { appPassword } = await r.write((tx) =>
    createAppPassword(tx, r.writing, { personId, label: 'scanner', scopes: ['smtp'], expiresAt }),
  )
  await r.refresh()
  const at = (door: Attempt['door']) =>
    r.access.signIn({ ...attempt, door }, 'chan@td.example', appPassword)
  await assert.rejects(at('imap'), isBad)
  const principal = await at('smtp')
  assert.equal(r.access.opensToo(principal, 'jmap'), false)
  assert.equal(r.access.accountsOf(principal).length, 1)
  r.clock.advance(dayMs)
  await assert.rejects(at('smtp'), isBad)
  assert.equal(r.access.accountsOf(principal).length, 0)
})

test('a chosen password is refused in mail programs where policy says so', async () => {
  await using t = await openTestDatabase()
  const policy = { allowsMainPassword: (door: string) => door === 'http' }
  await using r = await rehearseAccess(t.database, policy)
  const chan = await r.withCredentials('chan')
  await assert.rejects(r.access.signIn(attempt, chan.address, mainPassword), isBad)
  await r.access.signIn({ ...attempt, door: 'http' }, chan.address, mainPassword)
})

test('the suspended hear so only with the right password, who has left is nobody', async () => {
  await using t = await openTestDatabase()
  await using r = await rehearseAccess(t.database)
  const chan = await r.withCredentials('chan')
  const set = (state: 'suspended' | 'left') =>
    r.write((tx) => setPersonState(tx, r.writing, { personId: chan.id, state }))
  await set('suspended')
  await r.refresh()
  await assert.rejects(r.signIn(chan), (error) => isRefusal(error, 'suspended'))
  await assert.rejects(r.access.signIn(attempt, chan.address, 'wrong password'), isBad)
  await set('left')
  await r.refresh()
  await assert.rejects(r.signIn(chan), isBad)
})

test('an identity with a post opens the post to who holds it now', async () => {
  await using t = await openTestDatabase()
  await using r = await rehearseAccess(t.database)
  const chan = await r.withCredentials('chan')
  const wong = await r.withCredentials('wong')
  const postId = await r.post('SEO(A)2', 'seo', chan.id, r.clock.now() + hourMs)
  const { accountId } = r.directory.post(postId) ?? {}
  for (const identity of ['chan+SEO(A)2@td.example', 'chan+seo@td.example'])
    assert.equal((await r.signIn(chan, identity)).openedAs, accountId)
  const asPost = await r.access.signIn(attempt, chan.address, chan.appPassword, 'seo@td.example')
  assert.equal(asPost.openedAs, accountId)
  await assert.rejects(r.signIn(wong, 'wong+seo@td.example'), isBad)
  const asAnother = r.access.signIn(attempt, wong.address, wong.appPassword, chan.address)
  await assert.rejects(asAnother, (error) => isRefusal(error, 'not-permitted'))
  r.clock.advance(hourMs)
  await assert.rejects(r.signIn(chan, 'chan+seo@td.example'), isBad)
})

test('a hash swapped, moved or taken from before by raw SQL opens nothing and is alarmed', async () => {
  await using t = await openTestDatabase()
  await using r = await rehearseAccess(t.database)
  const chan = await r.withCredentials('chan')
  const wong = await r.withCredentials('wong')
  const before = await t.owner.rows({
    text: `SELECT id, sealed, mac FROM credential WHERE parent_id = $1`,
    values: [wong.id],
  })
  await r.write((tx) =>
    setPassword(tx, r.writing, { personId: wong.id, password: 'a newer password' }),
  )
  await r.write((tx) => revokeAppPassword(tx, r.writing, { id: wong.appPasswordId }))
  // The open node has read all there is, so that only the one that starts has something to alarm.
  await r.refresh()
  // wong's credentials become chan's, and then what they were before.
  const parent = 'UPDATE credential SET parent_id = $2 WHERE parent_id = $1'
  await t.owner.single({ text: parent, values: [chan.id, wong.id] })
  for (const row of before)
    await t.owner.single({
      text: `UPDATE credential SET sealed = $2, mac = $3, state = 'active' WHERE id = $1`,
      values: [row['id'], row['sealed'], row['mac']],
    })
  await using fresh = await r.openAccess()
  for (const password of [mainPassword, 'a newer password', chan.appPassword, wong.appPassword])
    await assert.rejects(fresh.signIn(attempt, wong.address, password), isBad)
  await fresh.refresh()
  const alarms = r.entries.flatMap((entry) => (entry.kind === 'alarm' ? [entry.table] : []))
  assert.equal(alarms.filter((table) => table === 'credential').length, 4)
  assert.equal(alarms.length, 5)
})

test('a credential put back whole to what it was is alarmed by a node that starts', async () => {
  await using t = await openTestDatabase()
  await using r = await rehearseAccess(t.database)
  const chan = await r.withCredentials('chan')
  const columns = ['state', 'version', 'lookup', 'sealed', 'mac']
  const before = await t.owner.row({
    text: 'SELECT state, version, lookup, sealed, mac FROM credential WHERE id = $1',
    values: [chan.appPasswordId],
  })
  await r.write((tx) => revokeAppPassword(tx, r.writing, { id: chan.appPasswordId }))
  await r.refresh()
  await t.owner.single({
    text: `UPDATE credential SET (${columns.join(', ')}) = ($2, $3, $4, $5, $6) WHERE id = $1`,
    values: [chan.appPasswordId, ...columns.map((column) => before?.[column])],
  })
  await r.refresh()
  await assert.rejects(r.signIn(chan), isBad)
  await using fresh = await r.openAccess()
  await fresh.refresh()
  const alarms = r.entries.flatMap((entry) => (entry.kind === 'alarm' ? [entry.what] : []))
  assert.deepEqual(alarms, ['feed-does-not-add-up'])
})

test('another node knows a new password and no longer the old one', async () => {
  await using t = await openTestDatabase()
  await using r = await rehearseAccess(t.database)
  const chan = await r.withCredentials('chan')
  await using other = await r.openAccess()
  await other.signIn(attempt, chan.address, mainPassword)
  await r.write((tx) =>
    setPassword(tx, r.writing, { personId: chan.id, password: 'a newer password' }),
  )
  await other.refresh()
  await other.signIn(attempt, chan.address, 'a newer password')
  await assert.rejects(other.signIn(attempt, chan.address, mainPassword), isBad)
})

test('passwords that are short, or look like app passwords, are refused', async () => {
  await using t = await openTestDatabase()
  await using r = await rehearseAccess(t.database)
  const chan = await r.withCredentials('chan')
  for (const password of ['short', 'a'.repeat(2_000), chan.appPassword, 'abcd'.repeat(7)])
    await assert.rejects(
      r.write((tx) => setPassword(tx, r.writing, { personId: chan.id, password })),
      (error) => isRefusal(error, 'invalid'),
    )
})

test('the last use of a credential is kept to the hour and written together', async () => {
  await using t = await openTestDatabase()
  await using r = await rehearseAccess(t.database)
  const chan = await r.withCredentials('chan')
  await r.signIn(chan)
  assert.equal(await findLastUse(t.database, chan.appPasswordId), undefined)
  await r.access.flush()
  const hour = Math.floor(r.clock.now() / hourMs) * hourMs
  assert.equal(await findLastUse(t.database, chan.appPasswordId), hour)
})

test('a sign-in with an app password needs no database', async () => {
  await using t = await openTestDatabase()
  await using r = await rehearseAccess(t.database)
  const chan = await r.withCredentials('chan')
  await t.owner.single({ text: 'ALTER TABLE credential RENAME TO gone' })
  assert.equal((await r.signIn(chan)).id, chan.id)
  await t.owner.single({ text: 'ALTER TABLE gone RENAME TO credential' })
})

test('what a session rests on opens the doors it was made for, and is asked anew each time', async () => {
  await using t = await openTestDatabase()
  const closed = new Set<string>()
  const policy = { allowsMainPassword: (door: string) => !closed.has(door) }
  await using r = await rehearseAccess(t.database, policy)
  const both = await r.signIn(await r.withCredentials('both', ['imap', 'jmap']))
  const mail = await r.signIn(await r.withCredentials('mail', ['imap', 'smtp']))
  assert.deepEqual(
    [both, mail].map((each) => r.access.opensToo(each, 'jmap')),
    [true, false],
  )
  const chosen = await r.access.signIn(attempt, 'both@td.example', mainPassword)
  assert.equal(r.access.opensToo(chosen, 'jmap'), true)
  closed.add('jmap')
  assert.equal(r.access.opensToo(chosen, 'jmap'), false)
  r.access.signOut(both)
  assert.equal(r.access.opensToo(both, 'jmap'), false)
})
