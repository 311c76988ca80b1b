/** RFC 8621 §4.4 and §5: what is found, in which order, and where. */
import assert from 'node:assert/strict'
import { before, it } from 'node:test'
import { plain, type Suite } from './client.ts'

export function testEmailSearch(of: () => Suite): void {
  let inMailbox = ''
  let ids: string[] = []
  const found = async (filter: object, more: object = {}) =>
    (
      await of().lee.ok('Email/query', {
        filter: { operator: 'AND', conditions: [{ inMailbox }, filter] },
        ...more,
      })
    ).ids

  before(async () => {
    const { lee } = of()
    inMailbox = await lee.mailbox('Searched')
    const mailboxIds = { [inMailbox]: true }
    const put = async (message: string, receivedAt: string, keywords = {}) =>
      (await lee.put([message], { mailboxIds, receivedAt, keywords }))[0] ?? ''
    const html = `From: "Zoë" <zoe@e.example>\nTo: a@e.example\nCc: copy@e.example\nSubject: =?utf-8?B?6YGT6Lev5bel56iL?=\nX-Case: Number 7\nContent-Type: text/html\n\n<head><style>hidden</style></head><p title="shown" class="unshown">Quick &amp; brown fox</p>\n`
    ids = [
      await put(html, '2020-01-01T00:00:00Z', { $flagged: true }),
      await put(
        plain('Base', 'brown quick\nQuick Brown', 'Message-ID: <s1@e.example>\n'),
        '2020-01-02T00:00:00Z',
        { $seen: true },
      ),
      await put(
        plain('Re: Base', `long ${'x'.repeat(500)}`, 'References: <s1@e.example>\n'),
        '2020-01-03T00:00:00Z',
      ),
    ]
  })

  it('§4.4.1: times, sizes and keywords, with their edges', async () => {
    const [a, b, c] = ids
    assert.deepEqual(await found({ before: '2020-01-02T00:00:00Z' }), [a])
    assert.deepEqual(await found({ after: '2020-01-02T00:00:00Z' }), [c, b])
    const { size } = await of().lee.email(c ?? '', ['size'])
    assert.deepEqual(
      [await found({ minSize: size }), await found({ minSize: size + 1 })],
      [[c], []],
    )
    assert.deepEqual(
      [
        (await found({ maxSize: size })).includes(c),
        (await found({ maxSize: size + 1 })).includes(c),
      ],
      [false, true],
    )
    assert.deepEqual(await found({ hasKeyword: '$FLAGGED' }), [a])
    assert.deepEqual(await found({ notKeyword: '$flagged' }), [c, b])
  })

  it('§4.4.1: mailboxes, and those other than some', async () => {
    const [a, b, c] = ids
    const { lee } = of()
    assert.deepEqual(await found({}), [c, b, a])
    assert.deepEqual(await found({ inMailboxOtherThan: [inMailbox] }), [])
    assert.deepEqual(await found({ inMailboxOtherThan: [lee.inbox] }), [c, b, a])
  })

  it('§4.4.1: what a thread has in all, some or none of its Emails', async () => {
    const [a, b, c] = ids
    assert.deepEqual(await found({ someInThreadHaveKeyword: '$seen' }), [c, b])
    assert.deepEqual(await found({ allInThreadHaveKeyword: '$seen' }), [])
    assert.deepEqual(await found({ noneInThreadHaveKeyword: '$seen' }), [a])
    assert.deepEqual(await found({ allInThreadHaveKeyword: '$flagged' }), [a])
  })

  it('§4.4.1: text is looked for in From, To, Cc, Bcc, Subject and the bodies', async () => {
    const [a, b] = ids
    for (const text of ['zoë', 'ZOE@e.example', 'copy@', '道路工程', 'quick & brown', 'shown'])
      assert.deepEqual(
        await found({ text }),
        text.startsWith('quick') ? await found({ text }) : [a],
        text,
      )
    assert.ok((await found({ text: 'quick & brown' })).includes(a))
    assert.deepEqual(await found({ from: 'zoë' }), [a])
    assert.deepEqual(
      [await found({ cc: 'copy' }), await found({ bcc: 'copy' }), await found({ subject: '工程' })],
      [[a], [], [a]],
    )
    assert.deepEqual((await found({ to: 'my.lee' })).includes(b), true)
  })

  it('§4.4.1: of HTML, what is shown of it is looked at, and not its markup', async () => {
    const [a] = ids
    assert.deepEqual(await found({ body: '"& brown fox"' }), [a])
    for (const body of ['unshown', 'class', 'hidden', '<p', '&amp;', '"</head>"'])
      assert.deepEqual(await found({ body }), [], body)
  })

  it('§4.4.1: words are found in any order, all of them; what is quoted as it stands', async () => {
    const [, b] = ids
    assert.ok((await found({ body: 'brown quick' })).length > 1)
    assert.deepEqual(await found({ body: '"brown quick"' }), [b])
    assert.deepEqual(await found({ body: 'quick nowhere' }), [])
  })

  it('§4.4.1: header has a name, and perhaps a text', async () => {
    const [a] = ids
    assert.deepEqual(
      [
        await found({ header: ['x-case'] }),
        await found({ header: ['X-CASE', 'number'] }),
        await found({ header: ['X-Case', '8'] }),
      ],
      [[a], [a], []],
    )
    for (const header of [[], ['a', 'b', 'c'], 'a', [1]])
      assert.equal(await of().lee.fault('Email/query', { filter: { header } }), 'invalidArguments')
  })

  it('§4.4.1: several properties all apply, and none are always true', async () => {
    const [a, b] = ids
    assert.deepEqual(await found({ subject: 'base', hasKeyword: '$seen' }), [b])
    assert.equal((await found({})).length, 3)
    assert.deepEqual(await found({ hasAttachment: true }), [])
    assert.deepEqual((await found({ hasAttachment: false })).includes(a), true)
  })

  it('§4.4.2: by every property that is advertised', async () => {
    const [a, b, c] = ids
    const by = async (property: string, more: object = {}) =>
      found({}, { sort: [{ property, ...more }, { property: 'receivedAt' }] })
    assert.deepEqual(await by('receivedAt'), [a, b, c])
    assert.equal((await by('size')).at(-1), c)
    assert.deepEqual(await by('from'), [b, c, a])
    assert.deepEqual(await by('subject'), [b, c, a], 'a base subject is without Re:')
    assert.deepEqual(await by('hasKeyword', { keyword: '$flagged', isAscending: false }), [a, b, c])
    assert.deepEqual(
      await by('someInThreadHaveKeyword', { keyword: '$seen', isAscending: false }),
      [b, c, a],
    )
    assert.deepEqual(await by('allInThreadHaveKeyword', { keyword: '$seen', isAscending: false }), [
      a,
      b,
      c,
    ])
    for (const property of ['hasKeyword', 'allInThreadHaveKeyword', 'someInThreadHaveKeyword'])
      assert.equal(
        await of().lee.fault('Email/query', { sort: [{ property }] }),
        'invalidArguments',
      )
  })

  it('§4.4.3: a thread stands once, where its first Email stands', async () => {
    const [a, b, c] = ids
    assert.deepEqual(await found({}, { collapseThreads: true }), [c, a])
    const sort = [{ property: 'receivedAt' }]
    assert.deepEqual(await found({}, { collapseThreads: true, sort }), [a, b])
    assert.deepEqual(await found({ hasKeyword: '$seen' }, { collapseThreads: true }), [b])
  })

  it('§5: a snippet marks what was found, escapes the rest, and has 255 octets at most', async () => {
    const { lee } = of()
    const body = `${'前言。'.repeat(60)}<needle> & more ${'後語。'.repeat(60)}`
    const [id = '', other = ''] = await lee.put([
      plain('A <needle> & "more"', body),
      plain('other'),
    ])
    const { list, notFound } = await lee.ok('SearchSnippet/get', {
      filter: { text: 'needle' },
      emailIds: [id, other, 'none'],
    })
    assert.deepEqual(notFound, ['none'])
    const snippet = list.find(({ emailId }: { emailId: string }) => emailId === id)
    assert.match(snippet.subject, /^A &lt;<mark>needle<\/mark>&gt; &amp; /)
    assert.ok(Buffer.byteLength(snippet.preview) <= 255)
    assert.match(snippet.preview, /&lt;<mark>needle<\/mark>&gt; &amp; more/)
    const nothing = list.find(({ emailId }: { emailId: string }) => emailId === other)
    assert.deepEqual([nothing.subject, nothing.preview, 'id' in nothing], [null, null, false])
    const none = await lee.ok('SearchSnippet/get', { filter: null, emailIds: [id] })
    assert.deepEqual(
      [none.list[0].subject, none.list[0].preview, none.notFound],
      [null, null, null],
    )
  })
}
