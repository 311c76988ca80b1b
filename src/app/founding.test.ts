/** The ceremony on a real database. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestDatabase } from '../../test/support/database.ts'
import { officesOf } from '../access/offices.ts'
import { findPlatformState } from '../access/platform-state.ts'
import { isRefusal } from '../base/refusal.ts'
import { createDirectory } from '../directory/directory.ts'
import { rehearse } from '../directory/rehearsal.ts'
import { type Enrolment, type Seat, seats } from '../http/founding/port.ts'
import { isFounderSignature } from './founder-key.ts'
import { createFounding } from './founding.ts'
import type { SeatClaim } from './founding-record.ts'
import { openFoundingStore } from './founding-store.ts'

async function open() {
  const t = await openTestDatabase()
  const r = await rehearse(t.database)
  const ground = { database: t.database, keys: r.keys }
  // Who may what is not asked here.
  const access = { refresh: async () => undefined }
  const platform = { ground, writing: r.writing, clock: r.clock, access }
  const founding = createFounding(openFoundingStore(platform), platform)
  const token = (await founding.openToken()) ?? ''
  return {
    ...r,
    owner: t.owner,
    database: t.database,
    founding,
    token,
    state: async () => (await findPlatformState(t.database, r.keys, () => undefined))?.state,
    enrolAll: async () => {
      for (const seat of seats) assert.equal(await founding.enrol(token, person(seat)), undefined)
    },
    [Symbol.asyncDispose]: async () => {
      await r[Symbol.asyncDispose]()
      await t[Symbol.asyncDispose]()
    },
  }
}

function person(seat: Seat, changes: Partial<Enrolment> = {}): Enrolment {
  const number = seats.indexOf(seat) + 1
  return {
    seat,
    nameEn: `Founder ${number}`,
    nameZh: '',
    signInName: `founder${number}`,
    passphrase: `a passphrase of seat ${number}`,
    ...changes,
  }
}

test('four people enrol and sign; the fourth signature ends it with an entry anybody can check', async () => {
  await using t = await open()
  assert.equal(await t.state(), 'founding')
  await t.enrolAll()
  assert.equal((await t.founding.view(t.token))?.stage, 'signing')
  for (const seat of seats) {
    assert.equal(await t.founding.isEnded(), false)
    const { signInName, passphrase } = person(seat)
    assert.equal(await t.founding.sign(t.token, signInName, passphrase), undefined)
  }
  assert.equal((await t.founding.view(t.token))?.stage, 'ended')
  assert.equal(await t.state(), 'founded')
  assert.equal(await t.founding.openToken(), undefined)
  const entry = t.entries.find(({ kind }) => kind === 'founding')
  assert.ok(entry?.kind === 'founding')
  for (const [index, text] of entry.founders.entries()) {
    const [seat, publicKey = '', signature = ''] = text.split(' ')
    assert.equal(seat, seats[index])
    const octets = [publicKey, signature].map((part) => Buffer.from(part, 'base64url'))
    const [key = Buffer.alloc(0), signed = Buffer.alloc(0)] = octets
    assert.ok(isFounderSignature(key, entry.statement, signed))
    assert.ok(!isFounderSignature(key, `${entry.statement} `, signed))
  }
})

test('nobody takes two seats, a taken name or a weak passphrase', async () => {
  await using t = await open()
  const enrol = (seat: Seat, changes: Partial<Enrolment>) =>
    t.founding.enrol(t.token, person(seat, changes))
  assert.equal(await enrol('auditor', {}), undefined)
  assert.equal(await enrol('auditor', { nameEn: 'B', signInName: 'bbb' }), 'seat-taken')
  const sameName = { nameEn: ' founder  4' }
  assert.equal(await enrol('administrator-1', sameName), 'name-taken')
  assert.equal(await enrol('administrator-1', { signInName: 'founder4' }), 'sign-in-name-taken')
  assert.equal(await enrol('administrator-1', { signInName: 'x' }), 'sign-in-name-form')
  assert.equal(await enrol('administrator-1', { nameEn: '' }), 'name-missing')
  assert.equal(await enrol('administrator-1', { passphrase: 'short' }), 'passphrase-short')
})

test('two who want one seat at the same moment: one gets it', async () => {
  await using t = await open()
  const answers = await Promise.all([
    t.founding.enrol(t.token, person('auditor', { nameEn: 'A', signInName: 'aaa' })),
    t.founding.enrol(t.token, person('auditor', { nameEn: 'B', signInName: 'bbb' })),
  ])
  assert.deepEqual(new Set(answers), new Set([undefined, 'seat-taken']))
})

test('a signature needs its founder’s passphrase, all four enrolled, and comes once', async () => {
  await using t = await open()
  const first = person('administrator-1')
  assert.equal(await t.founding.sign(t.token, 'founder1', first.passphrase), 'not-yet')
  await t.enrolAll()
  const other = person('auditor').passphrase
  assert.equal(await t.founding.sign(t.token, 'founder1', other), 'unknown-or-wrong')
  assert.equal(await t.founding.sign(t.token, 'nobody', other), 'unknown-or-wrong')
  assert.equal(await t.founding.sign(t.token, ' Founder1', first.passphrase), undefined)
  assert.equal(await t.founding.sign(t.token, 'founder1', first.passphrase), 'already-signed')
})

test('a new start makes a new link and keeps who enrolled; the old link is worth nothing', async () => {
  await using t = await open()
  await t.founding.enrol(t.token, person('auditor'))
  const next = (await t.founding.openToken()) ?? ''
  assert.equal(await t.founding.view(t.token), undefined)
  assert.equal(await t.founding.enrol(t.token, person('administrator-1')), 'not-yet')
  const view = await t.founding.view(next)
  assert.equal(view?.seats.filter(({ name }) => name !== undefined).length, 1)
})

test('a founder becomes a person of the directory by his own key, and only one', async () => {
  await using t = await open()
  const departmentId = await t.department()
  const [chan, wong] = [await t.person(departmentId, 'chan'), await t.person(departmentId, 'wong')]
  const take = (seat: Seat, personId: string, changes: Partial<SeatClaim> = {}) => {
    const { signInName, passphrase } = person(seat)
    const password = 'a new passphrase'
    return t.founding.takeSeat({ signInName, passphrase, personId, password, ...changes })
  }
  assert.equal(await take('auditor', chan), 'not-yet')
  await t.enrolAll()
  for (const seat of seats) {
    const { signInName, passphrase } = person(seat)
    await t.founding.sign(t.token, signInName, passphrase)
  }
  const wrong = { passphrase: person('administrator-1').passphrase }
  assert.equal(await take('auditor', chan, wrong), 'unknown-or-wrong')
  assert.equal(await take('auditor', chan), undefined)
  await assert.rejects(take('security-officer', chan), (error) => isRefusal(error, 'invalid'))
  assert.equal(await take('administrator-1', wong), undefined)
  await assert.rejects(take('administrator-2', wong), (error) => isRefusal(error, 'invalid'))
  const onAlarm = () => undefined
  await using directory = await createDirectory({ database: t.database, keys: t.keys, onAlarm })
  const rolesOf = (id: string) => officesOf(directory, id, t.clock.now()).map(({ role }) => role)
  assert.deepEqual(rolesOf(chan), ['auditor', 'audit-authority'])
  assert.deepEqual(rolesOf(wong), ['central-administrator'])
  // His seat goes with him to another person; the one before has nothing of it left.
  const lee = await t.person(departmentId, 'lee')
  assert.equal(await take('administrator-1', lee), undefined)
  await directory.refresh()
  assert.deepEqual([rolesOf(wong), rolesOf(lee)], [[], ['central-administrator']])
  const entry = t.entries.findLast(({ kind }) => kind === 'founding')
  assert.ok(entry?.kind === 'founding')
  const [, key = '', signature = ''] = entry.founders[0]?.split(' ') ?? []
  const octets = [key, signature].map((part) => Buffer.from(part, 'base64url'))
  const [publicKey = Buffer.alloc(0), signed = Buffer.alloc(0)] = octets
  assert.ok(isFounderSignature(publicKey, entry.statement, signed))
  assert.ok(entry.statement.includes(lee))
})

test('a seat whose founder is gone goes to another by the signatures of the three others', async () => {
  await using t = await open()
  const chan = await t.person(await t.department(), 'chan')
  await t.enrolAll()
  for (const seat of seats) {
    const { signInName, passphrase } = person(seat)
    await t.founding.sign(t.token, signInName, passphrase)
  }
  const old = person('security-officer')
  const claim = { ...old, personId: chan, password: 'a new passphrase' }
  assert.equal(await t.founding.takeSeat(claim), undefined)
  const changes = { nameEn: 'Newcomer', signInName: 'newcomer', passphrase: 'a passphrase of mine' }
  const newcomer = person('security-officer', changes)
  const others = seats.filter((seat) => seat !== 'security-officer').map((seat) => person(seat))
  const replace = (signers: readonly Enrolment[], who = newcomer) =>
    t.founding.replaceFounder({ newcomer: who, signers })
  const [first = old, second = old] = others
  assert.equal(await replace([first, second]), 'unknown-or-wrong')
  assert.equal(await replace([first, second, second]), 'unknown-or-wrong')
  assert.equal(await replace([first, second, old]), 'unknown-or-wrong')
  assert.equal(await replace(others, { ...newcomer, nameEn: first.nameEn }), 'name-taken')
  assert.equal(await replace(others), undefined)
  const onAlarm = () => undefined
  await using directory = await createDirectory({ database: t.database, keys: t.keys, onAlarm })
  assert.deepEqual(officesOf(directory, chan, t.clock.now()), [])
  assert.equal(await t.founding.takeSeat(claim), 'unknown-or-wrong')
  assert.equal(await t.founding.takeSeat({ ...claim, ...newcomer }), undefined)
  const entry = t.entries.findLast((one) => one.kind === 'founding' && one.founders.length > 1)
  assert.ok(entry?.kind === 'founding')
  for (const text of entry.founders) {
    const [, key = '', signature = ''] = text.split(' ')
    const [publicKey = Buffer.alloc(0), signed = Buffer.alloc(0)] = [key, signature].map((part) =>
      Buffer.from(part, 'base64url'),
    )
    assert.ok(isFounderSignature(publicKey, entry.statement, signed))
  }
})

test('a founder whom somebody wrote into the database is not believed', async () => {
  await using t = await open()
  await t.founding.enrol(t.token, person('auditor'))
  await t.owner.single({ text: "UPDATE founder SET seat = 'administrator-1'" })
  const view = await t.founding.view(t.token)
  assert.ok(view?.seats.every(({ name }) => name === undefined))
})

test('a demo is founded by the same ceremony and stays a demo', async () => {
  await using t = await open()
  await t.founding.enterDemo()
  await t.enrolAll()
  for (const seat of seats) {
    const { signInName, passphrase } = person(seat)
    await t.founding.sign(t.token, signInName, passphrase)
  }
  assert.equal(await t.founding.isEnded(), true)
  assert.equal(await t.state(), 'demo')
})

test('no name of a founder stands in the database in clear', async () => {
  await using t = await open()
  await t.founding.enrol(t.token, person('auditor', { nameEn: 'Canary Person' }))
  const rows = await t.database.rows({ text: 'SELECT sealed, sealed_private_key FROM founder' })
  assert.doesNotMatch(JSON.stringify(rows), /Canary/)
  const [row] = rows
  assert.ok(row !== undefined && !String(row['sealed']).includes('Canary'))
})
