/** Tokens on a real database, on two nodes: what opens them, and everything that ends them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestDatabase } from '../../../test/support/database.ts'
import { hourMs, minuteMs } from '../../base/clock.ts'
import { isRefusal } from '../../base/refusal.ts'
import { setPersonState } from '../../directory/write/set-person-state.ts'
import { tokenExpiresMs, tokenIdleMs, tokensMax, tokenTouchMs, tokenYoungMs } from '../limits.ts'
import { mainPassword, rehearseAccess } from '../rehearsal.ts'
import { setPassword } from '../write/set-password.ts'
import { expireTokens } from './session-rows.ts'

const attempt = { door: 'admin', remoteAddress: '192.0.2.7', isTls: true } as const

async function open() {
  const stack = new AsyncDisposableStack()
  const t = stack.use(await openTestDatabase())
  const r = stack.use(await rehearseAccess(t.database))
  const other = stack.use(await r.openAccess())
  const chan = await r.withCredentials('chan')
  await other.refresh()
  const signIn = async () => {
    const principal = await r.access.signIn(attempt, chan.address, mainPassword)
    return r.access.tokens.open(principal, attempt.remoteAddress)
  }
  const isRefused = (token: string) =>
    assert.rejects(other.tokens.find(token), (error) => isRefusal(error, 'bad-credentials'))
  return {
    ...r,
    database: t.database,
    other,
    chan,
    signInMail: (person: typeof chan) => r.signIn(person),
    signIn,
    isRefused,
    refreshAll: async () => {
      await r.refresh()
      await other.refresh()
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

test('a token opens the same session on every node, and is kept nowhere', async () => {
  await using t = await open()
  const { token, id } = await t.signIn()
  assert.match(token, /^tamar_[\w-]{43}$/)
  for (const access of [t.access, t.other]) {
    const principal = await access.tokens.find(token)
    assert.deepEqual([principal.id, principal.sessionId], [t.chan.id, id])
    assert.equal(
      access.decide(principal, 'app-password.create-own', { personId: t.chan.id }).kind,
      'allowed',
    )
    // An office session reads no mail.
    const [own] = access.accountsOf(principal)
    assert.equal(
      access.decide(principal, 'mail.read', { accountId: own?.accountId ?? '' }).kind,
      'refused',
    )
  }
  const rows = await t.database.rows({ text: 'SELECT * FROM admin_session' })
  assert.doesNotMatch(JSON.stringify(rows), new RegExp(token.slice(6)))
  await t.isRefused(`${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`)
  await t.isRefused('tamar_')
})

test('sign-out, a new password, suspension and departure end it on every node', async () => {
  await using t = await open()
  const { token, id } = await t.signIn()
  assert.equal(await t.access.tokens.end(t.chan.id, id, { principalId: t.chan.id }), true)
  await t.isRefused(token)
  assert.equal(await t.access.tokens.end(t.chan.id, id, {}), false)

  const second = await t.signIn()
  const personId = t.chan.id
  await t.write((tx) => setPassword(tx, t.writing, { personId, password: mainPassword }))
  await t.refreshAll()
  await t.isRefused(second.token)

  const third = await t.signIn()
  await t.write((tx) => setPersonState(tx, t.writing, { personId, state: 'suspended' }))
  await t.refreshAll()
  await t.isRefused(third.token)
})

test('ends fifteen minutes after its last use and eight hours after the sign-in', async () => {
  await using t = await open()
  const idle = await t.signIn()
  t.clock.advance(tokenIdleMs)
  await t.isRefused(idle.token)
  const { token, expiresAt } = await t.signIn()
  while (t.clock.now() < expiresAt - tokenIdleMs) {
    t.clock.advance(tokenIdleMs - minuteMs)
    await t.other.tokens.find(token)
  }
  assert.equal(expiresAt - t.clock.now() < tokenExpiresMs, true)
  t.clock.advance(tokenIdleMs)
  await t.isRefused(token)
  const left = () => t.database.rows({ text: 'SELECT id FROM admin_session' })
  await expireTokens({ database: t.database, table: 'admin_session' }, t.clock.now(), tokenIdleMs)
  assert.equal((await left()).length, 1)
  t.clock.advance(hourMs)
  await expireTokens({ database: t.database, table: 'admin_session' }, t.clock.now(), tokenIdleMs)
  assert.deepEqual(await left(), [])
})

test('those that open nothing any more are taken away, one entry for a person and a cause', async () => {
  await using t = await open()
  const ended = async () => {
    t.clock.advance(tokenYoungMs)
    await t.access.tokens.endDead()
    await t.other.tokens.endDead()
    return t.entries
      .splice(0)
      .flatMap((entry) => (entry.kind === 'session-ended' ? [[entry.cause, entry.count]] : []))
  }
  await t.signIn()
  await t.signIn()
  assert.deepEqual(await ended(), [])
  t.clock.advance(tokenIdleMs)
  await t.signIn()
  assert.deepEqual(await ended(), [['expired', 2]])
  const personId = t.chan.id
  await t.write((tx) => setPassword(tx, t.writing, { personId, password: mainPassword }))
  await t.refreshAll()
  assert.deepEqual(await ended(), [['credential-changed', 1]])
  await t.signIn()
  await t.write((tx) => setPersonState(tx, t.writing, { personId, state: 'suspended' }))
  await t.refreshAll()
  assert.deepEqual(await ended(), [['suspended', 1]])
  assert.deepEqual(await ended(), [])
})

test('a row that was changed or carried elsewhere opens nothing', async () => {
  await using t = await open()
  const { token } = await t.signIn()
  const wong = await t.withCredentials('wong')
  await t.database.single({ text: 'UPDATE admin_session SET person_id = $1', values: [wong.id] })
  await t.isRefused(token)
  await t.database.single({
    text: 'UPDATE admin_session SET person_id = $1, expires_at = expires_at + 1',
    values: [t.chan.id],
  })
  await t.isRefused(token)
  await t.other.settled()
  assert.ok(t.entries.some((entry) => entry.kind === 'alarm' && entry.table === 'admin_session'))
})

test('one person has so many, and the oldest makes room', async () => {
  await using t = await open()
  const first = await t.signIn()
  const principal = await t.access.signIn(attempt, t.chan.address, mainPassword)
  for (let more = 1; more <= tokensMax; more++) {
    t.clock.advance(1)
    await t.access.tokens.open(principal, attempt.remoteAddress)
  }
  assert.equal((await t.access.tokens.list(t.chan.id)).length, tokensMax)
  await t.isRefused(first.token)
})

test('a use is written once a minute', async () => {
  await using t = await open()
  const { token } = await t.signIn()
  const usedAt = async () => (await t.access.tokens.list(t.chan.id))[0]?.usedAt
  const opened = await usedAt()
  t.clock.advance(tokenTouchMs - 1)
  await t.other.tokens.find(token)
  assert.equal(await usedAt(), opened)
  t.clock.advance(1)
  await t.other.tokens.find(token)
  assert.equal(await usedAt(), t.clock.now())
})

test('an app password, and a session for mail, open no token', async () => {
  await using t = await open()
  await assert.rejects(t.access.signIn(attempt, t.chan.address, t.chan.appPassword))
  const principal = await t.signInMail(t.chan)
  const opened = t.access.tokens.open(principal, attempt.remoteAddress)
  await assert.rejects(opened, (error) => isRefusal(error, 'not-permitted'))
})
