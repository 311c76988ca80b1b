import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isRefusal } from '../base/refusal.ts'
import { displayDomain, normalizeDomain } from './domain.ts'
import { encodePhrase } from './encode-phrase.ts'
import { displayAddress, formatAddress, formatMailbox } from './format.ts'
import { normalizeLocalPart, splitSubaddress } from './local-part.ts'
import { parseAddress } from './parse-address.ts'

test('reads an address and writes it again', () => {
  for (const text of [
    'a+b@example.org',
    '"a b"@example.org',
    'x@[192.0.2.1]',
    "o'neil@example.org",
  ])
    assert.equal(formatAddress(parseAddress(text)), text)
})

test('refuses text around an address', () => {
  for (const text of [
    '',
    'a',
    '@b',
    'a@',
    '<a@example.org>',
    'A <a@example.org>',
    'a@example.org,',
  ])
    assert.throws(
      () => parseAddress(text),
      (error) => isRefusal(error, 'invalid'),
      text,
    )
})

test('gives one domain for every way to write it', () => {
  assert.equal(normalizeDomain('Example.GOV.HK.'), 'example.gov.hk')
  assert.equal(normalizeDomain('BÜCHER.example'), 'xn--bcher-kva.example')
  assert.equal(normalizeDomain('bu\u0308cher.example'), 'xn--bcher-kva.example')
  assert.equal(displayDomain('xn--bcher-kva.example'), 'bücher.example')
})

test('refuses what is no domain', () => {
  for (const text of [
    '',
    '.',
    'a..b',
    '-a.example',
    'a-.example',
    'a b',
    'a/b',
    'a%41',
    '１.2.3.4',
  ])
    assert.throws(
      () => normalizeDomain(text),
      (error) => isRefusal(error, 'invalid'),
      text,
    )
})

test('looks local parts up in NFC and lower case', () => {
  assert.equal(normalizeLocalPart('Chan.Tai.Man'), 'chan.tai.man')
  assert.equal(normalizeLocalPart('Cafe\u0301'), 'café')
})

test('parts a sub-address at the first plus', () => {
  assert.deepEqual(splitSubaddress('user+a+b'), { user: 'user', detail: 'a+b' })
  assert.deepEqual(splitSubaddress('user+'), { user: 'user', detail: '' })
  assert.deepEqual(splitSubaddress('user'), { user: 'user', detail: undefined })
  assert.deepEqual(splitSubaddress('+user'), { user: '+user', detail: undefined })
})

test('writes a display name as atoms, in quotes, or as encoded words', () => {
  const address = parseAddress('tm.chan@example.gov.hk')
  assert.equal(formatMailbox(undefined, address), 'tm.chan@example.gov.hk')
  assert.equal(formatMailbox('Chan Tai Man', address), 'Chan Tai Man <tm.chan@example.gov.hk>')
  assert.equal(
    formatMailbox('Chan, T. "M"', address),
    String.raw`"Chan, T. \"M\"" <tm.chan@example.gov.hk>`,
  )
  assert.equal(
    formatMailbox('陳大文', address),
    '=?UTF-8?B?6Zmz5aSn5paH?= <tm.chan@example.gov.hk>',
  )
})

test('lets no display name forge a header field or an encoded word', () => {
  assert.equal(encodePhrase('a\r\nBcc: x@example.org'), '"a Bcc: x@example.org"')
  assert.equal(encodePhrase('=?UTF-8?B?YQ==?='), '=?UTF-8?B?PT9VVEYtOD9CP1lRPT0/PQ==?=')
})

test('parts a long name into encoded words of whole characters', () => {
  const name = '香港特別行政區政府😀'.repeat(6)
  const words = encodePhrase(name).split(' ')
  assert.ok(words.length > 1 && words.every((word) => word.length <= 75))
  const decoded = words.map((word) => Buffer.from(word.slice(10, -2), 'base64').toString()).join('')
  assert.equal(decoded, name)
})

test('shows an internationalised address to people', () => {
  assert.equal(displayAddress(parseAddress('用戶@例子.香港')), '用戶@例子.香港')
})
