/** Mail programs let in by OAuth, on a real database: what a token opens, and everything that ends it. */
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { openTestDatabase } from '../../../test/support/database.ts'
import { isRefusal } from '../../base/refusal.ts'
import { setPersonState } from '../../directory/write/set-person-state.ts'
import { accessTokenMs, oauthCodeMs } from '../limits.ts'
import { rehearseAccess, type AccessRehearsal, type Enrolled } from '../rehearsal.ts'
import { parseOauthBearer, parseXoauth2 } from '../sasl/bearer.ts'
import type { Attempt } from '../types.ts'
import { parseScopes } from './oauth.ts'
import { isRedirectOf, knownPrograms } from './programs.ts'
import type { TokenAnswer } from './types.ts'

const isBad = (error: unknown) => isRefusal(error, 'bad-credentials')
const isInvalid = (error: unknown) => isRefusal(error, 'invalid')
const imap: Attempt = { door: 'imap', remoteAddress: '192.0.2.7', isTls: true }
const redirectUri = 'http://127.0.0.1:4711/'

let stack: AsyncDisposableStack
let r: AccessRehearsal
let database: Awaited<ReturnType<typeof openTestDatabase>>['database']
let count = 0
before(async () => {
  stack = new AsyncDisposableStack()
  const t = stack.use(await openTestDatabase())
  database = t.database
  r = stack.use(await rehearseAccess(t.database))
})
after(() => stack.disposeAsync())

const oauth = () => r.access.oauth
const someone = () => r.withCredentials(`owner${count++}`)
async function codeFor(person: Enrolled, scopes = parseScopes('imap jmap') ?? []) {
  const principal = await r.signIn(person)
  const verifier = randomBytes(32).toString('base64url')
  const challenge = createHash('sha256').update(verifier).digest('base64url')
  const asked = { clientId: 'thunderbird', redirectUri, scopes, state: 'x', challenge }
  const ticket = await oauth().ask(principal, asked)
  const taken = await oauth().takeConsent(principal, ticket)
  assert.ok(taken)
  assert.equal(await oauth().takeConsent(principal, ticket), undefined)
  const code = await oauth().allow(principal, taken, '192.0.2.7')
  return { principal, given: { code, clientId: 'thunderbird', redirectUri, verifier } }
}
async function tokensOf(person: Enrolled): Promise<TokenAnswer> {
  const { given } = await codeFor(person)
  const answer = await oauth().changeCode(given)
  assert.ok(answer)
  return answer
}
const use = (token: string, identity = '', attempt = imap) =>
  oauth().signIn(attempt, 'OAUTHBEARER', { identity, token })

test('a token opens the doors it is for, as its owner and nobody else, on every node', async () => {
  const person = await someone()
  const { accessToken, refreshToken, scopes } = await tokensOf(person)
  assert.deepEqual(scopes, ['imap', 'jmap'])
  await using other = await r.openAccess()
  const given = { identity: person.address, token: accessToken }
  assert.equal((await other.oauth.signIn(imap, 'OAUTHBEARER', given)).id, person.id)
  assert.equal((await use(accessToken)).id, person.id)
  await r.post(`SEO${count}`, `seo${count}`, person.id)
  const asPost = person.address.replace('@', `+seo${count}@`)
  assert.ok((await use(accessToken, asPost)).openedAs)
  const stranger = await someone()
  for (const wrong of [
    () => use(accessToken, stranger.address),
    () => use(accessToken, '', { ...imap, door: 'smtp' }),
    () => use(accessToken, '', { ...imap, door: 'admin' }),
    () => use(refreshToken),
    () => use(`${accessToken.slice(0, -1)}_`),
    () => use(''),
    () => r.access.web.find(accessToken, true),
    () => r.access.tokens.find(accessToken),
  ])
    await assert.rejects(wrong(), isBad)
  const rows = await database.rows({ text: 'SELECT * FROM oauth_token' })
  assert.doesNotMatch(JSON.stringify(rows), new RegExp(accessToken.slice(8)))
  r.clock.advance(accessTokenMs)
  await assert.rejects(use(accessToken), isBad)
})

