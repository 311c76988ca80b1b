/** People in a browser, met as their browser meets the platform: by cookie, from a page and from elsewhere. */
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { ImapFlow } from 'imapflow'
import { createTransport } from 'nodemailer'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { totpCode, totpStepOf } from '../../src/access/factors/totp.ts'
import { Authenticator } from '../support/authenticator.ts'
import { openIdentityProvider, type FakeGovernment } from '../support/identity-provider.ts'
import { makeThrowaway } from '../support/throwaway.ts'
import { bootPlatform, type Person, type Platform } from '../support/platform.ts'

const userAgent = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0'

describe('Signing in by a browser', { timeout: 240_000 }, () => {
  let platform: Platform
  let origin = ''
  let government: FakeGovernment
  /** What the government says of whom. */
  const claims = new Map<string, Readonly<Record<string, unknown>>>()
  const folder = makeThrowaway('tamar-test-')
  const trusted = getCACertificates('default')
  before(async () => {
    const client = { id: 'tamar', secret: 'of the government and of us' }
    government = await openIdentityProvider(client, (login) => claims.get(login) ?? {})
    const secretFile = join(folder, 'secret')
    writeFileSync(secretFile, `${client.secret}\n`)
    platform = await bootPlatform({
      environment: {
        TAMAR_SIGN_IN_PROVIDER_ISSUER: government.issuer,
        TAMAR_SIGN_IN_PROVIDER_CLIENT_ID: client.id,
        TAMAR_SIGN_IN_PROVIDER_CLIENT_SECRET_FILE: secretFile,
        TAMAR_SIGN_IN_PROVIDER_NAME: 'Government ID',
      },
    })
    origin = platform.ready.listeners.https
    government.serve(`${origin}/auth/provider/callback`)
    setDefaultCACertificates([...trusted, platform.ca])
  })
  after(async () => {
    setDefaultCACertificates(trusted)
    await platform[Symbol.asyncDispose]()
    await government[Symbol.asyncDispose]()
    rmSync(folder, { recursive: true })
  })

  const fromOurPage = { 'x-tamar-request': '1', 'sec-fetch-site': 'same-origin' }
  async function ask(path: string, more: Omit<RequestInit, 'body'> & { body?: unknown } = {}) {
    const { body, headers, ...rest } = more
    const response = await fetch(new URL(path, origin), {
      ...rest,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      headers: {
        'user-agent': userAgent,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...fromOurPage,
        ...(headers as Record<string, string>),
      },
    })
    const text = await response.text()
    const answer = text.startsWith('{') ? JSON.parse(text) : text
    return { status: response.status, headers: response.headers, answer }
  }
  /** As a browser would send back what was set. */
  const cookieOf = (headers: Headers) =>
    headers
      .getSetCookie()
      .filter((field) => !field.includes('Max-Age=0'))
      .map((field) => field.split(';')[0] ?? '')
      .join('; ')
  async function signIn({ address, password }: Person) {
    const { status, headers, answer } = await ask('/auth/sign-in', {
      method: 'POST',
      body: { address, password },
    })
    assert.equal(status, 200, JSON.stringify(answer))
    const field = headers.get('set-cookie') ?? ''
    assert.match(
      field,
      /^__Host-tamar=tamarweb_[\w-]+; Path=\/; Secure; HttpOnly; SameSite=Strict,/,
    )
    return { cookie: cookieOf(headers), session: answer.session }
  }

  it('opens his mail by a cookie, for reading from anywhere and for changing from our page alone', async () => {
    const [person] = platform.ready.people
    assert.ok(person)
    const { cookie, session } = await signIn(person)
    assert.equal(session.person.address, person.address)
    assert.equal(session.person.department, person.department)
    const shown = await ask('/auth/session', { headers: { cookie } })
    assert.deepEqual(Object.keys(shown.answer).sort(), [
      'confirmedUntil',
      'expiresAt',
      'hasSecondFactor',
      'idleUntil',
      'person',
      'signedInAt',
    ])
    const jmap = await ask('/jmap/session', { headers: { cookie } })
    assert.equal(jmap.answer.username, person.address)
    const body = { using: ['urn:ietf:params:jmap:core'], methodCalls: [['Core/echo', {}, 'a']] }
    const call = (headers: Record<string, string>) =>
      ask('/jmap/api', { method: 'POST', body, headers: { cookie, ...headers } })
    assert.equal((await call({})).status, 200)
    const elsewhere = [
      { 'x-tamar-request': '' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'none' },
    ]
    for (const headers of elsewhere) {
      assert.equal((await call(headers)).status, 403, JSON.stringify(headers))
      const out = await ask('/auth/sign-out', { method: 'POST', headers: { cookie, ...headers } })
      assert.deepEqual([out.status, out.answer.code], [403, 'not-from-our-page'])
    }
    // No office is opened by it.
    assert.equal((await ask('/admin/v1/me', { headers: { cookie } })).status, 401)
  })

  it('shows and ends sessions, and an open event stream ends with its session', async () => {
    const person = platform.ready.people[1]
    assert.ok(person)
    const [here, lost] = [await signIn(person), await signIn(person)]
    const url = new URL('/jmap/events?types=*&closeafter=no&ping=0', origin)
    const stream = await fetch(url, { headers: { cookie: lost.cookie } })
    assert.equal(stream.status, 200)
    const { cookie } = here
    const { answer } = await ask('/auth/sessions', { headers: { cookie } })
    const other = answer.sessions.find((one: { isCurrent: boolean }) => !one.isCurrent)
    assert.equal(other.client, 'Firefox, Windows')
    const end = () => ask(`/auth/sessions/${other.id}`, { method: 'DELETE', headers: { cookie } })
    assert.equal((await end()).status, 204)
    assert.equal((await end()).status, 404)
    await stream.text()
    const gone = await ask('/jmap/session', {
      headers: { cookie: lost.cookie, 'sec-fetch-mode': 'cors' },
    })
    assert.deepEqual([gone.status, gone.headers.get('www-authenticate')], [401, null])
    const out = await ask('/auth/sign-out', { method: 'POST', headers: { cookie } })
    assert.equal(out.status, 204)
    assert.match(out.headers.get('set-cookie') ?? '', /^__Host-tamar=; .*Max-Age=0$/)
    assert.equal((await ask('/auth/session', { headers: { cookie } })).status, 401)
  })

  it('says no to a stranger, to what is no JSON and to what is too much', async () => {
    const [person] = platform.ready.people
    assert.ok(person)
    const wrong = { address: person.address, password: 'not his password' }
    const nobody = { address: 'nobody@td.example', password: 'not his password' }
    const [first, second] = await Promise.all(
      [wrong, nobody].map((body) => ask('/auth/sign-in', { method: 'POST', body })),
    )
    assert.deepEqual([first?.status, first?.answer], [401, second?.answer])
    assert.equal(first?.answer.code, 'bad-credentials')
    assert.equal((await ask('/auth/session')).status, 401)
    const forged = { headers: { cookie: '__Host-tamar=tamarweb_' } }
    assert.equal((await ask('/auth/session', forged)).status, 401)
    const incomplete = await ask('/auth/sign-in', { method: 'POST', body: { address: 'a' } })
    assert.deepEqual([incomplete.status, incomplete.answer.code], [422, 'invalid'])
    const form = await fetch(new URL('/auth/sign-in', origin), {
      method: 'POST',
      body: new URLSearchParams({ address: person.address, password: person.password }),
      headers: fromOurPage,
    })
    assert.equal(form.status, 415)
    await form.text()
    const long = { address: person.address, password: 'x'.repeat(20_000) }
    assert.equal((await ask('/auth/sign-in', { method: 'POST', body: long })).status, 413)
  })

  it('asks for a code and takes a passkey, once somebody has added them', async () => {
    const person = platform.ready.people[2]
    assert.ok(person)
    const { cookie } = await signIn(person)
    const post = (path: string, body: object = {}, cookies = cookie) =>
      ask(path, { method: 'POST', body, headers: { cookie: cookies } })
    const begun = (await post('/auth/factors/totp/options')).answer
    assert.match(begun.uri, /^otpauth:\/\/totp\/Tamar:/)
    const secret = fromBase32(begun.secret)
    const code = (ahead: number) => totpCode(secret, totpStepOf(Date.now()) + ahead)
    const totp = { ceremony: begun.ceremony, label: 'Phone 電話', code: code(0) }
    const added = await post('/auth/factors/totp', totp)
    assert.deepEqual([added.status, added.answer.recoveryCodes?.length], [201, 10])
    const key = new Authenticator()
    const made = (await post('/auth/factors/passkey/options')).answer
    const response = key.create(made.options, { origin })
    const passkey = { ceremony: made.ceremony, label: 'Key 鎖匙', response }
    assert.equal((await post('/auth/factors/passkey', passkey)).status, 201)
    const { answer } = await ask('/auth/factors', { headers: { cookie } })
    assert.deepEqual(
      answer.factors.map(({ kind, label }: Record<string, string>) => `${kind} ${label}`),
      ['totp Phone 電話', 'passkey Key 鎖匙'],
    )

    const { address, password } = person
    const first = await post('/auth/sign-in', { address, password }, '')
    assert.deepEqual(first.answer, {
      next: 'second-factor',
      methods: ['passkey', 'totp', 'recovery'],
    })
    assert.match(
      first.headers.get('set-cookie') ?? '',
      /^__Host-tamar-step=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Strict; Max-Age=300$/,
    )
    const step = cookieOf(first.headers)
    assert.equal((await ask('/auth/session', { headers: { cookie: step } })).status, 401)
    assert.equal((await ask('/jmap/session', { headers: { cookie: step } })).status, 401)
    const wrong = await post('/auth/second-factor/totp', { code: '000000' }, step)
    assert.deepEqual([wrong.status, wrong.answer.code], [401, 'wrong-factor'])
    const next = cookieOf(wrong.headers)
    const spent = await post('/auth/second-factor/totp', { code: code(1) }, step)
    assert.deepEqual([spent.status, spent.answer.code], [401, 'bad-credentials'])
    const right = await post('/auth/second-factor/totp', { code: code(1) }, next)
    assert.equal(right.answer.session?.person.address, address, JSON.stringify(right.answer))
    const opened = cookieOf(right.headers)
    assert.equal((await ask('/jmap/session', { headers: { cookie: opened } })).status, 200)

    const asked = (await post('/auth/passkey/options', {}, '')).answer
    const shown = { ceremony: asked.ceremony, response: key.get(asked.options, { origin }) }
    const alone = await post('/auth/passkey', shown, '')
    assert.equal(alone.answer.session?.person.address, address, JSON.stringify(alone.answer))
    const elsewhere = (await post('/auth/passkey/options', {}, '')).answer
    const phished = key.get(elsewhere.options, { origin: 'https://mail.example' })
    const stolen = { ceremony: elsewhere.ceremony, response: phished }
    assert.equal((await post('/auth/passkey', stolen, '')).status, 401)

    const scopes = ['jmap']
    const wanted = await post('/auth/app-passwords', { label: 'Desk', scopes })
    assert.match(wanted.answer.appPassword, /^[a-z2-7]{4}(-[a-z2-7]{4}){6}$/)
    const basic = (secretWord: string) =>
      ask('/jmap/session', {
        headers: {
          authorization: `Basic ${Buffer.from(`${address}:${secretWord}`).toString('base64')}`,
        },
      })
    assert.equal((await basic(wanted.answer.appPassword)).status, 200)
    // The main password is for people who have nothing else.
    assert.equal((await basic(password)).status, 401)
    const gone = await ask(`/auth/app-passwords/${wanted.answer.id}`, {
      method: 'DELETE',
      headers: { cookie },
    })
    assert.equal(gone.status, 204)
    assert.equal((await basic(wanted.answer.appPassword)).status, 401)
    const again = await post('/auth/confirm', {
      method: 'recovery',
      code: added.answer.recoveryCodes[0],
    })
    assert.ok(again.answer.confirmedUntil > Date.now())
    const bare = await post('/auth/confirm', { method: 'password', password })
    assert.equal(bare.status, 401)
  })

  it('shows who opened his mailbox, and lets others into it and out again', async () => {
    const [owner, helper, stranger] = [5, 6, 7].map((at) => platform.ready.people[at])
    assert.ok(owner && helper && stranger)
    const { cookie } = await signIn(owner)
    const his = (path: string, more: Parameters<typeof ask>[1] = {}) =>
      ask(path, { ...more, headers: { cookie } })
    const { answer } = await his('/auth/mailboxes')
    const [{ id, address }] = answer.mailboxes
    assert.equal(address, owner.address)
    const place = `/auth/mailboxes/${id}`
    const wanted = { address: helper.address, rights: 'lr', to: Date.now() + 86_400_000 }
    const given = await his(`${place}/delegations`, { method: 'POST', body: wanted })
    assert.equal(given.status, 201, JSON.stringify(given.answer))
    const wrong = await his(`${place}/delegations`, {
      method: 'POST',
      body: { ...wanted, address: 'nobody@td.example' },
    })
    assert.deepEqual([wrong.status, wrong.answer.field], [422, 'address'])

    const helping = (await signIn(helper)).cookie
    const session = (await ask('/jmap/session', { headers: { cookie: helping } })).answer
    const account = Object.keys(session.accounts).find((one) => one === id)
    assert.ok(account, 'the helper has it among his accounts')
    const using = ['urn:ietf:params:jmap:core', 'urn:ietf:params:jmap:mail']
    const read = [
      ['Email/query', { accountId: id, limit: 1 }, 'a'],
      [
        'Email/get',
        { accountId: id, '#ids': { resultOf: 'a', name: 'Email/query', path: '/ids' } },
        'b',
      ],
    ]
    const body = { using, methodCalls: read }
    const shown = await ask('/jmap/api', { method: 'POST', body, headers: { cookie: helping } })
    assert.equal(shown.answer.methodResponses[1][1].list.length, 1)

    const { lines, damaged } = (await his(`${place}/ledger`)).answer
    assert.equal(damaged, 0)
    const line = lines.find(({ what }: { what: string }) => what === 'read')
    assert.deepEqual(
      [line.by.address, line.basis, line.messages],
      [helper.address, 'delegated', 1],
      JSON.stringify(lines),
    )
    const { delegations } = (await his(`${place}/delegations`)).answer
    assert.deepEqual(
      [delegations[0].person.address, delegations[0].rights, delegations[0].to],
      [helper.address, 'lr', wanted.to],
    )
    // Neither who was let in nor anybody else has anything to see or to say here.
    for (const who of [helping, (await signIn(stranger)).cookie])
      for (const [path, method] of [
        ['ledger', 'GET'],
        ['delegations', 'GET'],
        [`delegations/${delegations[0].id}`, 'DELETE'],
      ] as const) {
        const refused = await ask(`${place}/${path}`, { method, headers: { cookie: who } })
        assert.equal(refused.status, 404, path)
      }
    const ended = await his(`${place}/delegations/${delegations[0].id}`, { method: 'DELETE' })
    assert.equal(ended.status, 204)
    const after = (await ask('/jmap/session', { headers: { cookie: helping } })).answer
    assert.ok(!(id in after.accounts))
  })

  it('lets a mail program in by OAuth, to read, send and ask by JMAP, until its owner ends it', async () => {
    const person = platform.ready.people[3]
    assert.ok(person)
    const { address, password } = person
    const about = (await ask('/.well-known/oauth-authorization-server')).answer
    assert.equal(about.issuer, origin)
    const verifier = randomBytes(32).toString('base64url')
    const wanted = {
      response_type: 'code',
      client_id: 'thunderbird',
      redirect_uri: 'http://127.0.0.1:4711/',
      scope: 'imap smtp jmap',
      state: 'a b&c',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    }
    const form = async (path: string, fields: Record<string, string>, cookie = '') => {
      const response = await fetch(new URL(path, origin), {
        method: 'POST',
        redirect: 'manual',
        headers: { cookie, 'sec-fetch-site': 'same-origin' },
        body: new URLSearchParams(fields),
      })
      const { status, headers } = response
      return { status, headers, text: await response.text(), to: headers.get('location') ?? '' }
    }
    const page = async (change: Record<string, string> = {}, cookie = '') => {
      const query = new URLSearchParams({ ...wanted, ...change }).toString()
      const response = await fetch(new URL(`${about.authorization_endpoint}?${query}`), {
        redirect: 'manual',
        headers: { cookie },
      })
      const { status, headers } = response
      const text = await response.text()
      return { query, status, headers, text, to: headers.get('location') ?? '' }
    }
    for (const wrong of [{ client_id: 'x' }, { redirect_uri: 'https://evil.example/' }])
      assert.deepEqual([(await page(wrong)).status, (await page(wrong)).to], [400, ''])
    const plain = await page({ code_challenge_method: 'plain' })
    assert.equal(new URL(plain.to).searchParams.get('error'), 'invalid_request')
    const { query, text } = await page()
    assert.match(text, /action="\/oauth\/sign-in"/)
    assert.doesNotMatch(text, /<script/)
    const bad = await form('/oauth/sign-in', { query, address, password: 'wrong' })
    assert.deepEqual([bad.status, bad.headers.get('set-cookie')], [422, null])
    const signedIn = await form('/oauth/sign-in', { query, address, password })
    assert.equal(signedIn.status, 303, signedIn.text)
    const cookie = cookieOf(signedIn.headers)
    assert.equal(signedIn.to, `/oauth/authorize?${query}`)
    const consent = await page({}, cookie)
    assert.match(
      consent.headers.get('content-security-policy') ?? '',
      /form-action 'self' http:\/\/127\.0\.0\.1:4711;/,
    )
    assert.ok(consent.text.includes(address))
    const ticket = /name="ticket" value="([\w-]+)"/.exec(consent.text)?.[1] ?? ''
    const elsewhere = await fetch(new URL('/oauth/consent', origin), {
      method: 'POST',
      headers: { cookie, 'sec-fetch-site': 'cross-site' },
      body: new URLSearchParams({ ticket, answer: 'yes' }),
    })
    assert.equal(elsewhere.status, 403)
    await elsewhere.text()
    const allowed = await form('/oauth/consent', { ticket, answer: 'yes' }, cookie)
    const back = new URL(allowed.to)
    assert.equal(back.origin, 'http://127.0.0.1:4711')
    assert.equal(back.searchParams.get('state'), wanted.state)
    assert.equal(back.searchParams.get('iss'), origin)
    const code = back.searchParams.get('code') ?? ''
    const exchange = { client_id: 'thunderbird', code, code_verifier: verifier }
    const redirect = { redirect_uri: wanted.redirect_uri }
    const fields = { grant_type: 'authorization_code', ...exchange, ...redirect }
    const answer = JSON.parse((await form('/oauth/token', fields)).text)
    assert.deepEqual(
      [answer.token_type, answer.expires_in, answer.scope],
      ['Bearer', 3_600, 'imap smtp jmap'],
    )
    const spent = await form('/oauth/token', fields)
    assert.deepEqual([spent.status, spent.text], [400, '{"error":"invalid_grant"}'])
    const accessToken: string = answer.access_token

    const mail = new ImapFlow({
      host: 'localhost',
      port: platform.port('imaps'),
      secure: true,
      auth: { user: address, accessToken },
      tls: { ca: platform.ca },
      logger: false,
      disableAutoIdle: true,
    })
    mail.on('error', () => undefined)
    const closed = new Promise<void>((resolve) => mail.on('close', () => resolve()))
    await mail.connect()
    assert.ok(await mail.mailboxOpen('INBOX'))
    const sender = createTransport({
      host: 'localhost',
      port: platform.port('submissions'),
      secure: true,
      tls: { ca: platform.ca },
      auth: { type: 'OAuth2', user: address, accessToken },
    })
    const sent = await sender.sendMail({
      from: address,
      to: address,
      subject: 'By token',
      text: '.',
    })
    assert.deepEqual(sent.accepted, [address])
    sender.close()
    const jmap = () => ask('/jmap/session', { headers: { authorization: `Bearer ${accessToken}` } })
    assert.equal((await jmap()).answer.username, address)

    const { answer: list } = await ask('/auth/programs', { headers: { cookie } })
    assert.equal(list.programs[0].name, 'Thunderbird')
    const ended = await ask(`/auth/programs/${list.programs[0].id}`, {
      method: 'DELETE',
      headers: { cookie },
    })
    assert.equal(ended.status, 204)
    await closed
    assert.equal((await jmap()).status, 401)
    const refresh = { grant_type: 'refresh_token', refresh_token: answer.refresh_token }
    const again = await form('/oauth/token', { ...refresh, client_id: 'thunderbird' })
    assert.equal(again.status, 400)
    assert.equal((await form('/oauth/revoke', { token: accessToken })).status, 200)
  })

  it('lets in whom the government’s identity provider names, and makes nobody', async () => {
    const person = platform.ready.people[4]
    assert.ok(person)
    const { answer: offered } = await ask('/auth/options')
    assert.deepEqual(offered.provider, { name: 'Government ID', start: '/auth/provider' })
    const go = async (path: string, cookie = '') => {
      const response = await fetch(new URL(path, origin), {
        redirect: 'manual',
        headers: { cookie, 'sec-fetch-site': 'cross-site', 'user-agent': userAgent },
      })
      await response.text()
      const { status, headers } = response
      return { status, to: headers.get('location') ?? '', cookie: cookieOf(headers), headers }
    }
    const signInAs = async (login: string) => {
      const begun = await go('/auth/provider')
      assert.match(
        begun.headers.get('set-cookie') ?? '',
        /^__Host-tamar-provider=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax; Max-Age=300$/,
      )
      const back = await government.signIn(begun.to, login)
      assert.ok(back.startsWith(`${origin}/auth/provider/callback?code=`), back)
      return { begun, back }
    }
    claims.set('A123456', { email: person.address, email_verified: true })
    const { begun, back } = await signInAs('A123456')
    // What is sent back belongs to who set out, and is good once.
    assert.equal((await go(back)).status, 403)
    const other = await go('/auth/provider')
    assert.equal((await go(back, other.cookie)).status, 403)
    const changed = back.replace(/state=[^&]+/, 'state=another')
    assert.equal((await go(changed, other.cookie)).status, 403)
    const done = await go(back, begun.cookie)
    assert.deepEqual([done.status, done.to], [303, '/mail/'])
    const session = await ask('/auth/session', { headers: { cookie: done.cookie } })
    assert.equal(session.answer.person.address, person.address)
    assert.equal((await go(back, begun.cookie)).status, 403)
    const jmap = await ask('/jmap/session', { headers: { cookie: done.cookie } })
    assert.equal(jmap.answer.username, person.address)

    // For an office he says it himself: who makes tokens there is anybody here.
    const headers = { cookie: done.cookie }
    const post = (path: string, body: object) => ask(path, { method: 'POST', headers, body })
    const early = await post('/auth/office', {})
    assert.deepEqual([early.status, early.answer.code], [403, 'confirm-needed'])
    const { password } = person
    assert.equal((await post('/auth/confirm', { method: 'password', password })).status, 200)
    const office = await post('/auth/office', {})
    assert.equal(office.status, 201)
    const authorization = `Bearer ${office.answer.token}`
    const me = await ask('/admin/v1/me', { headers: { authorization } })
    assert.equal(me.answer.address, person.address)

    for (const [login, said] of [
      ['B123456', { email: 'nobody@td.example' }],
      ['C123456', { email: person.address, email_verified: false }],
      ['D123456', { name: person.address }],
      ['E123456', { email: person.address.replace('@', '+post@') }],
    ] as const) {
      claims.set(login, said)
      const attempt = await signInAs(login)
      const refused = await go(attempt.back, attempt.begun.cookie)
      assert.deepEqual([refused.status, refused.cookie], [403, ''], login)
    }
  })
})

function fromBase32(text: string): Buffer {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const bits = Array.from(text, (one) => letters.indexOf(one).toString(2).padStart(5, '0')).join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((octet) => Number.parseInt(octet, 2)))
}
