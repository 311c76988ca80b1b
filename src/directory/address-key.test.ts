import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findAddressKey, findDomainKey, findNewAddressKey } from './address-key.ts'

test('every way to write an address is one key', () => {
  assert.equal(findAddressKey('Chan.Tai-Man@TD.Example'), 'chan.tai-man@td.example')
  assert.equal(findAddressKey('陳大文@運輸署.example'), '陳大文@xn--ss0az63atxa.example')
  // U+0065 U+0301 and U+00E9 are one letter.
  assert.equal(findAddressKey('Rene\u0301@td.example'), findAddressKey('REN\u00C9@td.example'))
  assert.equal(findDomainKey('運輸署.Example'), 'xn--ss0az63atxa.example')
})

test('what is not an address has no key', () => {
  for (const text of ['', '@', 'a@', '@b', 'a', 'a@b c', 'a@-b.example', 'a@b..c'])
    assert.equal(findAddressKey(text), undefined, text)
})

test('an address given to somebody has no tag, no space and a length that SMTP can carry', () => {
  assert.equal(findNewAddressKey('a+b@td.example'), undefined)
  assert.equal(findNewAddressKey('a b@td.example'), undefined)
  assert.equal(findNewAddressKey('a\u200bb@td.example'), undefined)
  assert.equal(findNewAddressKey('.a@td.example'), undefined)
  assert.equal(findNewAddressKey(`${'a'.repeat(65)}@td.example`), undefined)
  assert.equal(findNewAddressKey(`${'a'.repeat(64)}@td.example`)?.length, 75)
})
