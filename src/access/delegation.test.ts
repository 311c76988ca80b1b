/** Delegation by the owner: what it opens, how it ends, and that it ends everywhere at once. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestDatabase } from '../../test/support/database.ts'
import { dayMs, secondMs } from '../base/clock.ts'
import { newId } from '../base/id.ts'
import { isRefusal } from '../base/refusal.ts'
import { createDirectory } from '../directory/directory.ts'
import { shareNoticesMax } from '../directory/limits.ts'
import { createDepartment } from '../directory/write/create-department.ts'
import { endDelegation } from '../directory/write/end-delegation.ts'
import { movePerson } from '../directory/write/move-person.ts'
import { setDelegation } from '../directory/write/set-delegation.ts'
import { setPersonState } from '../directory/write/set-person-state.ts'
import { createAccess } from './create-access.ts'
import { attempt, rehearseAccess, type AccessRehearsal, type Enrolled } from './rehearsal.ts'

const isNo = (error: unknown) => isRefusal(error, 'not-permitted')

interface Office {
  readonly r: AccessRehearsal
  readonly boss: Enrolled
  readonly secretary: Enrolled
  readonly accountId: string
}

async function openOffice(r: AccessRehearsal): Promise<Office> {
  const boss = await r.withCredentials('boss')
  const secretary = await r.withCredentials('secretary')
  const accountId = r.directory.person(boss.id)?.accountId ?? ''
  return { r, boss, secretary, accountId }
}

/** As the owner would do it, through the gate. */
async function letIn(
  { r, boss, secretary, accountId }: Office,
  rights: string,
  more: { readonly mailboxId?: string; readonly to?: number } = {},
): Promise<void> {
  const principal = await r.signIn(boss)
  const requireGrant = r.access.gateFor(principal)
  const writing = { ...r.writing, actor: { principalId: boss.id }, requireGrant }
  const input = { accountId, personId: secretary.id, rights, ...more }
  await r.write((tx) => setDelegation(tx, writing, input))
  await r.refresh()
}

test('an owner lets somebody in with some rights; that is all the other has', async () => {
  await using t = await openTestDatabase()
  await using r = await rehearseAccess(t.database)
  const office = await openOffice(r)
  await letIn(office, 'lrs')
  const { accountId, boss, secretary } = office
  const principal = await r.signIn(secretary)
  const grant = r.access.accountsOf(principal).find((each) => each.accountId === accountId)
  assert.deepEqual(
    [grant?.basis, grant?.kind, grant?.name, grant?.rights],
    ['delegated', 'person', 'boss', 'lrs'],
  )
  assert.ok(r.access.permit(principal, 'mail.read', { accountId }))
  for (const act of ['mail.insert', 'mail.expunge', 'mail.submit', 'mail.administer'] as const)
    assert.throws(() => r.access.permit(principal, act, { accountId }), isNo, act)
  assert.equal(r.access.maySendAs(principal, boss.address), undefined)
  assert.throws(() => r.access.permit(principal, 'delegation.grant', { accountId }), isNo)
  const entry = r.entries.findLast(({ kind }) => kind === 'delegation')
  assert.equal(entry?.principalId, boss.id)
})

test('who was let into one mailbox reaches nothing else of the account', async () => {
  await using t = await openTestDatabase()
  await using r = await rehearseAccess(t.database)
  const office = await openOffice(r)
  const [mailboxId, other] = [newId(r.clock), newId(r.clock)]
  await letIn(office, 'lr', { mailboxId })
  const { accountId } = office
  const principal = await r.signIn(office.secretary)
  assert.ok(r.access.permit(principal, 'mail.read', { accountId, mailboxId }))
  assert.throws(
    () => r.access.permit(principal, 'mail.read', { accountId, mailboxId: other }),
    isNo,
  )
  assert.throws(() => r.access.permit(principal, 'mail.read', { accountId }), isNo)
  assert.throws(() => r.access.permit(principal, 'mail.write', { accountId, mailboxId }), isNo)
})

