import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { BodyPart, EmailContent } from '../../kit/jmap/types.ts'
import { filesOf, formatSize, hasBothForms, piecesOf, runsOf, shownOf, textOf } from './model.ts'

const part = (more: Partial<BodyPart>): BodyPart => ({
  partId: '1',
  blobId: 'b',
  size: 1,
  name: null,
  type: 'text/plain',
  charset: null,
  disposition: null,
  cid: null,
  ...more,
})
const html = part({ partId: '2', type: 'text/html' })
const value = (text: string) => ({ value: text, isTruncated: false, isEncodingProblem: false })
const content = (more: Partial<EmailContent>) =>
  ({
    textBody: [],
    htmlBody: [],
    attachments: [],
    bodyValues: {},
    ...more,
  }) as unknown as EmailContent

describe('what is shown of a message', () => {
  it('is its HTML, or its text where the reader wants that', () => {
    const both = content({
      textBody: [part({})],
      htmlBody: [html],
      bodyValues: { 1: value('plain'), 2: value('<b>rich</b>') },
    })
    assert.ok(hasBothForms(both))
    assert.deepEqual(shownOf(both), { kind: 'html', parts: ['<b>rich</b>'], isTruncated: false })
    assert.deepEqual(shownOf(both, true), { kind: 'text', text: 'plain', isTruncated: false })
  })

  it('is plain text escaped where it stands among HTML, and no part runs into the next', () => {
    const mixed = content({
      htmlBody: [part({}), html],
      bodyValues: { 1: value('a < b'), 2: value('<i>c</i>') },
    })
    assert.deepEqual(shownOf(mixed), {
      kind: 'html',
      parts: ['<pre>a &lt; b</pre>', '<i>c</i>'],
      isTruncated: false,
    })
  })

  it('offers as files what the text does not show itself', () => {
    const shown = part({ cid: 'pic', type: 'image/png' })
    const unused = part({ cid: 'other', type: 'image/png' })
    const attached = part({ disposition: 'attachment', cid: 'pic' })
    const files = filesOf(content({ attachments: [shown, unused, attached] }), new Set(['pic']))
    assert.deepEqual(files, [unused, attached])
  })
})

describe('plain text', () => {
  it('is cut into what was written and what was quoted', () => {
    assert.deepEqual(piecesOf('Yes.\r\n> Is it?\r\n> > Maybe\n\nBye'), [
      { depth: 0, text: 'Yes.' },
      { depth: 1, text: 'Is it?' },
      { depth: 2, text: 'Maybe' },
      { depth: 0, text: '\nBye' },
    ])
  })

  it('finds addresses and leaves the sentence’s own stops outside', () => {
    assert.deepEqual(runsOf('見 https://example.hk/路。或 a.b@example.hk。'), [
      { text: '見 ' },
      { text: 'https://example.hk/路', href: 'https://example.hk/路' },
      { text: '。或 ' },
      { text: 'a.b@example.hk', href: 'mailto:a.b@example.hk' },
      { text: '。' },
    ])
  })

  it('of many brackets is read in no time', () => {
    const from = performance.now()
    runsOf(`https://${'('.repeat(100_000)} ${'a@'.repeat(50_000)} ${'> '.repeat(10)}`)
    assert.ok(performance.now() - from < 2_000)
  })
})

describe('the words of HTML', () => {
  it('are what a reader would read', () => {
    const html =
      '<head><title>t</title></head><style>p{}</style><p>One<br>two</p><SCRIPT>x()</SCRIPT>three'
    assert.equal(textOf(html).trim(), 'One\ntwo\nthree')
  })

  it('are found in no time, whatever is not closed', () => {
    const from = performance.now()
    for (const piece of ['<style ', '<style>', '<', ' \n', '< p', '</'])
      textOf(piece.repeat(100_000))
    assert.ok(performance.now() - from < 3_000)
  })
})

describe('a size', () => {
  it('is said in few digits', () => {
    assert.deepEqual([5, 999, 1_500, 20_000_000].map(formatSize), [
      '5 B',
      '999 B',
      '1.5 KB',
      '20 MB',
    ])
  })
})
