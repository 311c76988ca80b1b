/** What a signed-in person reaches, and when that ends. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestDatabase } from '../../test/support/database.ts'
import { hourMs, minuteMs } from '../base/clock.ts'
import { newId } from '../base/id.ts'
import { isRefusal } from '../base/refusal.ts'
import { addAlias } from '../directory/write/add-alias.ts'
import { appoint } from '../directory/write/appoint.ts'
import { createShared } from '../directory/write/create-shared.ts'
import { endAppointment } from '../directory/write/end-appointment.ts'
import { setPersonState } from '../directory/write/set-person-state.ts'
import { setSharedMember } from '../directory/write/set-shared-member.ts'
import { attempt, mainPassword, rehearseAccess, type AccessRehearsal } from './rehearsal.ts'
import type { Act, Principal } from './types.ts'
import { revokeAppPassword } from './write/revoke-app-password.ts'
import { setPassword } from './write/set-password.ts'
import { setPlatformState } from './write/set-platform-state.ts'

const isNo = (error: unknown) => isRefusal(error, 'not-permitted')

async function shared(r: AccessRehearsal, personId: string, rights: string, en = 'Licensing') {
  const { departmentId, writing } = r
  const address = `${en.toLowerCase().replaceAll(/\W/g, '')}.${r.accounts.length}@td.example`
  const id = await r.write(async (tx) => {
    const names = { en, zh: '' }
    const sharedId = await createShared(tx, writing, { departmentId, names, address })
    await setSharedMember(tx, writing, { sharedId, personId, rights })
    return sharedId
  })
  await r.refresh()
  const found = r.directory.sharedMailboxes().find((each) => each.id === id)
  assert.ok(found)
  return found
}

test('a person reaches his own account, the posts he holds and what is shared with him, by name', async () => {
  await using t = await openTestDatabase()
  await using r = await rehearseAccess(t.database)
  const chan = await r.withCredentials('chan')
  await r.post('SEO(B)1', 'seob', chan.id)
  await r.post('SEO(A)2', 'seoa', chan.id)
  await shared(r, chan.id, 'lrs', 'Hot/line')
  const one = await shared(r, chan.id, 'lrs', 'Enquiries')
  const other = await shared(r, chan.id, 'lrs', 'enquiries')
  const grants = r.access.accountsOf(await r.signIn(chan))
  assert.deepEqual(
    grants.map(({ kind, basis, name }) => `${kind} ${basis} ${name}`),
    [
      'person own ',
      'post held SEO(A)2',
      'post held SEO(B)1',
      `shared member Enquiries (${one.address})`,
      'shared member Hot-line',
      `shared member enquiries (${other.address})`,
    ],
  )
})

test('rights of a member decide which acts are permitted', async () => {
  await using t = await openTestDatabase()
  await using r = await rehearseAccess(t.database)
  const chan = await r.withCredentials('chan')
  const { accountId, address } = await shared(r, chan.id, 'lrs')
  const principal = await r.signIn(chan)
  const may = (act: Act) => r.access.permit(principal, act, { accountId })?.basis
  assert.deepEqual(
    [may('mail.lookup'), may('mail.read'), may('mail.seen')],
    Array(3).fill('member'),
  )
  for (const act of ['mail.write', 'mail.insert', 'mail.expunge', 'mail.submit', 'mail.administer'])
    // Acts of the list above.
    assert.throws(() => may(act as Act), isNo, act)
  assert.throws(() => r.access.permit(principal, 'mail.read', { accountId: newId(r.clock) }), isNo)
  assert.throws(() => r.access.permit(principal, 'mail.read', {}), isNo)
  assert.equal(r.access.maySendAs(principal, address), undefined)
  assert.equal(r.access.permit(principal, 'directory.look-up', {}), undefined)
  assert.throws(() => r.access.permit(principal, 'directory.read', {}), isNo)
})

test('a person sends as himself, his aliases and his posts, and as nobody else', async () => {
  await using t = await openTestDatabase()
  await using r = await rehearseAccess(t.database)
  const chan = await r.withCredentials('chan')
  await r.withCredentials('wong')
  await r.post('SEO(A)2', 'seo', chan.id)
  const alias = { address: 'tm.chan@td.example', kind: 'person', targetId: chan.id } as const
  await r.write((tx) => addAlias(tx, r.writing, alias))
  await r.refresh()
  const principal = await r.signIn(chan)
  const basis = (address: string) => r.access.maySendAs(principal, address)?.basis
  assert.deepEqual(
    [
      'Chan@TD.example',
      'tm.chan@td.example',
      'seo@td.example',
      'wong@td.example',
      'x@y.example',
    ].map(basis),
    ['own', 'own', 'held', undefined, undefined],
  )
})

test('a session ends when its person is suspended', async () => {
  await using t = await openTestDatabase()
  await using r = await rehearseAccess(t.database)
  await assertEnds(r, (chan) =>
    r.write((tx) => setPersonState(tx, r.writing, { personId: chan.id, state: 'suspended' })),
  )
})

test('a session ends when its app password is revoked', async () => {
  await using t = await openTestDatabase()
  await using r = await rehearseAccess(t.database)
  await assertEnds(r, (chan) =>
    r.write((tx) => revokeAppPassword(tx, r.writing, { id: chan.appPasswordId })),
  )
})

test('a session ends when a holding ends', async () => {
  await using t = await openTestDatabase()
  await using r = await rehearseAccess(t.database)
  const chan = await r.withCredentials('chan')
  const postId = await r.post('SEO(A)2', 'seo', chan.id)
  const principal = await r.signIn(chan)
  const ended = watch(r, principal)
  await r.write((tx) => endAppointment(tx, r.writing, { postId, personId: chan.id }))
  await r.refresh()
  assert.equal(ended(), 1)
})

test('a new appointment shows at once and ends no session, its end by time does', async () => {
  await using t = await openTestDatabase()
  await using r = await rehearseAccess(t.database)
  const chan = await r.withCredentials('chan')
  const wong = await r.withCredentials('wong')
  const principal = await r.signIn(wong)
  const ended = watch(r, principal)
  const postId = await r.post('SEO(A)2', 'seo', chan.id)
  const from = r.clock.now() + hourMs
  const acting = { postId, personId: wong.id, from, to: from + hourMs, isActing: true }
  await r.write((tx) => appoint(tx, r.writing, acting))
  await r.refresh()
  const count = () => r.access.accountsOf(principal).length
  assert.equal(count(), 1)
  r.clock.advance(hourMs)
  assert.equal(count(), 2)
  await r.refresh()
  r.clock.advance(hourMs)
  assert.equal(ended(), 0)
  assert.equal(count(), 1)
  await r.refresh()
  assert.equal(ended(), 1)
})

test('sessions that end against their owner leave one entry for a person and a cause', async () => {
  await using t = await openTestDatabase()
  await using r = await rehearseAccess(t.database)
  const chan = await r.withCredentials('chan')
  const wong = await r.withCredentials('wong')
  const postId = await r.post('SEO(A)2', 'seo', wong.id)
  for (const person of [chan, chan, wong]) watch(r, await r.signIn(person))
  watch(r, await r.access.signIn(attempt, chan.address, mainPassword))
  await r.write((tx) => revokeAppPassword(tx, r.writing, { id: chan.appPasswordId }))
  await r.write((tx) => endAppointment(tx, r.writing, { postId, personId: wong.id }))
  await r.refresh()
  await r.write((tx) => setPersonState(tx, r.writing, { personId: chan.id, state: 'left' }))
  await r.refresh()
  await r.access.settled()
  const ended = r.entries.flatMap((entry) =>
    entry.kind === 'session-ended' ? [[entry.ofPrincipalId, entry.cause, entry.count]] : [],
  )
  // Two feeds tell of it, in no order between them.
  const byCause = ended.toSorted(([, a = ''], [, b = '']) => String(a).localeCompare(String(b)))
  assert.deepEqual(byCause, [
    [chan.id, 'credential-changed', 2],
    [wong.id, 'grant-ended', 1],
    [chan.id, 'left', 1],
  ])
})

test('reading one’s own mail and that of one’s post leaves no entry', async () => {
  await using t = await openTestDatabase()
  await using r = await rehearseAccess(t.database)
  const chan = await r.withCredentials('chan')
  await r.post('SEO(A)2', 'seo', chan.id)
  const principal = await r.signIn(chan)
  for (const { accountId } of r.access.accountsOf(principal))
    await r.access.recordRead(principal, { accountId, mailboxId: newId(r.clock) }, [1])
  await r.access.flush()
  assert.deepEqual(reads(r), [])
})

test('reads in another account are acknowledged first, each message once a minute', async () => {
  await using t = await openTestDatabase()
  await using r = await rehearseAccess(t.database)
  const chan = await r.withCredentials('chan')
  const { accountId } = await shared(r, chan.id, 'lrs')
  const principal = await r.signIn(chan)
  const mailboxId = newId(r.clock)
  const read = (...uids: number[]) => r.access.recordRead(principal, { accountId, mailboxId }, uids)
  await read(3, 1)
  assert.deepEqual(reads(r), ['1,3'])
  await Promise.all([read(1, 2), read(2, 5)])
  assert.deepEqual(reads(r), ['1,3', '2', '5'])
  await read(1, 5)
  assert.deepEqual(reads(r), ['1,3', '2', '5'])
  r.clock.advance(minuteMs)
  await read(1)
  r.audit.isAway = true
  await assert.rejects(read(1, 9), (error) => isRefusal(error, 'audit-unavailable'))
  await read(1)
  r.audit.isAway = false
  await read(9)
  // Twice: once when it could not be shown, and once when it was.
  assert.deepEqual(reads(r), ['1', '1,3', '2', '5', '9', '9'])
  r.access.signOut(principal)
  await assert.rejects(read(1), isNo)
})

test('the platform appoints while it is founded, and no row forged or put back brings that back', async () => {
  await using t = await openTestDatabase()
  await using r = await rehearseAccess(t.database)
  const appointing = { act: 'post.appoint', object: {}, input: {} } as const
  const { requireGrant } = r.access
  const grant = () => r.write((tx) => requireGrant(tx, appointing))
  const next = (state: 'founding' | 'founded' | 'demo') =>
    r.write((tx) => setPlatformState(tx, r.writing, { state, statement: 'signed' }))
  await assert.rejects(grant(), isNo)
  await next('founding')
  await grant()
  await next('founded')
  await assert.rejects(grant(), isNo)
  await assert.rejects(next('demo'), isNo)
  await t.owner.single({
    text: `INSERT INTO platform_state SELECT version + 5, 'founding', changed_at, statement, mac
      FROM platform_state WHERE state = 'founding'`,
  })
  await assert.rejects(grant(), isNo)
})

test('a password that another gave while founding opens nothing once it is over, one’s own does', async () => {
  await using t = await openTestDatabase()
  await using r = await rehearseAccess(t.database)
  const next = (state: 'founding' | 'founded') =>
    r.write((tx) => setPlatformState(tx, r.writing, { state, statement: 'signed' }))
  await next('founding')
  const chan = await r.withCredentials('chan')
  const wong = await r.withCredentials('wong')
  const writing = { ...r.writing, actor: { principalId: wong.id } }
  const password = 'a newer password'
  await r.write((tx) => setPassword(tx, writing, { personId: wong.id, password }))
  await r.refresh()
  const office = { ...attempt, door: 'admin' } as const
  await r.signIn(chan)
  await r.access.signIn(office, chan.address, mainPassword)
  await next('founded')
  await r.refresh()
  const isWrong = (error: unknown) => isRefusal(error, 'bad-credentials')
  await assert.rejects(r.signIn(chan), isWrong)
  await assert.rejects(r.access.signIn(office, chan.address, mainPassword), isWrong)
  await r.access.signIn(office, wong.address, password)
})

test('whose session is over may nothing, not even what everybody may', async () => {
  await using t = await openTestDatabase()
  await using r = await rehearseAccess(t.database)
  const chan = await r.withCredentials('chan')
  const gone = await r.signIn(chan)
  r.access.signOut(gone)
  const suspended = await r.signIn(chan)
  const of = { personId: chan.id, accountId: r.directory.person(chan.id)?.accountId ?? '' }
  assert.ok(r.access.permit(suspended, 'mail.read', of))
  await r.write((tx) => setPersonState(tx, r.writing, { personId: chan.id, state: 'suspended' }))
  await r.refresh()
  for (const principal of [gone, suspended])
    for (const act of ['directory.look-up', 'password.change-own', 'mail.read'] as const)
      assert.throws(() => r.access.permit(principal, act, of), isNo, act)
})

test('everybody changes his own password, and nobody without the role another’s', async () => {
  await using t = await openTestDatabase()
  await using r = await rehearseAccess(t.database)
  const chan = await r.withCredentials('chan')
  const wong = await r.withCredentials('wong')
  const set = async (by: typeof chan) => {
    const principal = await r.signIn(by)
    const requireGrant = r.access.gateFor(principal)
    const writing = { ...r.writing, actor: { principalId: principal.id }, requireGrant }
    const password = 'a newer password'
    await r.write((tx) => setPassword(tx, writing, { personId: chan.id, password }))
  }
  await assert.rejects(set(wong), isNo)
  await set(chan)
})

test('the operator at the local socket keeps the machines running and sees neither mail nor directory', async () => {
  await using t = await openTestDatabase()
  await using r = await rehearseAccess(t.database)
  const chan = await r.withCredentials('chan')
  const { accountId } = r.directory.person(chan.id) ?? {}
  assert.ok(accountId)
  const operator = await r.access.signInOperator({ ...attempt, door: 'admin' })
  assert.equal(r.access.permit(operator, 'platform.status', {}), undefined)
  assert.throws(() => r.access.permit(operator, 'person.create', {}), isNo)
  assert.throws(() => r.access.permit(operator, 'mail.read', { accountId }), isNo)
  assert.deepEqual(r.access.accountsOf(operator), [])
})

function watch(r: AccessRehearsal, principal: Principal): () => number {
  let count = 0
  r.access.onRevoked(principal, () => count++)
  return () => count
}

async function assertEnds(
  r: AccessRehearsal,
  act: (chan: Awaited<ReturnType<AccessRehearsal['withCredentials']>>) => Promise<void>,
): Promise<void> {
  const chan = await r.withCredentials('chan')
  const wong = await r.withCredentials('wong')
  const principal = await r.signIn(chan)
  const ended = watch(r, principal)
  const other = watch(r, await r.signIn(wong))
  await act(chan)
  await r.refresh()
  assert.deepEqual([ended(), other()], [1, 0])
  assert.deepEqual(r.access.accountsOf(principal), [])
}

function reads(r: AccessRehearsal): readonly string[] {
  return r.entries
    .flatMap((entry) => (entry.kind === 'mail-read' ? [entry.uids.join()] : []))
    .toSorted()
}
