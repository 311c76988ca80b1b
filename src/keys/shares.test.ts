/** Shares: any m restore, fewer do not, and nothing wrong ever gives a key. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { isRefusal } from '../base/refusal.ts'
import { invert, multiply } from './gf256.ts'
import { formatShare, parseShare } from './share-text.ts'
import { combineShares, makeShares } from './shares.ts'
import type { Share } from './shares.ts'

const secret = randomBytes(32)

function isInvalid(what: RegExp) {
  return (error: unknown) => isRefusal(error, 'invalid') && what.test(String(error.facts['what']))
}

function pick(shares: readonly Share[], ...indexes: readonly number[]): readonly Share[] {
  return indexes.flatMap((index) => shares.filter((share) => share.index === index))
}

test('the field is that of FIPS 197', () => {
  assert.equal(multiply(0x57, 0x83), 0xc1)
  assert.equal(multiply(0x57, 0x13), 0xfe)
  assert.equal(invert(0), 0)
  for (let a = 1; a < 256; a++) assert.equal(multiply(a, invert(a)), 1)
})

test('every choice of three of five restores, in any order, and so do all', () => {
  const shares = makeShares(secret, 3, 5, randomBytes)
  for (let a = 1; a <= 5; a++)
    for (let b = 1; b <= 5; b++)
      for (let c = 1; c <= 5; c++)
        if (new Set([a, b, c]).size === 3)
          assert.deepEqual(combineShares(pick(shares, a, b, c)), secret)
  assert.deepEqual(combineShares(shares), secret)
  const many = makeShares(secret, 255, 255, randomBytes)
  assert.deepEqual(combineShares(many), secret)
})

test('too few, doubled, mixed and altered shares are told apart', () => {
  const shares = makeShares(secret, 3, 5, randomBytes)
  const others = makeShares(secret, 3, 5, randomBytes)
  assert.throws(() => combineShares([]), isInvalid(/no shares/))
  assert.throws(() => combineShares(pick(shares, 1, 2)), isInvalid(/too few/))
  assert.throws(() => combineShares(pick(shares, 1, 2, 2)), isInvalid(/twice/))
  assert.throws(
    () => combineShares([...pick(shares, 1, 2), ...pick(others, 3)]),
    isInvalid(/different sets/),
  )
  const altered = shares.map((share) => ({ ...share, octets: Buffer.from(share.octets) }))
  const [first] = altered
  assert(first !== undefined)
  first.octets.writeUInt8(first.octets.readUInt8(0) ^ 1, 0)
  assert.throws(() => combineShares(pick(altered, 1, 2, 3)), isInvalid(/altered/))
  assert.throws(() => combineShares(pick(altered, 2, 3, 4, 1)), isInvalid(/altered/))
  const forged = pick(others, 3).map((share) => ({ ...share, setId: shares[0]?.setId ?? '' }))
  assert.throws(() => combineShares([...pick(shares, 1, 2), ...forged]), isInvalid(/altered/))
})

test('fewer shares than needed fit every secret', () => {
  // With a random second coefficient each value of a share is as likely as any other.
  const seen = new Set<number>()
  for (let n = 0; n < 8_000; n++)
    seen.add(makeShares(Buffer.of(42), 2, 2, randomBytes)[0]?.octets[0] ?? -1)
  assert.equal(seen.size, 256)
})

test('numbers that make no sense are refused', () => {
  for (const [m, n] of [
    [1, 3],
    [4, 3],
    [2, 256],
    [0, 0],
  ] as const)
    assert.throws(() => makeShares(secret, m, n, randomBytes), isInvalid(/shares/))
  assert.throws(() => makeShares(randomBytes(65), 2, 3, randomBytes), isInvalid(/secret/))
  assert.throws(() => makeShares(Buffer.of(), 2, 3, randomBytes), isInvalid(/secret/))
})

test('a share is written and read again, however it was copied', () => {
  for (const octets of [1, 16, 31, 32, 33, 64]) {
    const key = randomBytes(octets)
    const shares = makeShares(key, 2, 3, randomBytes)
    const texts = shares.map((share) => formatShare(share))
    assert.deepEqual(combineShares(texts.slice(1).map(parseShare)), key)
    const copied = texts.map((text) =>
      text
        .replace(/^#.*\n/, '')
        .toLowerCase()
        .replaceAll('0', 'o')
        .replaceAll('1', 'l')
        .replaceAll(' ', '-')
        .replaceAll('\n', '\r\n\r\n'),
    )
    assert.deepEqual(copied.map(parseShare), shares)
  }
})

test('a slip of the pen is found, nearly always in its line', () => {
  const [share] = makeShares(secret, 2, 3, randomBytes)
  assert(share !== undefined)
  const text = formatShare(share).split('\n').slice(1).join('\n')
  let slips = 0
  let found = 0
  for (let at = 0; at < text.length; at++) {
    if (!/[0-9A-Z]/.test(text.charAt(at))) continue
    const wrong = text.charAt(at) === 'X' ? 'Y' : 'X'
    const line = text.slice(0, at).split('\n').length
    slips++
    try {
      parseShare(text.slice(0, at) + wrong + text.slice(at + 1))
      assert.fail('read a share with a slip')
    } catch (error) {
      assert(isRefusal(error, 'invalid'))
      if (error.facts['line'] === line) found++
    }
  }
  assert(found >= slips - 3, `${found} of ${slips}`)
  const lines = text.trimEnd().split('\n')
  assert.throws(() => parseShare(lines.slice(0, -1).join('\n')), isInvalid(/not whole/))
  assert.throws(() => parseShare(lines.toReversed().join('\n')), isInvalid(/slip/))
  assert.throws(() => parseShare(''), isInvalid(/not whole/))
  assert.throws(() => parseShare('0'.repeat(5_000)), isInvalid(/too long/))
})
