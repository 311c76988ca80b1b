/** Row MACs: one MAC, one row. */
import assert from 'node:assert/strict'
import { createSecretKey, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { RowAuthority, encodeRow } from './authority.ts'
import type { MacColumn } from './types.ts'

test('no two different rows have the same octets', () => {
  const rows: readonly (readonly [string, readonly MacColumn[]])[] = [
    ['post', []],
    ['post', [null]],
    ['post', [null, null]],
    ['post', ['']],
    ['post', [Buffer.of()]],
    ['post', [0]],
    ['post', [1]],
    ['post', ['1']],
    ['post', [true]],
    ['post', [false]],
    ['post', ['a', 'b']],
    ['post', ['ab', '']],
    ['post', ['', 'ab']],
    ['post', ['ab']],
    ['post', [Buffer.from('ab')]],
    ['pos', ['tab']],
    ['posta', ['b']],
    ['post', ['a', null]],
    ['post', [null, 'a']],
  ]
  const encoded = rows.map(([table, columns]) => encodeRow(table, columns).toString('hex'))
  assert.equal(new Set(encoded).size, rows.length)
})

test('a row is believed under the present key and those before it, and under no other', () => {
  const [first, second, stranger] = [0, 0, 0].map(() => createSecretKey(randomBytes(32)))
  assert(first !== undefined && second !== undefined && stranger !== undefined)
  const authority = new RowAuthority()
  authority.adopt(first, [first])
  const row = ['id', 3, true, null, Buffer.of(1, 2)] as const
  const old = authority.mac('post', row)
  authority.adopt(second, [first, second])
  const made = authority.mac('post', row)
  assert.equal(made.length, 32)
  assert.notDeepEqual(made, old)
  assert(authority.verify('post', row, old))
  assert(authority.verify('post', row, made))
  for (let n = 0; n < 32; n++) {
    const flipped = Buffer.from(made)
    flipped.writeUInt8(flipped.readUInt8(n) ^ 1, n)
    assert(!authority.verify('post', row, flipped))
  }
  assert(!authority.verify('post', row, made.subarray(0, 31)))
  assert(!authority.verify('post', [...row, null], made))
  assert(!authority.verify('person', row, made))
  authority.adopt(stranger, [stranger])
  assert(!authority.verify('post', row, made))
})

test('zero has one sign, and what is no number is a bug', () => {
  assert.deepEqual(encodeRow('t', [-0]), encodeRow('t', [0]))
  assert.throws(() => encodeRow('t', [Number.NaN]))
  assert.throws(() => encodeRow('t', ['\ud800']))
})
