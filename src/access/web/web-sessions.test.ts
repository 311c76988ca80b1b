/** Web sessions on a real database, on two nodes: what opens them, and everything that ends them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestDatabase } from '../../../test/support/database.ts'
import { isRefusal } from '../../base/refusal.ts'
import { setPersonState } from '../../directory/write/set-person-state.ts'
import type { OwnedAccess } from '../owned-access.ts'
import {
  confirmedForMs,
  identityFailuresMax,
  knownFailuresMax,
  webExpiresMs,
  webIdleMs,
  webRecheckMs,
} from '../limits.ts'
import { mainPassword, rehearseAccess } from '../rehearsal.ts'
import type { PlatformState } from '../platform-state.ts'
import { setPassword } from '../write/set-password.ts'
import { setPlatformState } from '../write/set-platform-state.ts'

const from = { remoteAddress: '192.0.2.7', client: 'Firefox, Windows' }
const isBad = (error: unknown) => isRefusal(error, 'bad-credentials')
const isInvalid = (error: unknown) => isRefusal(error, 'invalid')

async function signIn(access: OwnedAccess, address: string) {
  const step = await access.web.signIn(from, address, mainPassword)
  assert.equal(step.kind, 'session')
  return step
}

async function open(state: PlatformState = 'demo') {
  const stack = new AsyncDisposableStack()
  const t = stack.use(await openTestDatabase())
  const r = stack.use(await rehearseAccess(t.database))
  await r.write((tx) => setPlatformState(tx, r.writing, { state, statement: '' }))
  const other = stack.use(await r.openAccess())
  const chan = await r.withCredentials('chan')
  await other.refresh()
  return {
    ...r,
    database: t.database,
    other,
    chan,
    signIn: (who = chan) => signIn(r.access, who.address),
    /** Both nodes look, as they do every two seconds. */
    look: async () => {
      await r.refresh()
      await other.refresh()
      r.clock.advance(webRecheckMs)
      for (const access of [r.access, other]) await access.sweep()
    },
    endings: () =>
      r.entries
        .splice(0)
        .flatMap((entry) =>
          entry.kind === 'session-ended' ? [`${entry.cause} ${entry.count}`] : [],
        ),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

test('a cookie opens the same session on every node, for mail and for no office, and is kept nowhere', async () => {
  await using t = await open()
  const { token, session } = await t.signIn()
  assert.match(token, /^tamarweb_[\w-]{43}$/)
  assert.deepEqual(session.person, {
    id: t.chan.id,
    nameEn: 'chan',
    nameZh: '',
    address: t.chan.address,
    department: 'TD',
  })
  for (const access of [t.access, t.other]) {
    const { principal } = await access.web.find(token, true)
    assert.equal(principal.sessionId, session.principal.sessionId)
    const [own] = access.accountsOf(principal)
    assert.equal(
      access.decide(principal, 'mail.read', { accountId: own?.accountId ?? '' }).kind,
      'allowed',
    )
    assert.equal(access.reachOf(principal, 'directory.read'), undefined)
  }
  const [entry] = t.signIns()
  assert.equal(entry?.sessionId, session.principal.sessionId)
  const rows = await t.database.rows({ text: 'SELECT * FROM web_session' })
  assert.equal(rows.length, 1)
  assert.doesNotMatch(JSON.stringify(rows), new RegExp(token.slice(9)))
  for (const wrong of [`${token.slice(0, -1)}_`, 'tamarweb_', '', token.replace('web', '')])
    await assert.rejects(t.other.web.find(wrong, true), isBad)
  // An app password is for programs.
  await assert.rejects(t.access.web.signIn(from, t.chan.address, t.chan.appPassword), isBad)
})

test('opens an office for as long as what he said of himself holds, and not after it', async () => {
  await using t = await open()
  const { session } = await t.signIn()
  const opened = await t.access.web.openOffice(session, from.remoteAddress)
  assert.equal(opened.expiresAt, t.clock.now() + confirmedForMs)
  const principal = await t.other.tokens.find(opened.token)
  assert.equal(principal.id, t.chan.id)
  assert.ok(t.other.reachOf(principal, 'audit.read-own'))
  const [own] = t.other.accountsOf(principal)
  const mail = t.other.decide(principal, 'mail.read', { accountId: own?.accountId ?? '' })
  assert.equal(mail.kind, 'refused', 'an office reads no mail')
  const said = t.signIns().at(-1)
  assert.ok(said?.kind === 'sign-in')
  assert.deepEqual([said.door, said.mechanism], ['admin', 'browser'])
  t.clock.advance(confirmedForMs)
  await assert.rejects(t.other.tokens.find(opened.token), isBad)
  await assert.rejects(t.access.web.openOffice(session, from.remoteAddress), (error) =>
    isRefusal(error, 'not-permitted'),
  )
})

