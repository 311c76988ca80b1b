import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeCharset, decodeText, isKnownCharset } from './charset.ts'

const decodings: readonly (readonly [label: string, hex: string, text: string])[] = [
  ['UTF-8', 'e9a699e6b8af', '香港'],
  ['utf8', 'efbbbf61', 'a'],
  ['us-ascii', '6162', 'ab'],
  ['US-ASCII', 'e9a699', '香'],
  ['iso-8859-1', '63616ae980', 'cajé€'],
  ['iso-8859-2', 'b1e6', 'ąć'],
  ['iso-8859-5', 'bfe0d8', 'При'],
  ['iso-8859-7', 'e1e2', 'αβ'],
  ['iso-8859-9', 'fdfe', 'ış'],
  ['iso-8859-15', 'a4', '€'],
  ['windows-1251', 'cff0e8', 'При'],
  ['windows-1252', '80', '€'],
  ['windows-1256', 'c7', 'ا'],
  ['Big5', 'adbbb4e4', '香港'],
  ['Big5', 'f9d6', '碁'],
  ['big5-hkscs', '9df6fb489df79df8', '喺嘅咗啲'],
  ['big5', '8862', 'Ê̄'],
  ['cp950', 'ca5c', '佢'],
  ['GB2312', 'cfe3b8db', '香港'],
  ['gbk', 'e946', '镕'],
  ['GB18030', '9439fc36', '😀'],
  ['gb18030', '81308130', '\u0080'],
  ['iso-2022-jp', '1b2442467c4b5c386c1b284221', '日本語!'],
  ['EUC-JP', 'c6fccbdc', '日本'],
  ['shift_jis', '93fa967bb1', '日本ｱ'],
  ['windows-31j', '8740', '①'],
  ['EUC-KR', 'c7d1b1b9', '한국'],
  ['ks_c_5601-1987', 'c7d1', '한'],
  ['koi8-r', 'f0d2c9', 'При'],
  ['koi8-u', 'a4', 'є'],
  ['UTF-16', 'fffe9999', '香'],
  ['utf-16be', '9999', '香'],
  ['utf-16le', '9999', '香'],
  ['utf-7', '2b6d5a6c754c772d', '香港'],
]

test('decodes the charsets of mail', () => {
  for (const [label, hex, text] of decodings)
    assert.equal(decodeCharset(Buffer.from(hex, 'hex'), label), text, `${label} ${hex}`)
})

test('says undefined for an unknown charset, and falls back to UTF-8 or Windows-1252', () => {
  for (const label of ['x-klingon', '', 'base64', 'hex', 'constructor', '__proto__', 'utf-7-imap'])
    assert.equal(decodeCharset(Buffer.from('YQ=='), label), undefined, label)
  assert.equal(isKnownCharset('x-klingon'), false)
  assert.equal(decodeText(Buffer.from('香'), 'x-klingon'), '香')
  assert.equal(decodeText(Buffer.from([0x80]), undefined), '€')
})

test('gives well-formed text for any octets', () => {
  const octets = Buffer.from(Array.from({ length: 512 }, (_, index) => (index * 37) & 0xff))
  for (const [label] of decodings) {
    const text = decodeCharset(octets, label)
    assert.ok(text?.isWellFormed(), label)
  }
})
