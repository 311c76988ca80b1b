/** Second factors on a real database, with an authenticator in software: what opens, and what never does. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Authenticator } from '../../../test/support/authenticator.ts'
import { openTestDatabase } from '../../../test/support/database.ts'
import { isRefusal } from '../../base/refusal.ts'
import { totpCode, totpStepOf } from '../factors/totp.ts'
import { confirmedForMs, stepLivesMs, stepTriesMax } from '../limits.ts'
import { mainPassword, rehearseAccess, type AccessRehearsal, type Enrolled } from '../rehearsal.ts'
import { resetFactors } from '../write/reset-factors.ts'
import { setPlatformState } from '../write/set-platform-state.ts'
import type { NewFactorShown, ShownFactor, SignInStep, WebSession } from './types.ts'

const from = { remoteAddress: '192.0.2.7', client: 'Firefox, Windows' }
const origin = 'https://localhost:8443'
const isBad = (error: unknown) => isRefusal(error, 'bad-credentials')
const needsConfirm = (error: unknown) => isRefusal(error, 'not-permitted')

let stack: AsyncDisposableStack
let r: AccessRehearsal
let count = 0
before(async () => {
  stack = new AsyncDisposableStack()
  const t = stack.use(await openTestDatabase())
  r = stack.use(await rehearseAccess(t.database))
  await r.write((tx) => setPlatformState(tx, r.writing, { state: 'founding', statement: '' }))
  await r.refresh()
})
after(() => stack.disposeAsync())

const someone = () => r.withCredentials(`person${count++}`)
const web = () => r.access.web
const password = ({ address }: Enrolled) => web().signIn(from, address, mainPassword)
const codeOf = (secret: string) =>
  totpCode(Buffer.from(secret, 'base64'), totpStepOf(r.clock.now()))
/** The secret as a phone reads it. */
const fromBase32 = (text: string) => {
  const bits = Array.from(text, (letter) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
  ).join('')
  const octets = bits.match(/.{8}/g) ?? []
  return Buffer.from(octets.map((one) => Number.parseInt(one, 2))).toString('base64')
}
function tokenOf(step: SignInStep): string {
  assert.ok(step.token)
  return step.token
}
/** With codes, from nothing but a password. */
async function withTotp() {
  const person = await someone()
  const step = await password(person)
  assert.equal(step.kind, 'add-factor')
  const adding = { stepToken: tokenOf(step), from }
  const { ceremony, secret: text } = await web().beginTotp(adding)
  const secret = fromBase32(text)
  const shown = { kind: 'totp', ceremony, label: 'phone', code: codeOf(secret) } as const
  const added = await web().addFactor(adding, shown)
  assert.ok(added.opened && added.recoveryCodes)
  r.clock.advance(60_000)
  return { person, secret, codes: added.recoveryCodes, opened: added.opened }
}
async function addPasskey(session: WebSession, authenticator: Authenticator, more = {}) {
  const { ceremony, options } = await web().beginPasskey({ session })
  const response = authenticator.create(options, { origin, ...more })
  const shown: NewFactorShown = { kind: 'passkey', ceremony, label: 'key', origin, response }
  return { ...(await web().addFactor({ session }, shown)), shown }
}

test('who has no factor outside a demo adds one before he is in, and shows it from then on', async () => {
  const { person, secret, codes, opened } = await withTotp()
  assert.equal(codes.length, 10)
  assert.equal(opened.session.hasSecondFactor, true)
  assert.equal((await web().find(opened.token, true)).principal.id, person.id)
  const step = await password(person)
  assert.deepEqual(step.kind === 'second-factor' && step.methods, ['totp', 'recovery'])
  // The step opens nothing by itself, and adds nothing beside what he has.
  await assert.rejects(web().find(tokenOf(step), true), isBad)
  await assert.rejects(web().beginTotp({ stepToken: tokenOf(step), from }), isBad)
  const shown = { method: 'totp', code: codeOf(secret) } as const
  const done = await web().showFactor(from, tokenOf(step), shown)
  assert.equal(done.kind, 'session')
  const entry = r.signIns().at(-1)
  assert.equal(entry?.kind === 'sign-in' && entry.mechanism, 'password+totp')
  // The step is used up; the code as well, also after another password.
  await assert.rejects(web().showFactor(from, tokenOf(step), shown), isBad)
  const again = await web().showFactor(from, tokenOf(await password(person)), shown)
  assert.equal(again.kind, 'wrong')
  // His password is worth nothing in a mail program any more, an app password is.
  const attempt = { door: 'imap', remoteAddress: from.remoteAddress, isTls: true } as const
  await assert.rejects(r.access.signIn(attempt, person.address, mainPassword), isBad)
  assert.equal((await r.access.signIn(attempt, person.address, person.appPassword)).id, person.id)
})

