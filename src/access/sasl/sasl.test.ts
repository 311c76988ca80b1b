import assert from 'node:assert/strict'
import { createHmac, pbkdf2Sync, createHash } from 'node:crypto'
import { test } from 'node:test'
import { openTestDatabase } from '../../../test/support/database.ts'
import { isRefusal } from '../../base/refusal.ts'
import { attempt, mainPassword, rehearseAccess } from '../rehearsal.ts'
import type { OwnedAccess } from '../owned-access.ts'
import type { Attempt, SaslExchange, SaslStep } from '../types.ts'
import { findPrepared } from './prepare.ts'
import { scramKeysOf } from './scram-keys.ts'

const isBad = (error: unknown) => isRefusal(error, 'bad-credentials')
const isInvalid = (error: unknown) => isRefusal(error, 'invalid')

function begin(access: OwnedAccess, mechanism: string): SaslExchange {
  const exchange = access.sasl(attempt, mechanism)
  assert.ok(exchange)
  return exchange
}

async function ask(exchange: SaslExchange, text: string): Promise<string> {
  const step = await exchange.next(Buffer.from(text))
  assert.ok(step.kind === 'challenge')
  return step.octets.toString()
}

test('PLAIN takes its message at once or after an empty challenge', async () => {
  await using t = await openTestDatabase()
  await using r = await rehearseAccess(t.database)
  const chan = await r.withCredentials('chan')
  const message = Buffer.from(`\0${chan.address}\0${chan.appPassword}`)
  const atOnce = await begin(r.access, 'plain').next(message)
  assert.ok(atOnce.kind === 'done' && atOnce.principal.id === chan.id)
  const asked = begin(r.access, 'PLAIN')
  assert.equal(await ask(asked, ''), '')
  assert.equal((await asked.next(message)).kind, 'done')
  for (const broken of ['x', '\0a\0', '\0\0b', '\0a\0b\0c', 'x'.repeat(5_000)])
    await assert.rejects(begin(r.access, 'PLAIN').next(Buffer.from(broken)), isInvalid)
})

test('LOGIN asks for user name and password', async () => {
  await using t = await openTestDatabase()
  await using r = await rehearseAccess(t.database)
  const chan = await r.withCredentials('chan')
  const exchange = begin(r.access, 'LOGIN')
  assert.equal(await ask(exchange, ''), 'Username:')
  assert.equal(await ask(exchange, chan.address), 'Password:')
  assert.equal((await exchange.next(Buffer.from(mainPassword))).kind, 'done')
})

test('SCRAM-SHA-256 proves both sides to each other', async () => {
  await using t = await openTestDatabase()
  await using r = await rehearseAccess(t.database)
  const chan = await r.withCredentials('chan')
  const { step, serverSignature } = await scram(r.access, chan.address, chan.appPassword)
  assert.ok(step.kind === 'done' && step.principal.id === chan.id)
  assert.equal(step.octets?.toString(), `v=${serverSignature}`)
})

test('SCRAM gives nobody the same steps, with a salt that stays the same', async () => {
  await using t = await openTestDatabase()
  await using r = await rehearseAccess(t.database)
  const chan = await r.withCredentials('chan')
  const salts: string[] = []
  for (const identity of [chan.address, chan.address, 'nobody@td.example', 'nobody@td.example']) {
    const first = await ask(begin(r.access, 'SCRAM-SHA-256'), `n,,n=${identity},r=abc`)
    assert.match(first, /^r=abc[\w+/]{24},s=[\w+/]{22}==,i=4096$/)
    salts.push(/s=([^,]+)/.exec(first)?.[1] ?? '')
  }
  assert.ok(salts[0] === salts[1] && salts[2] === salts[3] && salts[0] !== salts[2])
  await assert.rejects(scram(r.access, 'nobody@td.example', chan.appPassword), isBad)
  await assert.rejects(scram(r.access, chan.address, mainPassword), isBad)
})

test('SCRAM refuses another nonce, another header and broken messages', async () => {
  await using t = await openTestDatabase()
  await using r = await rehearseAccess(t.database)
  const chan = await r.withCredentials('chan')
  const nonce = scram(r.access, chan.address, chan.appPassword, { nonce: 'other' })
  await assert.rejects(nonce, isBad)
  const header = scram(r.access, chan.address, chan.appPassword, { header: 'y,,' })
  await assert.rejects(header, isBad)
  for (const broken of ['n,,n=a', 'p=tls-unique,,n=a,r=b', 'n,,n=a=2D,r=b', 'n,,m=x,n=a,r=b', 'x'])
    await assert.rejects(ask(begin(r.access, 'SCRAM-SHA-256'), broken), isInvalid, broken)
  const final = begin(r.access, 'SCRAM-SHA-256')
  await ask(final, `n,,n=${chan.address},r=abc`)
  await assert.rejects(ask(final, 'c=biws,r=abc'), isInvalid)
})