test('sending as and on behalf are two rights', async () => {
  await using t = await openTestDatabase()
  await using r = await rehearseAccess(t.database)
  const office = await openOffice(r)
  const { boss, secretary } = office
  const modes = async () => {
    const principal = await r.signIn(secretary)
    const as = r.access.maySendAs(principal, boss.address)
    const onBehalf = r.access.maySendOnBehalf(principal, boss.address)
    return [as?.basis, onBehalf?.basis]
  }
  await letIn(office, 'lr0')
  assert.deepEqual(await modes(), [undefined, 'delegated'])
  await letIn(office, 'lrp')
  assert.deepEqual(await modes(), ['delegated', 'delegated'])
})

test('a delegation ends by its date, and lasts a year at most', async () => {
  await using t = await openTestDatabase()
  await using r = await rehearseAccess(t.database)
  const office = await openOffice(r)
  await letIn(office, 'lr', { to: r.clock.now() + dayMs })
  const principal = await r.signIn(office.secretary)
  const count = () => r.access.accountsOf(principal).length
  assert.equal(count(), 2)
  r.clock.advance(dayMs)
  assert.equal(count(), 1)
  const isInvalid = (error: unknown) => isRefusal(error, 'invalid')
  await assert.rejects(letIn(office, 'lr', { to: r.clock.now() + 366 * dayMs }), isInvalid)
})

test('nobody but the owner makes a delegation alone, nor a person for himself', async () => {
  await using t = await openTestDatabase()
  await using r = await rehearseAccess(t.database)
  const { boss, secretary, accountId } = await openOffice(r)
  const principal = await r.signIn(secretary)
  const requireGrant = r.access.gateFor(principal)
  const writing = { ...r.writing, actor: { principalId: secretary.id }, requireGrant }
  const set = (personId: string) =>
    r.write((tx) => setDelegation(tx, writing, { accountId, personId, rights: 'lr' }))
  await assert.rejects(set(secretary.id), isNo)
  await assert.rejects(set(boss.id), isNo)
})

for (const [name, end] of Object.entries(endings()))
  test(`a delegation is over at once on every node when ${name}`, async () => {
    await using t = await openTestDatabase()
    await using r = await rehearseAccess(t.database)
    const office = await openOffice(r)
    await letIn(office, 'lrs')
    const { keys, clock, writing } = r
    const onAlarm = () => undefined
    await using directory = await createDirectory({ database: t.database, keys, onAlarm })
    await using node = await createAccess({
      database: t.database,
      keys,
      clock,
      directory,
      audit: writing.audit,
    })
    const principal = await node.signIn(
      attempt,
      office.secretary.address,
      office.secretary.appPassword,
    )
    assert.ok(node.permit(principal, 'mail.read', { accountId: office.accountId }))
    const revoked = Promise.withResolvers<void>()
    using _watch = node.onRevoked(principal, () => revoked.resolve())
    const began = performance.now()
    await end(office)
    // The other node hears of it by the feed's notice, or by its re-read every two seconds.
    await revoked.promise
    assert.ok(performance.now() - began < 5 * secondMs)
    assert.throws(() => node.permit(principal, 'mail.read', { accountId: office.accountId }), isNo)
  })

function endings(): Record<string, (office: Office) => Promise<unknown>> {
  const state = (who: 'boss' | 'secretary', to: 'suspended' | 'left') => (office: Office) =>
    office.r.write((tx) =>
      setPersonState(tx, office.r.writing, { personId: office[who].id, state: to }),
    )
  const move = (who: 'boss' | 'secretary') => (office: Office) =>
    office.r.write(async (tx) => {
      const { writing } = office.r
      const names = { en: 'Health', zh: '' }
      const departmentId = await createDepartment(tx, writing, { code: 'DH', names })
      await movePerson(tx, writing, { personId: office[who].id, departmentId })
    })
  return {
    'the owner ends it': ({ r, accountId, secretary }) =>
      r.write((tx) => endDelegation(tx, r.writing, { accountId, personId: secretary.id })),
    'the owner is suspended': state('boss', 'suspended'),
    'the owner leaves': state('boss', 'left'),
    'the owner moves': move('boss'),
    'the delegate is suspended': state('secretary', 'suspended'),
    'the delegate leaves': state('secretary', 'left'),
    'the delegate moves': move('secretary'),
  }
}

