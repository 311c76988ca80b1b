import assert from 'node:assert/strict'
import { test } from 'node:test'
import { linkAddressOf } from './link-address.ts'
import { RichText } from './rich-text.ts'
import { schema } from './schema.ts'

const paragraph = (text: string) => ({ type: 'paragraph', content: [{ type: 'text', text }] })
const richOf = (...content: readonly object[]) =>
  new RichText(schema.nodeFromJSON({ type: 'doc', content }))

const answered = (signature: RichText | undefined) =>
  RichText.begin(signature, {
    head: 'On Monday, Lee wrote:',
    body: RichText.ofPlainText('Hello\nthere\n\nBye'),
    isCited: true,
  })

test('plain text becomes paragraphs and quotations, and is the same again', () => {
  const text = 'Noted.\nThanks.\n\nLee\n> Hello\n>\n> - one\n>> deeper'
  assert.equal(
    RichText.ofPlainText(text.replaceAll('\n', '\r\n')).toText(),
    'Noted.\nThanks.\n\nLee\n> Hello\n> \n> - one\n>> deeper',
  )
  assert.equal(RichText.ofPlainText('').toText(), '')
  assert.equal(RichText.ofPlainText(`${'>'.repeat(400)} x`).isEmpty, false)
})

test('lists, links and tables are said in words', () => {
  const link = (text: string, href: string) => ({
    type: 'paragraph',
    content: [{ type: 'text', text, marks: [{ type: 'link', attrs: { href } }] }],
  })
  const item = (...content: readonly object[]) => ({ type: 'listItem', content })
  const cell = (text: string) => ({ type: 'tableCell', content: [paragraph(text)] })
  const rich = richOf(
    {
      type: 'orderedList',
      attrs: { start: 3 },
      content: [item(paragraph('a')), item(paragraph('b'))],
    },
    {
      type: 'bulletList',
      content: [item(paragraph('c'), { type: 'bulletList', content: [item(paragraph('d'))] })],
    },
    link('the form', 'https://www.gov.hk/form'),
    link('www.gov.hk', 'https://www.gov.hk/'),
    { type: 'table', content: [{ type: 'tableRow', content: [cell('1'), cell('2')] }] },
  )
  assert.equal(
    rich.toText(),
    '3. a\n4. b\n\n- c\n  - d\n\nthe form <https://www.gov.hk/form>\n\nwww.gov.hk\n\n1\t2',
  )
})

test('an answer is signed above what is quoted, and that is not his own', () => {
  const mine = answered(RichText.ofPlainText('Chan\nSEO'))
  assert.equal(
    mine.toText(),
    '-- \nChan\nSEO\n\nOn Monday, Lee wrote:\n> Hello\n> there\n> \n> Bye',
  )
  assert.equal(mine.ownText(), '')
})

test('who sends as another signs as that one; who wrote into a signature keeps his words', () => {
  const [me, post] = [RichText.ofPlainText('Me'), RichText.ofPlainText('The post')]
  assert.equal(answered(me).withSignature(me, post).toText(), answered(post).toText())
  assert.equal(answered(me).withSignature(me, undefined).toText(), answered(undefined).toText())
  assert.equal(answered(undefined).withSignature(undefined, post).toText(), answered(post).toText())
  const edited = answered(RichText.ofPlainText('Me, until Friday'))
  assert.equal(edited.withSignature(me, post), edited)
})

test('a link leads to the web, a mailbox or a telephone, and nowhere else', () => {
  assert.equal(linkAddressOf(' www.gov.hk/a?b=1 '), 'https://www.gov.hk/a?b=1')
  assert.equal(linkAddressOf('wl.chan@td.gov.example'), 'mailto:wl.chan@td.gov.example')
  assert.equal(linkAddressOf('http://x/'), 'http://x/')
  for (const bad of ['', 'javascript:alert(1)', 'data:text/html,x', 'two words', 'x', '//evil'])
    assert.equal(linkAddressOf(bad), undefined, bad)
})
