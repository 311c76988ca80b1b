import assert from 'node:assert/strict'
import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { SealError } from '../../keys/types.ts'
import { openWith, sealTo } from './hpke.ts'

const info = Buffer.from('test')

test('opens the published message of RFC 9180 A.1.1', () => {
  const raw = Buffer.from('4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8', 'hex')
  // PKCS #8 of an X25519 key is this prefix and the octets of the key: RFC 8410 §7.
  const der = Buffer.concat([Buffer.from('302e020100300506032b656e04220420', 'hex'), raw])
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  const enc = '37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431'
  const ct =
    'f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a'
  const context = {
    info: Buffer.from('Ode on a Grecian Urn'),
    aad: Buffer.from('Count-0'),
    aead: 'aes-128-gcm',
  } as const
  const opened = openWith(key, context, Buffer.from(enc + ct, 'hex'))
  assert.equal(opened.toString(), 'Beauty is truth, truth beauty')
})

test('opens what was sealed, under the same words only, and not when it was altered', () => {
  const { publicKey, privateKey } = generateKeyPairSync('x25519')
  const sealed = sealTo(publicKey, { info }, Buffer.from('王小明'))
  assert.equal(openWith(privateKey, { info }, sealed).toString(), '王小明')
  assert.throws(() => openWith(privateKey, { info: Buffer.from('other') }, sealed), SealError)
  const other = generateKeyPairSync('x25519').privateKey
  assert.throws(() => openWith(other, { info }, sealed), SealError)
  for (const at of [0, 40, sealed.length - 1]) {
    const altered = Buffer.from(sealed)
    altered[at] = (altered[at] ?? 0) ^ 1
    assert.throws(() => openWith(privateKey, { info }, altered), SealError)
  }
  assert.throws(() => openWith(privateKey, { info }, sealed.subarray(0, 47)), SealError)
})
