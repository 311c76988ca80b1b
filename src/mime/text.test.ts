import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fixtures } from './fixtures/fixtures.ts'
import { lines, utf8 } from './fixtures/write.ts'
import { htmlText } from './html-text.ts'
import { previewMax, searchTextMax } from './limits.ts'
import { parseMessage } from './parse.ts'
import { messageText, preview } from './text.ts'

const read = (octets: Buffer) => messageText(octets, parseMessage(octets))

test('gives plain text, HTML without tags, subjects within and file names', () => {
  assert.deepEqual(read(fixtures['alternative within mixed']), {
    text: 'Plain words\nRich words & all',
    names: ['report.pdf'],
  })
  assert.equal(
    read(fixtures['message within a message']).text,
    'See below\nInner\nInner one\nInner two',
  )
  assert.deepEqual(read(fixtures['RFC 2047 file name within quotes']).names, ['香港.doc'])
})

test('decodes transfer encodings and charsets', () => {
  assert.equal(read(fixtures['Big5-HKSCS subject in an encoded word']).text, '喺香港嘅\r\n')
  assert.equal(read(fixtures['GB18030 body in base64']).text, '香港政府😀')
  assert.equal(read(fixtures['EUC-JP and Shift_JIS in one message']).text, '日本\n日本')
  assert.equal(read(fixtures['quoted-printable text']).text, 'café = joined\r\nbad =zz and =4 here')
  assert.equal(read(fixtures['unknown charset']).text, '成功\r\n')
})

test('keeps no more text than its limit', () => {
  const part = ['--b', '', 'x'.repeat(searchTextMax - 10)]
  const octets = lines('Content-Type: multipart/mixed; boundary=b', '', ...part, ...part, '--b--')
  assert.ok(read(octets).text.length <= searchTextMax + 1)
})

test('reads HTML as people see it', () => {
  assert.equal(htmlText('<p>one</p><p>t<b>w</b>o<br>three'), 'one two three')
  assert.equal(
    htmlText('a<!-- hidden > --><style>x</STYLE >b<script>if (a<b) {}</script>c'),
    'a b c',
  )
  assert.equal(
    htmlText('1 < 2 &lt; 3 &#39;&#x9999;&unknown; &amp;amp;'),
    "1 < 2 < 3 '香&unknown; &amp;",
  )
  assert.equal(htmlText('cut <a href="'), 'cut')
  assert.equal(htmlText('&#0;&#1114112;'), '\uFFFD\uFFFD')
})

test('reads of HTML no more than gives the characters that are wanted', () => {
  const words = Array.from({ length: 400 }, (_, at) => `word${at}`)
  for (const gap of [' ', `<br>${' '.repeat(300)}`, '<!-- nothing --> <b> </b>']) {
    const whole = htmlText(words.join(gap))
    const beginning = htmlText(words.join(gap), 1_000)
    assert.ok(beginning.length >= 1_000 && beginning.length <= whole.length)
    assert.equal(beginning.slice(0, 1_000), whole.slice(0, 1_000))
  }
  assert.equal(htmlText('<p>All of it</p>', 1_000), 'All of it')
})

test('previews the first words, plain text before HTML, attachments never', () => {
  const show = (octets: Buffer) => preview(octets, parseMessage(octets))
  assert.equal(show(fixtures['alternative within mixed']), 'Plain words')
  assert.equal(show(fixtures['bare CR']), 'one two three')
  assert.equal(show(fixtures['empty']), '')
  const long = lines('Content-Type: text/plain; charset=utf-8', '', utf8(`x${'😀'.repeat(500)}`))
  assert.equal(show(long), `x${'😀'.repeat((previewMax - 2) / 2)}`)
})