test('an office that a browser opened ends with the password it rests on', async () => {
  await using t = await open()
  const { session } = await t.signIn()
  const { token } = await t.access.web.openOffice(session, from.remoteAddress)
  const personId = t.chan.id
  await t.write((tx) => setPassword(tx, t.writing, { personId, password: mainPassword }))
  await t.refresh()
  await t.other.refresh()
  await assert.rejects(t.other.tokens.find(token), isBad)
})

test('its owner sees his sessions and ends them; streams on other nodes end with them', async () => {
  await using t = await open()
  const first = await t.signIn()
  t.clock.advance(1)
  const second = await t.signIn()
  const far = await t.other.web.find(first.token, true)
  let isTold = false
  t.other.onRevoked(far.principal, () => (isTold = true))
  const { principal } = second.session
  const lines = await t.access.web.sessionsOf(principal)
  assert.deepEqual(
    lines.map(({ client, isCurrent, usedAt }) => [client, isCurrent, usedAt % 3_600_000]),
    [
      ['Firefox, Windows', false, 0],
      ['Firefox, Windows', true, 0],
    ],
  )
  const { sessionId } = first.session.principal
  assert.equal(await t.access.web.end(principal, sessionId, ''), true)
  assert.equal(await t.access.web.end(principal, sessionId, ''), false)
  await t.look()
  assert.equal(isTold, true)
  for (const { web } of [t.access, t.other])
    await assert.rejects(web.find(first.token, true), isBad)
  assert.equal((await t.other.web.find(second.token, true)).principal.id, t.chan.id)
  // Nobody ends another's.
  const wong = await t.withCredentials('wong')
  const theirs = await t.signIn(wong)
  assert.equal(await t.access.web.end(theirs.session.principal, principal.sessionId, ''), false)
})

test('a new password and suspension end it on every node, and the trail says why', async () => {
  await using t = await open()
  const personId = t.chan.id
  const first = await t.signIn()
  const far = await t.other.web.find(first.token, true)
  let isTold = false
  t.other.onRevoked(far.principal, () => (isTold = true))
  t.clock.advance(webRecheckMs * 2)
  await t.write((tx) => setPassword(tx, t.writing, { personId, password: mainPassword }))
  await t.refresh()
  await t.other.refresh()
  assert.equal(isTold, true)
  for (const { web } of [t.access, t.other])
    await assert.rejects(web.find(first.token, true), isBad)
  await t.look()
  assert.deepEqual(t.endings(), ['credential-changed 1'])
  const second = await t.signIn()
  await t.access.web.find(second.token, true)
  await t.look()
  await t.look()
  await t.write((tx) => setPersonState(tx, t.writing, { personId, state: 'suspended' }))
  await t.look()
  await assert.rejects(t.access.web.find(second.token, true), isBad)
  await assert.rejects(t.other.web.find(second.token, true), isBad)
  await t.look()
  assert.deepEqual(t.endings(), ['suspended 1'])
  await assert.rejects(t.signIn(), (error) => isRefusal(error, 'suspended'))
})

test('ends an hour after its last use and twelve after the sign-in; a page by itself is no use', async () => {
  await using t = await open()
  const idle = await t.signIn()
  t.clock.advance(webIdleMs - 1)
  await t.other.web.find(idle.token, false)
  t.clock.advance(1)
  await assert.rejects(t.other.web.find(idle.token, true), isBad)
  const { token, session } = await t.signIn()
  while (t.clock.now() < session.expiresAt - webIdleMs / 2) {
    t.clock.advance(webIdleMs / 2)
    // On one node after the other: each learns of the use at the other.
    for (const { web } of [t.access, t.other]) await web.find(token, true)
  }
  assert.equal(t.clock.now() - session.signedInAt >= webExpiresMs - webIdleMs, true)
  t.clock.advance(webIdleMs / 2)
  await assert.rejects(t.access.web.find(token, true), isBad)
  await assert.rejects(t.other.web.find(token, true), isBad)
  t.clock.advance(webIdleMs)
  await t.look()
  assert.deepEqual(await t.database.rows({ text: 'SELECT id FROM web_session' }), [])
  assert.deepEqual(t.endings(), ['expired 1', 'expired 1'])
})