test('the owner sets rights from a mail program, sees them, and takes them back', async () => {
  await using t = await openTestDatabase()
  await using r = await rehearseAccess(t.database)
  const office = await openOffice(r)
  const { boss, secretary, accountId } = office
  const { delegations } = r.access
  const object = { accountId, mailboxId: newId(r.clock) }
  const principal = await r.signIn(boss)
  const set = (rights: string, by = principal) =>
    delegations.setAcl(by, object, { identifier: secretary.address, rights })
  await set('lrs')
  const own = {
    personId: boss.id,
    identifier: boss.address,
    rights: 'lrswipkxtea',
    isOwner: true,
  }
  const his = {
    personId: secretary.id,
    identifier: secretary.address,
    rights: 'lrs',
    isOwner: false,
  }
  assert.deepEqual(delegations.aclOf(object), [own, his])
  const other = { ...object, mailboxId: newId(r.clock) }
  assert.deepEqual(delegations.aclOf(other), [own])
  const delegate = await r.signIn(secretary)
  assert.ok(r.access.permit(delegate, 'mail.read', object))
  await assert.rejects(set('lrswipkxtea', delegate), isNo)
  await set('')
  assert.deepEqual(delegations.aclOf(object), [own])
  await letIn(office, 'lrs')
  await assert.rejects(set('l'), isNo)
  await assert.rejects(set(''), isNo)
})

test('who moves signs in anew: his app passwords stay behind', async () => {
  await using t = await openTestDatabase()
  await using r = await rehearseAccess(t.database)
  const chan = await r.withCredentials('chan')
  const principal = await r.signIn(chan)
  const ended = Promise.withResolvers<void>()
  using _watch = r.access.onRevoked(principal, () => ended.resolve())
  await r.write(async (tx) => {
    const names = { en: 'Health', zh: '' }
    const departmentId = await createDepartment(tx, r.writing, { code: 'DH', names })
    await movePerson(tx, r.writing, { personId: chan.id, departmentId })
  })
  await r.refresh()
  await ended.promise
  await assert.rejects(r.signIn(chan), (error) => isRefusal(error, 'bad-credentials'))
})

test('who is let in, let in further or out again is told, by whatever door, fifty times at most', async () => {
  await using t = await openTestDatabase()
  await using r = await rehearseAccess(t.database)
  const office = await openOffice(r)
  const { accountId, boss, secretary } = office
  const told = () => r.directory.shareNoticesOf(secretary.id)
  await letIn(office, 'lr')
  await letIn(office, 'lr')
  await letIn(office, 'lrs')
  const { delegations } = r.access
  const mailboxId = newId(r.clock)
  const entry = { identifier: secretary.address, rights: 'lrsi' }
  await delegations.setAcls(await r.signIn(boss), { accountId, mailboxId }, [entry])
  assert.deepEqual(
    told().map((one) => [one.mailboxId, one.oldRights, one.newRights, one.by]),
    [
      [undefined, '', 'lr', boss.id],
      [undefined, 'lr', 'lrs', boss.id],
      [mailboxId, '', 'lrsi', boss.id],
    ],
  )
  for (let time = 0; time < shareNoticesMax; time += 1)
    await letIn(office, time % 2 === 0 ? 'lr' : 'lrs')
  assert.equal(told().length, shareNoticesMax)
  assert.equal(told().at(-1)?.newRights, 'lrs')
  await r.write((tx) => setPersonState(tx, r.writing, { personId: boss.id, state: 'left' }))
  await r.refresh()
  assert.equal(told().at(-1)?.newRights, '', 'what ends with its owner is told too')
  assert.deepEqual(r.directory.shareNoticesOf(boss.id), [])
})

test('of several rights that are given at once all are given or none', async () => {
  await using t = await openTestDatabase()
  await using r = await rehearseAccess(t.database)
  const { boss, secretary, accountId } = await openOffice(r)
  const object = { accountId, mailboxId: newId(r.clock) }
  const entries = [
    { identifier: secretary.address, rights: 'lr' },
    { identifier: boss.address, rights: 'lr' },
  ]
  const { delegations } = r.access
  await assert.rejects(delegations.setAcls(await r.signIn(boss), object, entries), (error) =>
    isRefusal(error, 'invalid'),
  )
  assert.deepEqual(r.directory.delegationsOf(accountId), [])
})