test('a code is changed once, in a minute, by the program that asked, with what only it knows', async () => {
  const person = await someone()
  const { given } = await codeFor(person)
  const other = randomBytes(32).toString('base64url')
  for (const wrong of [
    { verifier: other },
    { clientId: 'desktop' },
    { redirectUri: 'http://127.0.0.1:4712/' },
  ]) {
    const { given: fresh } = await codeFor(person)
    assert.equal(await oauth().changeCode({ ...fresh, ...wrong }), undefined)
    // What was tried with something wrong is gone.
    assert.equal(await oauth().changeCode(fresh), undefined)
  }
  const both = await Promise.all([oauth().changeCode(given), oauth().changeCode(given)])
  assert.equal(both.filter((one) => one !== undefined).length, 1)
  const { given: late } = await codeFor(person)
  r.clock.advance(oauthCodeMs)
  assert.equal(await oauth().changeCode(late), undefined)
})

test('a refresh token is changed at each use; shown twice it ends all, and somebody hears of it', async () => {
  const person = await someone()
  const first = await tokensOf(person)
  const change = (token: string, clientId = 'thunderbird') =>
    oauth().changeRefresh({ token, clientId })
  assert.equal(await change(first.refreshToken, 'desktop'), undefined)
  assert.equal(await change(first.accessToken), undefined)
  const second = await change(first.refreshToken)
  assert.ok(second)
  const principal = await use(second.accessToken)
  let isTold = false
  r.access.onRevoked(principal, () => (isTold = true))
  assert.equal(await change(first.refreshToken), undefined)
  assert.equal(await change(second.refreshToken), undefined)
  await assert.rejects(use(second.accessToken), isBad)
  assert.equal(isTold, true)
  await r.access.settled()
  const alarms = r.entries.filter((entry) => entry.kind === 'alarm')
  assert.ok(alarms.some(({ what }) => what === 'refresh-token-shown-twice'))
})

test('its owner, the program itself and suspension end it', async () => {
  const person = await someone()
  const [mine, revoked] = [await tokensOf(person), await tokensOf(person)]
  await oauth().revoke(revoked.accessToken)
  await oauth().revoke('tamarat_unknown')
  await assert.rejects(use(revoked.accessToken), isBad)
  const principal = await r.signIn(person)
  const [line, ...others] = oauth().programsOf(principal)
  assert.deepEqual([line?.name, line?.scopes, others], ['Thunderbird', ['imap', 'jmap'], []])
  const stranger = await r.signIn(await someone())
  await assert.rejects(oauth().end(stranger, line?.id ?? '', ''), (error) =>
    isRefusal(error, 'not-found'),
  )
  await oauth().end(principal, line?.id ?? '', '')
  await assert.rejects(use(mine.accessToken), isBad)
  const left = await tokensOf(person)
  const personId = person.id
  await r.write((tx) => setPersonState(tx, r.writing, { personId, state: 'suspended' }))
  await r.refresh()
  await assert.rejects(use(left.accessToken), isBad)
  const clientId = 'thunderbird'
  assert.equal(await oauth().changeRefresh({ token: left.refreshToken, clientId }), undefined)
})