test('a code shown twice at the same moment opens once', async () => {
  const { person, secret } = await withTotp()
  const steps = [tokenOf(await password(person)), tokenOf(await password(person))]
  const shown = { method: 'totp', code: codeOf(secret) } as const
  const done = await Promise.all(steps.map((token) => web().showFactor(from, token, shown)))
  assert.deepEqual(done.map(({ kind }) => kind).toSorted(), ['session', 'wrong'])
})

test('after so many wrong codes the password is asked again, and a step is over in minutes', async () => {
  const { person, secret } = await withTotp()
  let step: SignInStep = await password(person)
  for (let left = stepTriesMax; left > 0; left--) {
    step = await web().showFactor(from, tokenOf(step), { method: 'totp', code: '000000' })
    assert.equal(step.kind, 'wrong')
  }
  assert.equal(step.token, undefined)
  const late = tokenOf(await password(person))
  r.clock.advance(stepLivesMs)
  const shown = { method: 'totp', code: codeOf(secret) } as const
  await assert.rejects(web().showFactor(from, late, shown), isBad)
})

test('each recovery code opens once; new ones end the old', async () => {
  const { person, codes } = await withTotp()
  const use = async (code = '') =>
    web().showFactor(from, tokenOf(await password(person)), { method: 'recovery', code })
  const opened = await use(codes[0]?.toUpperCase())
  assert.equal(opened.kind, 'session')
  assert.equal((await use(codes[0])).kind, 'wrong')
  const { session } = opened
  assert.equal((await web().factorsOf(session)).recoveryCodesLeft, 9)
  const fresh = await web().makeRecoveryCodes(session, '')
  assert.equal((await use(codes[1])).kind, 'wrong')
  assert.equal((await use(fresh[0])).kind, 'session')
  // Another's are of no use.
  const other = await withTotp()
  assert.equal((await use(other.codes[0])).kind, 'wrong')
})

test('a passkey is a second factor, and alone enough when it has asked who holds it', async () => {
  const { person, opened } = await withTotp()
  const key = new Authenticator()
  await addPasskey(opened.session, key)
  const step = await password(person)
  assert.deepEqual(step.kind === 'second-factor' && step.methods, ['passkey', 'totp', 'recovery'])
  const asked = await web().askForPasskey(tokenOf(step))
  const response = key.get(asked.options, { origin, isVerified: false })
  const shown = { method: 'passkey', ceremony: asked.ceremony, origin, response } as const
  assert.equal((await web().showFactor(from, tokenOf(step), shown)).kind, 'session')
  const alone = async (isVerified: boolean) => {
    const { ceremony, options } = await web().askForPasskey(undefined)
    const given = key.get(options, { origin, isVerified })
    return { method: 'passkey', ceremony, origin, response: given } as const
  }
  const verified = await alone(true)
  const done = await web().signInByPasskey(from, verified)
  assert.equal(done.session.principal.id, person.id)
  await assert.rejects(web().signInByPasskey(from, verified), isBad)
  const unverified = await alone(false)
  await assert.rejects(web().signInByPasskey(from, unverified), isBad)
  // It ends with the passkey it rests on.
  const [factor] = (await web().factorsOf(done.session)).factors.filter(
    (one) => one.kind === 'passkey',
  )
  await web().removeFactor(done.session, factor?.id ?? '', '')
  await assert.rejects(web().find(done.token, true), isBad)
  const removed = await alone(true)
  await assert.rejects(web().signInByPasskey(from, removed), isBad)
})

test('what was signed for another page, challenge, purpose or person opens nothing', async () => {
  const { person, opened } = await withTotp()
  const key = new Authenticator()
  await addPasskey(opened.session, key)
  const tried = async (
    change: (shown: Extract<ShownFactor, { method: 'passkey' }>) => ShownFactor,
  ) => {
    const token = tokenOf(await password(person))
    const { ceremony, options } = await web().askForPasskey(token)
    const response = key.get(options, { origin })
    const shown = change({ method: 'passkey', ceremony, origin, response })
    return (await web().showFactor(from, token, shown)).kind
  }
  const signed = async (wish: object, options?: object) => {
    const token = tokenOf(await password(person))
    const asked = await web().askForPasskey(token)
    const response = key.get(options ?? asked.options, { origin, ...wish })
    const shown = { method: 'passkey', ceremony: asked.ceremony, origin, response } as const
    return (await web().showFactor(from, token, shown)).kind
  }
  assert.equal(await tried((shown) => shown), 'session')
  assert.equal(await signed({ origin: 'https://localhost.example' }), 'wrong')
  assert.equal(await signed({ type: 'webauthn.create' }), 'wrong')
  assert.equal(await signed({}, { rpId: 'localhost', challenge: 'bm90IHRoaXMgb25l' }), 'wrong')
  const forConfirm = await web().askToConfirm(opened.session)
  assert.equal(await tried((shown) => ({ ...shown, ceremony: forConfirm.ceremony })), 'wrong')
  assert.equal(await tried((shown) => ({ ...shown, response: { id: 'x' } })), 'wrong')
  const other = await withTotp()
  const theirs = new Authenticator()
  await addPasskey(other.opened.session, theirs)
  const { ceremony, options } = await web().askForPasskey(tokenOf(await password(other.person)))
  const response = theirs.get(options, { origin })
  const shown = { method: 'passkey', ceremony, origin, response } as const
  assert.equal((await web().showFactor(from, tokenOf(await password(person)), shown)).kind, 'wrong')
  // Nor is one added that was made for another page, or twice.
  await assert.rejects(
    addPasskey(other.opened.session, theirs, { origin: 'https://elsewhere.example' }),
    (error) => isRefusal(error, 'invalid'),
  )
})