test('a row that was changed or carried elsewhere opens nothing', async () => {
  await using t = await open()
  const { token } = await t.signIn()
  const wong = await t.withCredentials('wong')
  await t.database.single({ text: 'UPDATE web_session SET person_id = $1', values: [wong.id] })
  await assert.rejects(t.other.web.find(token, true), isBad)
  await t.database.single({
    text: 'UPDATE web_session SET person_id = $1, expires_at = expires_at + 1',
    values: [t.chan.id],
  })
  await assert.rejects(t.other.web.find(token, true), isBad)
  await t.other.settled()
  assert.ok(t.entries.some((entry) => entry.kind === 'alarm' && entry.table === 'web_session'))
})

test('guesses are counted with those at the other doors, for somebody and for nobody alike', async () => {
  await using t = await open()
  for (const address of [t.chan.address, 'nobody@td.example']) {
    const guess = (password: string) => t.access.web.signIn(from, address, password)
    for (let left = identityFailuresMax; left > 0; left--)
      await assert.rejects(guess('not his password'), isBad)
    const isThrottled = (error: unknown) => isRefusal(error, 'throttled')
    await assert.rejects(guess(mainPassword), isThrottled)
    const attempt = { door: 'imap', remoteAddress: '198.51.100.9', isTls: true } as const
    await assert.rejects(t.access.signIn(attempt, address, mainPassword), isThrottled)
  }
})

test('outside a demo a password alone opens nothing, and is not said to be wrong', async () => {
  await using t = await open('founding')
  const step = await t.access.web.signIn(from, t.chan.address, mainPassword)
  assert.deepEqual(
    [step.kind, 'methods' in step && step.methods],
    ['add-factor', ['passkey', 'totp']],
  )
  assert.deepEqual(await t.database.rows({ text: 'SELECT id FROM web_session' }), [])
})

test('who changes his password says the present one, loses every session and goes on in a new one', async () => {
  await using t = await open()
  const [here, there] = [await t.signIn(), await t.signIn()]
  const change = (present: string, password: string) =>
    t.access.web.changePassword(here.session, from, { present, password })
  const isField = (field: string) => (error: unknown) =>
    isRefusal(error, 'invalid') && error.facts['field'] === field
  const another = 'another password entirely'
  await assert.rejects(change('not the present one', another), isField('present'))
  await assert.rejects(change(t.chan.appPassword, another), isField('present'))
  await assert.rejects(change(mainPassword, 'short'), isField('password'))
  assert.equal((await t.access.web.find(there.token, true)).principal.id, t.chan.id)
  t.entries.splice(0)
  const opened = await change(mainPassword, another)
  const acts = t.entries.flatMap((entry) => (entry.kind === 'administration' ? [entry.act] : []))
  assert.deepEqual(acts, ['password.change-own', 'session.end-own', 'session.end-own'])
  await t.look()
  for (const access of [t.access, t.other]) {
    assert.equal((await access.web.find(opened.token, true)).principal.id, t.chan.id)
    for (const { token } of [here, there]) await assert.rejects(access.web.find(token, true), isBad)
    await assert.rejects(access.web.signIn(from, t.chan.address, mainPassword), isBad)
    assert.equal((await access.web.signIn(from, t.chan.address, another)).kind, 'session')
  }
})

test('wrong present passwords are counted with those at the doors', async () => {
  await using t = await open()
  const { session } = await t.signIn()
  const given = { present: 'a guess', password: 'another password entirely' }
  for (let left = knownFailuresMax; left > 0; left--)
    await assert.rejects(t.access.web.changePassword(session, from, given), isInvalid)
  const isThrottled = (error: unknown) => isRefusal(error, 'throttled')
  await assert.rejects(t.access.web.changePassword(session, from, given), isThrottled)
})

test('a password is changed by who said lately who he is, and all other sessions end when he says so', async () => {
  await using t = await open()
  const { session, token } = await t.signIn()
  const other = await t.signIn()
  await t.access.web.endOthers(session.principal, from.remoteAddress)
  await assert.rejects(t.access.web.find(other.token, true), isBad)
  assert.equal((await t.access.web.sessionsOf(session.principal)).length, 1)
  t.clock.advance(confirmedForMs + 1)
  const known = await t.access.web.find(token, true)
  const given = { present: mainPassword, password: 'another password entirely' }
  const change = t.access.web.changePassword(known, from, given)
  await assert.rejects(change, (error: unknown) => isRefusal(error, 'not-permitted'))
})
