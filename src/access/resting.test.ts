/** What goes on after a request ends with the sign-in it rests on, on a node that never saw that. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestDatabase } from '../../test/support/database.ts'
import { setPersonState } from '../directory/write/set-person-state.ts'
import { tokenYoungMs, webIdleMs } from './limits.ts'
import { mainPassword, rehearseAccess } from './rehearsal.ts'
import { revokeAppPassword } from './write/revoke-app-password.ts'
import { setPlatformState } from './write/set-platform-state.ts'

async function open() {
  const stack = new AsyncDisposableStack()
  const t = stack.use(await openTestDatabase())
  const r = stack.use(await rehearseAccess(t.database))
  await r.write((tx) => setPlatformState(tx, r.writing, { state: 'demo', statement: '' }))
  const other = stack.use(await r.openAccess())
  const chan = await r.withCredentials('chan')
  const look = async () => {
    await r.refresh()
    await other.refresh()
  }
  await look()
  return { ...r, other, chan, look, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

test('of an app password it is the same for every sign-in, and ends when that is revoked', async () => {
  await using t = await open()
  const principal = await t.signIn(t.chan)
  const rest = t.access.resting.restOf(principal)
  assert.ok(rest)
  assert.deepEqual(t.access.resting.restOf(await t.signIn(t.chan)), rest)
  assert.equal(rest.credentialId, t.chan.appPasswordId)
  const since = t.clock.now()
  t.clock.advance(tokenYoungMs)
  using resumed = t.other.resting.resumeOn(principal, rest)
  assert.equal(await t.other.resting.endOf(principal, rest, since), undefined)
  assert.equal(t.other.accountsOf(resumed.principal).length, 1)
  let isTold = false
  using _ = t.other.onRevoked(resumed.principal, () => (isTold = true))
  await t.write((tx) => revokeAppPassword(tx, t.writing, { id: t.chan.appPasswordId }))
  await t.look()
  assert.equal(await t.other.resting.endOf(principal, rest, since), 'credential-changed')
  assert.ok(isTold)
  assert.deepEqual(t.other.accountsOf(resumed.principal), [])
})

test('of a browser it ends with the session, and with its want of use', async () => {
  await using t = await open()
  const from = { remoteAddress: '192.0.2.7', client: 'Firefox' }
  const signIn = async () => {
    const step = await t.access.web.signIn(from, t.chan.address, mainPassword)
    assert.ok(step.kind === 'session')
    return step.session.principal
  }
  const first = await signIn()
  const second = await signIn()
  const since = t.clock.now()
  const [one, two] = [first, second].map((each) => t.access.resting.restOf(each))
  assert.ok(one && two)
  assert.notEqual(one.sessionId, two.sessionId)
  t.clock.advance(tokenYoungMs)
  await t.look()
  assert.equal(await t.other.resting.endOf(first, one, since), undefined)
  await t.access.web.end(second, first.sessionId, '192.0.2.7')
  assert.equal(await t.other.resting.endOf(first, one, since), 'expired')
  assert.equal(await t.other.resting.endOf(second, two, since), undefined)
  t.clock.advance(webIdleMs)
  assert.equal(await t.other.resting.endOf(second, two, since), 'expired')
})

test('whoever is suspended has nothing that goes on; an operator never had', async () => {
  await using t = await open()
  const principal = await t.signIn(t.chan)
  const rest = t.access.resting.restOf(principal)
  assert.ok(rest)
  const since = t.clock.now()
  t.clock.advance(tokenYoungMs)
  await t.write((tx) => setPersonState(tx, t.writing, { personId: t.chan.id, state: 'suspended' }))
  await t.look()
  assert.equal(await t.other.resting.endOf(principal, rest, since), 'suspended')
  const operator = await t.access.signInOperator({
    door: 'admin',
    remoteAddress: '127.0.0.1',
    isTls: true,
  })
  assert.equal(t.access.resting.restOf(operator), undefined)
})