test('a counter that goes back is a copy: it opens nothing and is alarmed', async () => {
  const { opened, person } = await withTotp()
  const key = new Authenticator()
  await addPasskey(opened.session, key)
  const show = async (device: Authenticator) => {
    const token = tokenOf(await password(person))
    const { ceremony, options } = await web().askForPasskey(token)
    const response = device.get(options, { origin })
    return web().showFactor(from, token, { method: 'passkey', ceremony, origin, response })
  }
  const [original] = key.keys
  assert.ok(original)
  const copy = new Authenticator()
  copy.keys.push({ ...original })
  assert.equal((await show(key)).kind, 'session')
  assert.equal((await show(key)).kind, 'session')
  assert.equal((await show(copy)).kind, 'wrong')
  await r.access.settled()
  assert.ok(
    r.entries.some((one) => one.kind === 'alarm' && one.what === 'passkey-counter-went-back'),
  )
  // One that lives in a cloud counts nothing.
  const synced = new Authenticator({ counts: false })
  const other = await withTotp()
  await addPasskey(other.opened.session, synced)
  for (let times = 0; times < 2; times++) {
    const { ceremony, options } = await web().askForPasskey(undefined)
    const response = synced.get(options, { origin })
    const shown = { method: 'passkey', ceremony, origin, response } as const
    assert.ok(await web().signInByPasskey(from, shown))
  }
})

test('what is guarded asks again who he is, by a factor and not by his password', async () => {
  const { opened, secret } = await withTotp()
  const { token } = opened
  r.clock.advance(confirmedForMs)
  const session = await web().find(token, true)
  const wanted = { label: 'phone', scopes: ['imap'] as const }
  for (const guarded of [
    () => web().beginTotp({ session }),
    () => web().beginPasskey({ session }),
    () => web().makeRecoveryCodes(session, ''),
    () => web().createAppPassword(session, wanted, ''),
    () => web().removeFactor(session, session.principal.id, ''),
  ])
    await assert.rejects(guarded(), needsConfirm)
  const byPassword = { method: 'password', password: mainPassword } as const
  await assert.rejects(web().confirm(token, from, byPassword), isBad)
  await assert.rejects(web().confirm(token, from, { method: 'totp', code: '000000' }), isBad)
  const code = codeOf(secret)
  const confirmed = await web().confirm(token, from, { method: 'totp', code })
  assert.equal(confirmed.confirmedUntil, r.clock.now() + confirmedForMs)
  const made = await web().createAppPassword(confirmed, wanted, '')
  const lines = await web().appPasswordsOf(confirmed)
  assert.deepEqual(
    lines.map(({ label, scopes }) => [label, scopes]),
    [
      ['phone', ['smtp', 'imap', 'jmap', 'dav', 'sieve']],
      ['phone', ['imap']],
    ],
  )
  const attempt = { door: 'imap', remoteAddress: '192.0.2.9', isTls: true } as const
  const { address } = session.person
  assert.ok(await r.access.signIn(attempt, address, made.appPassword))
  await web().revokeAppPassword(confirmed, made.id, '')
  await assert.rejects(r.access.signIn(attempt, address, made.appPassword), isBad)
  const { person } = await withTotp()
  await assert.rejects(web().revokeAppPassword(confirmed, person.appPasswordId, ''), (error) =>
    isRefusal(error, 'not-found'),
  )
})

test('the last factor stays, until two people reset it; then he adds one as at the beginning', async () => {
  const { person, opened } = await withTotp()
  const { session } = opened
  const [only] = (await web().factorsOf(session)).factors
  await assert.rejects(web().removeFactor(session, only?.id ?? '', ''), needsConfirm)
  const gate = r.access.gateFor(session.principal)
  const writing = { ...r.writing, actor: { principalId: session.principal.id }, requireGrant: gate }
  const other = await someone()
  // One person alone does not, not even for himself.
  for (const personId of [other.id, person.id])
    await assert.rejects(
      r.write((tx) => resetFactors(tx, writing, { personId })),
      (error) => isRefusal(error, 'not-permitted'),
    )
  await r.write((tx) => resetFactors(tx, r.writing, { personId: person.id }))
  await r.refresh()
  assert.equal((await password(person)).kind, 'add-factor')
})
