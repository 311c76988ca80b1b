import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  decodeBase64,
  decodeQuotedPrintable,
  decodeTransfer,
  encodeBase64,
  encodeQuotedPrintable,
} from './transfer.ts'

const unquote = (text: string): string =>
  decodeQuotedPrintable(Buffer.from(text, 'latin1')).toString('latin1')

test('reads base64 with line breaks, rubbish and joined texts', () => {
  assert.equal(decodeBase64('aGVs\r\nbG8=').toString(), 'hello')
  assert.equal(decodeBase64('aGV!s bG8').toString(), 'hello')
  assert.equal(decodeBase64('aGVsbG8=\r\nIHdvcmxk').toString(), 'hello world')
  assert.equal(decodeBase64('YQ==Yg==Yw==').toString(), 'abc')
  assert.equal(decodeBase64('====').toString(), '')
})

test('reads quoted-printable, right and wrong', () => {
  assert.equal(unquote('a=3Db=3db'), 'a=b=b')
  assert.equal(unquote('soft=\r\nbreak=  \r\nagain'), 'softbreakagain')
  assert.equal(unquote('trailing  \r\nline\n'), 'trailing\r\nline\n')
  assert.equal(unquote('=ZZ =4 =='), '=ZZ =4 =')
  assert.equal(unquote('end='), 'end')
  assert.equal(unquote('kept=20\r\n'), 'kept \r\n')
})

test('reads uuencoded bodies and leaves others alone', () => {
  const body = Buffer.from('begin 644 cat.txt\r\n#0V%T\r\n`\r\nend\r\n')
  assert.equal(decodeTransfer(body, 'x-uuencode').toString(), 'Cat')
  assert.equal(decodeTransfer(Buffer.from('no begin'), 'uuencode').toString(), 'no begin')
  assert.equal(decodeTransfer(Buffer.from('as it is'), 'x-unknown').toString(), 'as it is')
})

test('writes base64 and quoted-printable in short lines that are read back', () => {
  const octets = Buffer.from(
    `From here\r\n.dot\r\n${'=會'.repeat(40)} \r\n\ttab\t\r\n${'x'.repeat(200)}\0\r\n`,
  )
  for (const text of [encodeBase64(octets), encodeQuotedPrintable(octets)])
    assert.ok(
      text.split('\r\n').every((line) => line.length <= 76 && /^[\t\x20-\x7e]*$/.test(line)),
    )
  assert.deepEqual(decodeBase64(encodeBase64(octets)), octets)
  assert.deepEqual(decodeQuotedPrintable(Buffer.from(encodeQuotedPrintable(octets))), octets)
})
