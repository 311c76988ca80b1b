/** Sealed values: the format, and that nothing opens but what was sealed where it was sealed. */
import assert from 'node:assert/strict'
import { createSecretKey, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { KeyRing } from './ring.ts'
import { BoundKey } from './seal.ts'
import { aesGcm } from './suite-aes-gcm.ts'
import { createSuites } from './suites.ts'
import type { Suite } from './suites.ts'
import { SealError, UnknownEpoch } from './types.ts'

const place = { object: '01912345-0000-7000-8000-000000000000', field: 'message.summary' }

function newBoundKey(scope: string, key = createSecretKey(randomBytes(32))): BoundKey {
  return new BoundKey(aesGcm, Buffer.from('12345678'), key, scope)
}

test('a sealed value is algorithm, key id, nonce, ciphertext and tag', () => {
  const key = newBoundKey('account a')
  for (const octets of [0, 1, 15, 16, 17, 400, 100_000]) {
    const plaintext = randomBytes(octets)
    const sealed = key.seal(place, plaintext)
    assert.equal(sealed.length, 1 + 8 + 12 + octets + 16)
    assert.equal(sealed[0], 1)
    assert.equal(sealed.toString('latin1', 1, 9), '12345678')
    assert.deepEqual(key.open(place, sealed), plaintext)
    assert.deepEqual(key.open(place, new Uint8Array(sealed)), plaintext)
  }
})

test('equal values have different nonces and ciphertexts', () => {
  const key = newBoundKey('account a')
  const seen = new Set<string>()
  for (let n = 0; n < 2_000; n++) seen.add(key.seal(place, Buffer.of(1)).toString('hex', 9, 21))
  assert.equal(seen.size, 2_000)
})

test('no flipped bit and no cut or added octet opens', () => {
  const key = newBoundKey('account a')
  const sealed = key.seal(place, randomBytes(20))
  for (let bit = 0; bit < sealed.length * 8; bit++) {
    const flipped = Buffer.from(sealed)
    flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
    assert.throws(() => key.open(place, flipped), SealError)
  }
  for (let octets = 0; octets < sealed.length; octets++)
    assert.throws(() => key.open(place, sealed.subarray(0, octets)), SealError)
  assert.throws(() => key.open(place, Buffer.concat([sealed, Buffer.of(0)])), SealError)
})

test('a value opens at its own scope, object and field only, however the parts are cut', () => {
  const secret = createSecretKey(randomBytes(32))
  const places = [
    ['ab', 'c', 'd'],
    ['a', 'bc', 'd'],
    ['a', 'b', 'cd'],
    ['', 'abc', 'd'],
    ['abcd', '', ''],
    ['a', 'b', ''],
    ['a', '', 'b'],
    ['a\0b', 'c', 'd'],
    ['中', '文', '字'],
    ['中文', '', '字'],
  ] as const
  const sealed = places.map(([scope, object, field]) =>
    newBoundKey(scope, secret).seal({ object, field }, Buffer.of(7)),
  )
  for (const [i, [scope, object, field]] of places.entries())
    for (const [j, value] of sealed.entries()) {
      const open = () => newBoundKey(scope, secret).open({ object, field }, value)
      if (i === j) assert.deepEqual(open(), Buffer.of(7))
      else assert.throws(open, SealError)
    }
})

test('places that have no octets of their own, or no end, are refused', () => {
  const key = newBoundKey('account a')
  assert.throws(() => key.seal({ ...place, object: '\ud800' }, Buffer.of(1)), SealError)
  assert.throws(() => key.seal({ ...place, field: 'f'.repeat(257) }, Buffer.of(1)), SealError)
  key.seal({ object: '\u{10ffff}'.repeat(512), field: '字'.repeat(256) }, Buffer.of(1))
})

/** Not a cipher: only another number and another layout. */
const dummy: Suite = {
  id: 9,
  name: 'dummy',
  overheadOctets: 1,
  seal(_key, _associated, plaintext, { buffer, at }) {
    buffer[at] = 0xaa
    buffer.set(plaintext, at + 1)
  },
  open(_key, _associated, sealed, at) {
    if (sealed[at] !== 0xaa) throw new SealError('does not open')
    return Buffer.from(sealed.subarray(at + 1))
  },
}

test('another algorithm takes over and what was sealed before still opens', () => {
  const secret = createSecretKey(randomBytes(32))
  const id = Buffer.from('abcdefgh')
  const before = new KeyRing(createSuites(aesGcm), 'directory')
  const after = new KeyRing(createSuites(dummy, aesGcm), 'directory')
  for (const ring of [before, after]) {
    ring.add(id, () => secret)
    ring.sealUnder(id)
  }
  const old = before.seal(place, Buffer.of(1, 2))
  const made = after.seal(place, Buffer.of(3, 4))
  assert.equal(made[0], 9)
  assert.deepEqual(after.open(place, old), Buffer.of(1, 2))
  assert.deepEqual(after.open(place, made), Buffer.of(3, 4))
  assert.throws(() => before.open(place, made), SealError)
})

test('a ring tells an unknown key from a value that is no sealed value', () => {
  const ring = new KeyRing(createSuites(aesGcm), 'directory')
  const other = new KeyRing(createSuites(aesGcm), 'directory')
  const secret = createSecretKey(randomBytes(32))
  ring.add(Buffer.from('abcdefgh'), () => secret)
  other.add(Buffer.from('ABCDEFGH'), () => secret)
  other.sealUnder(Buffer.from('ABCDEFGH'))
  assert.throws(() => ring.open(place, other.seal(place, Buffer.of(1))), UnknownEpoch)
  for (const octets of [0, 1, 8, 9, 36]) {
    const value = Buffer.alloc(octets, 'abcdefgh')
    assert.throws(() => ring.open(place, value), SealError)
  }
})
