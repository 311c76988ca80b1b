/** RFC 8291 §3 and RFC 8292, judged by what others wrote: the standard's own example, http_ece, and jose. */
import assert from 'node:assert/strict'
import { createECDH, generateKeyPairSync, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import ece from 'http_ece'
import { importJWK, jwtVerify } from 'jose'
import { encryptPush, parsePushKeys, plaintextOctetsMax } from './encrypt.ts'
import { isPublic } from './public-address.ts'
import { openVapidKey, vapidOf } from './vapid.ts'

const of = (text: string) => Buffer.from(text, 'base64url')

test('makes of the example in RFC 8291 §5 what stands there', () => {
  const ecdh = createECDH('prime256v1')
  ecdh.setPrivateKey(of('yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw'))
  const keys = parsePushKeys(
    'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
    'BTBZMqHH6r4Tts7J_aSIgg',
  )
  assert.ok(keys)
  const text = Buffer.from('When I grow up, I want to be a watermelon')
  const body = encryptPush(keys, text, { ecdh, salt: of('DGv6ra1nlYgDCS1FRnbzlw') })
  assert.equal(
    body.toString('base64url'),
    'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6T' +
      'lzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN',
  )
})

test('is opened by its device, up to the largest that one record holds', () => {
  const device = createECDH('prime256v1')
  const point = device.generateKeys()
  const auth = randomBytes(16)
  const keys = parsePushKeys(point.toString('base64url'), auth.toString('base64url'))
  assert.ok(keys)
  for (const octets of [0, 1, 100, plaintextOctetsMax]) {
    const text = randomBytes(octets)
    const body = encryptPush(keys, text)
    assert.ok(body.length <= 4_096)
    const opened = ece.decrypt(body, {
      version: 'aes128gcm',
      privateKey: device,
      authSecret: auth.toString('base64url'),
    })
    assert.deepEqual(Buffer.from(opened), text)
  }
  const [one, other] = [encryptPush(keys, Buffer.from('x')), encryptPush(keys, Buffer.from('x'))]
  assert.notDeepEqual(one.subarray(0, 86), other.subarray(0, 86), 'salt and key are new each time')
})

test('takes no keys but a point of the curve and sixteen octets, in URL-safe base64', () => {
  const point = createECDH('prime256v1').generateKeys()
  const auth = randomBytes(16).toString('base64url')
  const good = point.toString('base64url')
  assert.ok(parsePushKeys(good, auth))
  const off = Buffer.from(point)
  off.fill(7, 40)
  for (const [p256dh, secret] of [
    [off.toString('base64url'), auth],
    [point.subarray(0, 64).toString('base64url'), auth],
    [good, auth.slice(2)],
    ['', auth],
    [good, ''],
    [`${good.slice(0, -2)}+/`, auth],
  ] as const)
    assert.equal(parsePushKeys(p256dh, secret), undefined)
})

test('signs for one push service and half a day (RFC 8292 §2)', async () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const key = openVapidKey(privateKey.export({ format: 'der', type: 'pkcs8' }))
  const now = Date.now()
  const origin = 'https://push.example'
  const field = vapidOf(key, { origin, contact: 'mailto:postmaster@td.example', now })
  const [, token = '', k = ''] = /^vapid t=([\w.-]+), k=([\w-]+)$/.exec(field) ?? []
  const point = of(k)
  assert.equal(point.length, 65)
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((each) =>
    each.toString('base64url'),
  )
  const shown = await importJWK({ kty: 'EC', crv: 'P-256', x: x ?? '', y: y ?? '' }, 'ES256')
  const { payload } = await jwtVerify(token, shown, { audience: origin, algorithms: ['ES256'] })
  assert.equal(payload.sub, 'mailto:postmaster@td.example')
  assert.equal(payload.exp, Math.floor(now / 1_000) + 43_200)
  await assert.rejects(jwtVerify(token, shown, { audience: 'https://other.example' }))
})

test('knows the machines of the Internet from those inside', () => {
  for (const address of ['8.8.8.8', '142.250.1.1', '2a00:1450::1', '2606:4700::1111'])
    assert.ok(isPublic(address, false), address)
  for (const address of [
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    'fe80::1',
    'fd00::1',
    'ff02::1',
    '::ffff:10.0.0.1',
    '::ffff:8.8.8.8',
    '64:ff9b::a00:1',
    '2002:a00:1::',
    '2001::1',
  ])
    assert.ok(!isPublic(address, false), address)
  assert.ok(isPublic('127.0.0.1', true) && isPublic('::1', true))
  assert.ok(!isPublic('10.0.0.1', true) && !isPublic('::ffff:10.0.0.1', true))
})