test('SCRAM-SHA-256-PLUS proves the password on this connection and no other', async () => {
  await using t = await openTestDatabase()
  await using r = await rehearseAccess(t.database)
  const chan = await r.withCredentials('chan')
  const here = Buffer.alloc(32, 7)
  const bound = { ...attempt, channelBinding: () => here }
  const plus = (lie: Lie) =>
    scram(r.access, chan.address, chan.appPassword, {
      attempt: bound,
      mechanism: 'SCRAM-SHA-256-PLUS',
      gs2: 'p=tls-exporter,,',
      data: here,
      ...lie,
    })
  assert.equal((await plus({})).step.kind, 'done')
  await assert.rejects(plus({ data: Buffer.alloc(32, 8) }), isBad)
  await assert.rejects(plus({ gs2: 'n,,' }), isInvalid)
  // Somebody took PLUS from the list that the client saw.
  await assert.rejects(plus({ mechanism: 'SCRAM-SHA-256', gs2: 'y,,' }), isInvalid)
  assert.equal(
    (await plus({ mechanism: 'SCRAM-SHA-256', gs2: 'n,,', data: Buffer.alloc(0) })).step.kind,
    'done',
  )
  assert.equal(r.access.sasl(attempt, 'SCRAM-SHA-256-PLUS'), undefined)
})

test('SCRAM keys are those of the example of RFC 7677 §3', async () => {
  const salt = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64')
  const keys = await scramKeysOf('pencil', salt)
  assert.equal(keys.storedKey, 'WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=')
  assert.equal(keys.serverKey, 'wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=')
})

test('mechanisms are offered on TLS, and in clear only on the machine itself', async () => {
  await using t = await openTestDatabase()
  await using r = await rehearseAccess(t.database)
  const all = ['SCRAM-SHA-256', 'PLAIN', 'LOGIN', 'OAUTHBEARER', 'XOAUTH2']
  assert.deepEqual(r.access.mechanisms(attempt), all)
  const plain = { ...attempt, isTls: false }
  assert.deepEqual(r.access.mechanisms(plain), [])
  assert.equal(r.access.sasl(plain, 'PLAIN'), undefined)
  assert.equal(r.access.sasl(attempt, 'CRAM-MD5'), undefined)
  for (const remoteAddress of ['127.0.0.1', '::1', '::ffff:127.0.0.1'])
    assert.deepEqual(r.access.mechanisms({ ...plain, remoteAddress }), all)
})

test('every way to type a password is one password, and no control character is any', () => {
  assert.equal(findPrepared('I\u00adX'), 'IX')
  assert.equal(findPrepared('\u2168\u00a0\u3000a'), 'IX  a')
  assert.equal(findPrepared('Rene\u0301'), 'Ren\u00e9')
  for (const text of ['a\u0007', 'a\0b', 'a\ud800', '\ue000', 'a\u007f'])
    assert.equal(findPrepared(text), undefined)
})

interface Lie {
  readonly nonce?: string
  readonly header?: string
  readonly attempt?: Attempt
  readonly mechanism?: string
  readonly gs2?: string
  readonly data?: Buffer
}

/** A client of its own, written from RFC 5802 §3. */
async function scram(
  access: OwnedAccess,
  identity: string,
  password: string,
  lie: Lie = {},
): Promise<{ readonly step: SaslStep; readonly serverSignature: string }> {
  const { gs2 = 'n,,', data = Buffer.alloc(0) } = lie
  const exchange = access.sasl(lie.attempt ?? attempt, lie.mechanism ?? 'SCRAM-SHA-256')
  assert.ok(exchange)
  const bare = `n=${identity},r=fyko+d2lbbFgONRv9qkxdawL`
  const serverFirst = await ask(exchange, `${gs2}${bare}`)
  const [, nonce = '', salt = '', count = ''] =
    /^r=([^,]+),s=([^,]+),i=(\d+)$/.exec(serverFirst) ?? []
  const salted = pbkdf2Sync(password, Buffer.from(salt, 'base64'), Number(count), 32, 'sha256')
  const header = Buffer.from(lie.header ?? gs2)
  const channel = Buffer.concat([header, data]).toString('base64')
  const withoutProof = `c=${channel},r=${lie.nonce ?? nonce}`
  const auth = `${bare},${serverFirst},${withoutProof}`
  const clientKey = mac(salted, 'Client Key')
  const signature = mac(createHash('sha256').update(clientKey).digest(), auth)
  const proof = Buffer.from(clientKey.map((octet, at) => octet ^ (signature[at] ?? 0)))
  const step = await exchange.next(Buffer.from(`${withoutProof},p=${proof.toString('base64')}`))
  const serverSignature = mac(mac(salted, 'Server Key'), auth).toString('base64')
  return { step, serverSignature }
}

function mac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}
