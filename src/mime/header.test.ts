import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeWords } from './encoded-word.ts'
import { fixtures } from './fixtures/fixtures.ts'
import { findField, findValue, rawValue } from './header.ts'
import { parseMessage } from './parse.ts'

const fieldsOf = (name: keyof typeof fixtures) => parseMessage(fixtures[name]).fields

function subject(name: keyof typeof fixtures): string {
  return decodeWords(findValue(fixtures[name], fieldsOf(name), 'subject') ?? '')
}

function parametersOf(value: string): Record<string, string> {
  const octets = Buffer.from(`Content-Type: ${value}\r\n\r\n`, 'latin1')
  return Object.fromEntries(parseMessage(octets).parameters)
}

test('gives the exact octets of a value and its text on one line', () => {
  const octets = fixtures['folded header fields']
  const field = findField(fieldsOf('folded header fields'), 'subject')
  assert.ok(field)
  assert.equal(rawValue(octets, field).toString(), ' one\r\n\ttwo\r\n  three')
  assert.equal(findValue(octets, fieldsOf('folded header fields'), 'subject'), 'one\ttwo  three')
  assert.equal(findValue(octets, fieldsOf('folded header fields'), 'absent'), undefined)
})

test('decodes encoded words of the charsets people here write', () => {
  assert.equal(subject('Big5-HKSCS subject in an encoded word'), '喺香港嘅 notice')
  assert.equal(subject('GB18030 body in base64'), '香港 政府')
  assert.equal(subject('GB2312 label over GBK octets'), '镕基')
  assert.equal(subject('ISO-2022-JP body of seven bits'), '日本語')
  assert.equal(subject('KOI8-R in quoted-printable'), 'Привет')
})

test('joins adjacent encoded words, also within a character', () => {
  assert.equal(subject('a character parted between two encoded words'), '會議 2026')
  assert.equal(decodeWords('=?utf-8?q?a?= =?utf-8?q?b?= c =?utf-8?q?d?='), 'ab c d')
})

test('leaves broken and unknown encoded words as they are', () => {
  assert.equal(subject('unknown charset'), '=?x-klingon?B?AAAA?= =?x-klingon?Q?qapla=27?=')
  assert.equal(subject('broken encoded words'), '會議minutes a b =?UTF-8?B?abc =?x?Z?y?= =?=')
})

test('lets no encoded word bring a line break', () => {
  assert.equal(decodeWords('=?utf-8?q?a=0D=0ABcc:_x?='), 'a Bcc: x')
})

test('reads raw 8-bit header fields as UTF-8 where valid and as ISO 8859-1 elsewhere', () => {
  assert.equal(subject('raw UTF-8 header fields'), '會議紀錄')
  assert.equal(subject('raw ISO 8859-1 header field'), 'Café')
})

test('joins RFC 2231 continuations and prefers them to the plain parameter', () => {
  const part = parseMessage(fixtures['RFC 2231 file name in continuations'])
  assert.equal(part.parameters.get('name'), '會議 2026.pdf')
  assert.equal(part.disposition?.parameters.get('filename'), '香港.pdf')
  assert.deepEqual(parametersOf("a/b; x*2=c; x*0*=utf-8'en'%61; x*1=b"), { x: 'abc' })
})

test('reads parameters as programs write them', () => {
  assert.deepEqual(parametersOf('a/b; Name="q\\"u;o"; x=y (comment); z'), { name: 'q"u;o', x: 'y' })
  assert.deepEqual(parametersOf('a/b; name=my file (1).txt;x="1" y=2'), {
    name: 'my file (1).txt',
    x: '1',
    y: '2',
  })
  assert.deepEqual(parametersOf('a/b; name="=?utf-8?q?caf=C3=A9?="'), { name: 'café' })
  assert.deepEqual(parametersOf('a/b; name="caf\xe9"'), { name: 'café' })
  assert.deepEqual(parametersOf('a/b; name="caf\xc3\xa9"'), { name: 'café' })
  assert.deepEqual(parametersOf('a/b; x="open; y=z'), { x: 'open; y=z' })
})

test('defaults a broken Content-Type to text/plain in US-ASCII', () => {
  const part = parseMessage(fixtures['broken Content-Type'])
  assert.equal(`${part.type}/${part.subtype}`, 'text/plain')
  assert.equal(part.parameters.get('charset'), 'us-ascii')
})