test('a row that was changed, or made with another department’s key, opens nothing', async () => {
  const person = await someone()
  const { accessToken } = await tokensOf(person)
  const thief = await someone()
  const theirs = await tokensOf(thief)
  const program = r.access.oauth.programsOf(await r.signIn(person))[0]
  await use(theirs.accessToken)
  await database.single({ text: 'UPDATE oauth_token SET program_id = $1', values: [program?.id] })
  await assert.rejects(use(theirs.accessToken), isBad)
  assert.equal((await use(accessToken)).id, person.id)
  // With every key of the platform, and not the department's.
  const rows = await database.rows<{ key: Buffer; kind: string; expires_at: number }>({
    text: 'SELECT key, kind, expires_at FROM oauth_token ORDER BY expires_at',
  })
  for (const { key, kind, expires_at: expiresAt } of rows) {
    const place = { object: key.toString('hex'), field: 'oauth_token.sealed' }
    const sealed = r.keys.platform.seal(place, Buffer.from(JSON.stringify({ personId: person.id })))
    const columns = [key, program?.id ?? '', kind, sealed, expiresAt, null]
    await database.single({
      text: 'UPDATE oauth_token SET sealed = $2, mac = $3, spent_at = NULL WHERE key = $1',
      values: [key, sealed, r.keys.authority.mac('oauth_token', columns)],
    })
  }
  await assert.rejects(use(accessToken), isBad)
  await r.access.settled()
  const alarms = r.entries.flatMap((entry) => (entry.kind === 'alarm' ? [entry.what] : []))
  assert.ok(alarms.includes('row-does-not-verify') && alarms.includes('token-of-another-key'))
})

test('both mechanisms say why in JSON, wait for the answer, and then fail', async () => {
  const person = await someone()
  const { accessToken } = await tokensOf(person)
  const messages = (token: string) =>
    [
      [
        'OAUTHBEARER',
        `n,a=${person.address},\u0001host=a\u0001port=993\u0001auth=Bearer ${token}\u0001\u0001`,
      ],
      ['XOAUTH2', `user=${person.address}\u0001auth=Bearer ${token}\u0001\u0001`],
    ] as const
  for (const [mechanism, message] of messages(accessToken)) {
    const step = await r.access.sasl(imap, mechanism)?.next(Buffer.from(message))
    assert.ok(step?.kind === 'done' && step.principal.id === person.id)
  }
  for (const [mechanism, message] of messages('wrong')) {
    const exchange = r.access.sasl(imap, mechanism)
    const step = await exchange?.next(Buffer.from(message))
    assert.ok(step?.kind === 'challenge')
    assert.equal(JSON.parse(step.octets.toString()).status, 'invalid_token')
    await assert.rejects(exchange?.next(Buffer.from('\u0001')) ?? Promise.resolve(), isBad)
  }
})

test('messages, addresses to answer to and scopes are read as the standards say, or not at all', () => {
  // RFC 7628 §4.1
  const token = 'vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg=='
  const example = `n,a=user@example.com,\u0001host=server.example.com\u0001port=143\u0001auth=Bearer ${token}\u0001\u0001`
  assert.deepEqual(parseOauthBearer(Buffer.from(example)), { identity: 'user@example.com', token })
  const nobody = parseOauthBearer(Buffer.from(`n,,\u0001auth=Bearer ${token}\u0001\u0001`))
  assert.equal(nobody.identity, '')
  for (const wrong of [
    '',
    'x',
    'p=tls-exporter,,',
    'n,a=b',
    `n,,\u0001auth=Basic x\u0001\u0001`,
    'n,,\u0001\u0001',
    `n,,\u0001auth=Bearer x`,
  ]) {
    assert.throws(() => parseOauthBearer(Buffer.from(wrong)), isInvalid, wrong)
    assert.throws(() => parseXoauth2(Buffer.from(wrong)), isInvalid, wrong)
  }
  const [thunderbird] = knownPrograms
  assert.ok(thunderbird)
  const isRight = (uri: string) => isRedirectOf(thunderbird, uri)
  for (const uri of [
    'http://localhost',
    'http://127.0.0.1:5/cb',
    'http://[::1]:9/',
    'https://localhost',
  ])
    assert.ok(isRight(uri), uri)
  for (const uri of [
    '',
    'x',
    'http://localhost.example/',
    'http://localhost@evil.example/',
    'https://localhost:1/',
    'http://127.0.0.1:5/#a',
    'http://a:b@127.0.0.1/',
    'javascript:alert(1)',
    'http://127.0.0.1.evil.example/',
  ])
    assert.ok(!isRight(uri), uri)
  assert.deepEqual(parseScopes('smtp  imap smtp'), ['smtp', 'imap'])
  for (const wrong of ['', 'admin', 'imap all', 'IMAP']) assert.equal(parseScopes(wrong), undefined)
})
