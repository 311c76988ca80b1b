/** RFC 8621 §3 to §5, over HTTPS: one test a sentence that says MUST. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { openJmapWorld, type JmapWorld } from '../../../test/support/jmap-world.ts'

const multipart = [
  'From: "陳大文" <chan@td.example>',
  'To: Staff: a@td.example, B <b@td.example>;, c@td.example',
  'Subject: =?UTF-8?B?6aaZ5riv?= report',
  'Date: Mon, 5 Jan 2026 09:00:00 +0800',
  'Message-ID: <one@td.example>',
  'References: <zero@td.example> <half@td.example>',
  'X-Twice: first',
  'X-Twice: second',
  'List-Post: <mailto:list@td.example>',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary=m',
  '',
  '--m',
  'Content-Type: multipart/alternative; boundary=a',
  '',
  '--a',
  'Content-Type: text/plain; charset=big5',
  'Content-Transfer-Encoding: base64',
  '',
  'rbu05A==',
  '--a',
  'Content-Type: text/html',
  '',
  '<p>Hello <b>there</b></p>',
  '--a--',
  '--m',
  'Content-Type: text/csv; name="table.csv"',
  'Content-Disposition: attachment; filename="table.csv"',
  '',
  'a,b',
  '--m',
  'Content-Type: message/rfc822',
  '',
  'Subject: within',
  '',
  'inner text',
  '--m--',
  '',
].join('\r\n')

const plain = (subject: string, more = '', body = 'Hello') =>
  `From: a@td.example\r\nTo: b@td.example\r\nSubject: ${subject}\r\n${more}\r\n${body}\r\n`

describe('Emails', { timeout: 180_000 }, () => {
  let world: JmapWorld
  let accountId = ''
  let inbox = ''
  before(async () => {
    world = await openJmapWorld()
    accountId = world.ids.alice
    inbox = (await world.store.mailboxByName(accountId, 'INBOX')).id
  })
  after(async () => {
    await world[Symbol.asyncDispose]()
    assert.deepEqual(world.faults, [])
  })

  const call = (name: string, args: object, who?: string) =>
    world.call(name, { accountId, ...args }, who)
  const append = (message: string, at?: number) => world.append(accountId, 'INBOX', message, at)
  async function get(id: string, args: object = {}) {
    const { list } = await call('Email/get', { ids: [id], ...args })
    return list[0]
  }
  const state = async () => (await call('Email/get', { ids: [] })).state
  async function folder(name: string): Promise<string> {
    return (await call('Mailbox/set', { create: { a: { name } } })).created.a.id
  }

  it('gives the standard’s own properties where none are named (§4.2)', async () => {
    const id = await append(multipart)
    const email = await get(id)
    assert.deepEqual(Object.keys(email).toSorted(), [
      'attachments',
      'bcc',
      'blobId',
      'bodyValues',
      'cc',
      'from',
      'hasAttachment',
      'htmlBody',
      'id',
      'inReplyTo',
      'keywords',
      'mailboxIds',
      'messageId',
      'preview',
      'receivedAt',
      'references',
      'replyTo',
      'sender',
      'sentAt',
      'size',
      'subject',
      'textBody',
      'threadId',
      'to',
    ])
    assert.deepEqual(email.from, [{ name: '陳大文', email: 'chan@td.example' }])
    assert.deepEqual(
      email.to.map((each: { email: string }) => each.email),
      ['a@td.example', 'b@td.example', 'c@td.example'],
    )
    assert.equal(email.subject, '香港 report')
    assert.equal(email.sentAt, '2026-01-05T09:00:00+08:00')
    assert.equal(email.receivedAt, '2023-11-14T22:13:20Z')
    assert.deepEqual(
      [email.messageId, email.references],
      [['one@td.example'], ['zero@td.example', 'half@td.example']],
    )
    assert.deepEqual(email.mailboxIds, { [inbox]: true })
    assert.deepEqual([email.keywords, email.cc, email.hasAttachment], [{}, null, true])
    assert.equal(email.preview, '香港')
    assert.deepEqual(email.bodyValues, {})
  })

  it('gives header fields in every form, the last or all of them (§4.1.3)', async () => {
    const id = await append(multipart)
    const names = [
      'header:X-Twice',
      'header:X-Twice:all',
      'header:subject:asText',
      'header:To:asGroupedAddresses',
      'header:Date:asDate',
      'header:References:asMessageIds',
      'header:List-Post:asURLs',
      'header:Nothing:all',
      'header:Nothing',
    ]
    const email = await get(id, { properties: names })
    assert.deepEqual(
      names.map((name) => email[name]),
      [
        ' second',
        [' first', ' second'],
        '香港 report',
        [
          {
            name: 'Staff',
            addresses: [
              { name: null, email: 'a@td.example' },
              { name: 'B', email: 'b@td.example' },
            ],
          },
          { name: null, addresses: [{ name: null, email: 'c@td.example' }] },
        ],
        '2026-01-05T09:00:00+08:00',
        ['zero@td.example', 'half@td.example'],
        ['mailto:list@td.example'],
        [],
        null,
      ],
    )
    for (const wrong of [
      'header:From:asDate',
      'header:Subject:asAddresses',
      'header:Subject:asX',
      'colour',
    ])
      assert.equal(
        (await call('Email/get', { ids: [id], properties: [wrong] })).type,
        'invalidArguments',
      )
  })

  it('tells the structure, and which parts are body and which attachments (§4.1.4)', async () => {
    const id = await append(multipart)
    const email = await get(id, {
      properties: ['bodyStructure', 'textBody', 'htmlBody', 'attachments', 'bodyValues'],
      fetchAllBodyValues: true,
    })
    const ids = (parts: { partId: string }[]) => parts.map(({ partId }) => partId)
    assert.deepEqual(
      [ids(email.textBody), ids(email.htmlBody), ids(email.attachments)],
      [['1.1'], ['1.2'], ['2', '3']],
    )
    assert.equal(email.bodyStructure.type, 'multipart/mixed')
    assert.equal(email.bodyStructure.subParts[0].subParts[1].type, 'text/html')
    assert.equal(email.bodyStructure.partId, null)
    assert.deepEqual(email.bodyValues['1.1'], {
      value: '香港',
      isEncodingProblem: false,
      isTruncated: false,
    })
    assert.deepEqual([email.attachments[0].name, email.attachments[0].size], ['table.csv', 3])
    const { octets } = await world.ask(
      `/jmap/download/${accountId}/${email.attachments[0].blobId}/t`,
    )
    assert.equal(octets.toString(), 'a,b')
  })

  it('cuts values between characters and outside of tags, and says so (§4.2)', async () => {
    const id = await append(multipart)
    const args = {
      properties: ['bodyValues'],
      fetchTextBodyValues: true,
      fetchHTMLBodyValues: true,
    }
    const { bodyValues } = await get(id, { ...args, maxBodyValueBytes: 4 })
    assert.deepEqual(bodyValues['1.1'], {
      value: '香',
      isEncodingProblem: false,
      isTruncated: true,
    })
    const longer = await get(id, { ...args, maxBodyValueBytes: 10 })
    assert.equal(longer.bodyValues['1.2'].value, '<p>Hello ')
  })

  it('parses a message attached to another, and one uploaded (§4.9)', async () => {
    const { attachments } = await get(await append(multipart), { properties: ['attachments'] })
    const { blobId } = attachments[1]
    const args = {
      blobIds: [blobId, 'nothing'],
      properties: ['subject', 'bodyValues', 'textBody', 'id'],
      fetchTextBodyValues: true,
    }
    const { parsed, notFound } = await call('Email/parse', args)
    assert.deepEqual([parsed[blobId].subject, parsed[blobId].id], ['within', null])
    assert.equal(parsed[blobId].bodyValues['1'].value.trim(), 'inner text')
    assert.deepEqual(notFound, ['nothing'])
    const inner = parsed[blobId].textBody[0].blobId
    const { octets } = await world.ask(`/jmap/download/${accountId}/${inner}/t`)
    assert.match(octets.toString(), /^inner text/)
  })

  it('gathers threads, oldest first, and tells how they change (§3)', async () => {
    const first = await append(plain('t', 'Message-ID: <t1@td.example>\r\n'), 1_000)
    const sinceState = await state()
    const second = await append(
      plain('t', 'References: <t1@td.example>\r\nMessage-ID: <t2@td.example>\r\n'),
      2_000,
    )
    const { threadId } = await get(first, { properties: ['threadId'] })
    const { list } = await call('Thread/get', { ids: [threadId] })
    assert.deepEqual(list, [{ id: threadId, emailIds: [first, second] }])
    assert.deepEqual((await call('Thread/changes', { sinceState })).updated, [threadId])
    const before_ = await state()
    await call('Email/set', { destroy: [first, second] })
    assert.deepEqual((await call('Thread/changes', { sinceState: before_ })).destroyed, [threadId])
  })

  it('sets and patches keywords and mailboxes in all places at once (§4.6)', async () => {
    const id = await append(plain('patch'))
    const work = await folder('Work')
    const update = (patch: object) => call('Email/set', { update: { [id]: patch } })
    assert.deepEqual(
      (await update({ 'keywords/$seen': true, [`mailboxIds/${work}`]: true })).updated,
      { [id]: null },
    )
    assert.deepEqual(await get(id, { properties: ['keywords', 'mailboxIds'] }), {
      id,
      keywords: { $seen: true },
      mailboxIds: { [inbox]: true, [work]: true },
    })
    for (const mailbox of [inbox, work]) {
      const { entries } = await world.store.entries(accountId, mailbox, world.alice.id)
      assert.equal((entries.at(-1)?.flags ?? 0) & 1, 1)
    }
    await update({ keywords: { $Flagged: true, custom: true }, mailboxIds: { [work]: true } })
    assert.deepEqual(await get(id, { properties: ['keywords', 'mailboxIds'] }), {
      id,
      keywords: { $flagged: true, custom: true },
      mailboxIds: { [work]: true },
    })
    const wrong = [
      [{ mailboxIds: {} }, 'invalidProperties'],
      [{ mailboxIds: { nothing: true } }, 'invalidProperties'],
      [{ subject: 'x' }, 'invalidProperties'],
      [{ keywords: { 'not ok': true } }, 'invalidProperties'],
      [{ keywords: {}, 'keywords/a': true }, 'invalidPatch'],
      [{ 'subject/a': true }, 'invalidPatch'],
    ] as const
    for (const [patch, type] of wrong) assert.equal((await update(patch)).notUpdated[id].type, type)
  })

  it('is read only where every place is read, and marked where one is (§4.1.1)', async () => {
    const id = await append(plain('places'))
    const other = await folder('Other place')
    await call('Email/set', { update: { [id]: { [`mailboxIds/${other}`]: true } } })
    const { entries } = await world.store.entries(accountId, inbox, world.alice.id)
    const uid = entries.at(-1)?.uid ?? 0
    const change = { mode: 'add', flags: 1 | 4, keywords: [] } as const
    await world.store.storeFlags(accountId, inbox, world.alice.id, [uid], change)
    assert.deepEqual((await get(id, { properties: ['keywords'] })).keywords, { $flagged: true })
  })

  it('hides what is \\Deleted, and counts it nowhere (§4.1.1)', async () => {
    const name = 'Hidden'
    const mailbox = await folder(name)
    const id = await world.append(accountId, name, plain('hidden'))
    const sinceState = await state()
    const change = { mode: 'add', flags: 8, keywords: [] } as const
    await world.store.storeFlags(accountId, mailbox, world.alice.id, [1], change)
    assert.equal(await get(id), undefined)
    assert.deepEqual((await call('Email/changes', { sinceState })).destroyed, [id])
    assert.equal((await call('Mailbox/get', { ids: [mailbox] })).list[0].totalEmails, 0)
    await world.store.storeFlags(accountId, mailbox, world.alice.id, [1], {
      ...change,
      mode: 'remove',
    })
    assert.equal((await get(id)).subject, 'hidden')
  })

  it('tells created, updated and destroyed exactly, in pieces too (§4.3)', async () => {
    const [kept, gone] = [await append(plain('kept')), await append(plain('gone'))]
    const sinceState = await state()
    const none = await call('Email/changes', { sinceState })
    assert.deepEqual(
      [none.created, none.updated, none.destroyed, none.newState],
      [[], [], [], sinceState],
    )
    const fresh = await append(plain('fresh'))
    const brief = await append(plain('brief'))
    await call('Email/set', {
      update: { [kept]: { 'keywords/$seen': true }, [fresh]: { 'keywords/$seen': true } },
      destroy: [gone, brief],
    })
    const { created, updated, destroyed, hasMoreChanges } = await call('Email/changes', {
      sinceState,
    })
    assert.deepEqual(
      [created, updated, destroyed, hasMoreChanges],
      [[fresh], [kept], [gone], false],
    )
    const told: string[] = []
    let since = sinceState
    for (let more = true; more;) {
      const page = await call('Email/changes', { sinceState: since, maxChanges: 1 })
      told.push(...page.created, ...page.updated, ...page.destroyed)
      since = page.newState
      more = page.hasMoreChanges
    }
    assert.deepEqual(told.toSorted(), [kept, gone, fresh].toSorted())
  })

  it('destroys into the recoverable items, once, and not what is not there (§4.6)', async () => {
    const id = await append(plain('destroyed'))
    const done = await call('Email/set', { destroy: [id, 'nothing'], update: { [id]: {} } })
    assert.deepEqual(done.destroyed, [id])
    assert.equal(done.notUpdated[id].type, 'willDestroy')
    assert.equal(done.notDestroyed.nothing.type, 'notFound')
    const items = await world.store.recoverable(accountId)
    assert.ok(items.some(({ messageId }) => messageId === id))
    assert.deepEqual((await call('Email/get', { ids: [id] })).notFound, [id])
  })

  it('makes a draft of properties, with what a message needs beside them (§4.6)', async () => {
    const blob = await world.ask(`/jmap/upload/${accountId}`, {
      body: 'col1,col2',
      headers: { 'content-type': 'text/csv' },
    })
    const draft = {
      mailboxIds: { [inbox]: true },
      keywords: { $draft: true, $seen: true },
      from: [{ name: '陳大文', email: 'chan@td.example' }],
      to: [{ name: 'Smith, J.', email: 'smith@td.example' }],
      subject:
        '香港運輸署 — a subject that is long enough to be folded more than once, because it goes on',
      'header:X-Own:asText': 'own',
      bodyValues: { t: { value: '你好\nsecond line' }, h: { value: '<p>你好</p>' } },
      textBody: [{ partId: 't', type: 'text/plain' }],
      htmlBody: [{ partId: 'h', type: 'text/html' }],
      attachments: [{ blobId: blob.body.blobId, type: 'text/csv', name: '表.csv' }],
    }
    const { created, notCreated } = await call('Email/set', { create: { d: draft } })
    assert.equal(notCreated, null)
    assert.deepEqual(Object.keys(created.d).toSorted(), ['blobId', 'id', 'size', 'threadId'])
    const email = await get(created.d.id, { fetchAllBodyValues: true })
    assert.equal(email.subject, draft.subject)
    assert.deepEqual([email.from, email.to], [draft.from, draft.to])
    assert.ok(email.messageId.length === 1 && email.sentAt !== null)
    assert.deepEqual(email.keywords, draft.keywords)
    assert.equal(email.bodyValues[email.textBody[0].partId].value, '你好\nsecond line')
    assert.equal(email.htmlBody[0].type, 'text/html')
    assert.equal(email.attachments[0].name, '表.csv')
    const { octets } = await world.ask(
      `/jmap/download/${accountId}/${email.attachments[0].blobId}/t`,
    )
    assert.equal(octets.toString(), 'col1,col2')
    const whole = (
      await world.ask(`/jmap/download/${accountId}/${email.blobId}/m.eml`)
    ).octets.toString('latin1')
    assert.ok(whole.split('\r\n').every((line) => line.length <= 998 && !line.includes('\n')))
    assert.match(whole, /^X-Own: own\r$/m)
  })

  it('refuses drafts that cannot be, and injects no field (§4.6)', async () => {
    const base = { mailboxIds: { [inbox]: true } }
    const wrong: [object, string][] = [
      [{}, 'invalidProperties'],
      [{ ...base, colour: 1 }, 'invalidProperties'],
      [{ ...base, 'header:Content-Type': ' text/plain' }, 'invalidProperties'],
      [{ ...base, from: [{ email: 'a@b.example' }], 'header:From': ' x' }, 'invalidProperties'],
      [{ ...base, 'header:X-A': ' a\r\nBcc: evil@x.example' }, 'invalidProperties'],
      [{ ...base, from: [{ email: 'a@b.example>\r\nBcc: x' }] }, 'invalidProperties'],
      [{ ...base, textBody: [{ partId: 'x' }] }, 'invalidProperties'],
      [{ ...base, bodyStructure: { partId: 'x' }, textBody: [] }, 'invalidProperties'],
      [{ ...base, attachments: [{ blobId: 'nothing', type: 'a/b' }] }, 'blobNotFound'],
    ]
    for (const [draft, type] of wrong) {
      const { notCreated } = await call('Email/set', { create: { d: draft } })
      assert.equal(notCreated?.d.type, type, JSON.stringify(draft))
    }
    const subject = 'a\r\nBcc: evil@x.example'
    const { created } = await call('Email/set', { create: { d: { ...base, subject } } })
    assert.equal((await get(created.d.id)).bcc, null)
  })

  it('imports from blobs and refuses what is no message (§4.8)', async () => {
    const send = async (body: string) =>
      (await world.ask(`/jmap/upload/${accountId}`, { body })).body.blobId
    const receivedAt = '2020-02-29T10:00:00Z'
    const emails = {
      a: {
        blobId: await send(plain('imported')),
        mailboxIds: { [inbox]: true },
        keywords: { $seen: true },
        receivedAt,
      },
      b: { blobId: 'nothing', mailboxIds: { [inbox]: true } },
      c: { blobId: await send('\r\nno header'), mailboxIds: { [inbox]: true } },
      d: { blobId: 'nothing', mailboxIds: {} },
    }
    const { created, notCreated } = await call('Email/import', { emails })
    const email = await get(created.a.id)
    assert.deepEqual(
      [email.subject, email.receivedAt, email.keywords],
      ['imported', receivedAt, { $seen: true }],
    )
    assert.deepEqual(
      [notCreated.b.type, notCreated.c.type, notCreated.d.type],
      ['invalidProperties', 'invalidEmail', 'invalidProperties'],
    )
  })

  it('copies into another account, and destroys the original where it is told (§4.7, RFC 8620 §5.4)', async () => {
    const id = await append(plain('copied'))
    const post = world.ids.post
    const target = (await world.store.mailboxByName(post, 'INBOX')).id
    const create = { k: { id, mailboxIds: { [target]: true } } }
    const args = {
      fromAccountId: accountId,
      accountId: post,
      create,
      onSuccessDestroyOriginal: true,
    }
    const [copied, destroyed] = await world.calls([['Email/copy', args]])
    const { id: made } = copied?.[1].created.k ?? {}
    const { list } = await world.call('Email/get', {
      accountId: post,
      ids: [made],
      properties: ['subject'],
    })
    assert.equal(list[0].subject, 'copied')
    assert.deepEqual([destroyed?.[0], destroyed?.[1].destroyed], ['Email/set', [id]])
    const nobody = await world.call('Email/copy', { ...args, fromAccountId: world.ids.bob })
    assert.equal(nobody.type, 'fromAccountNotFound')
  })

  it('filters, sorts, collapses threads and pages (§4.4)', async () => {
    const box = await folder('Query')
    const put = (message: string, at: number) => world.append(accountId, 'Query', message, at)
    const a = await put(plain('apple', 'Message-ID: <qa@x>\r\n', '運輸署通告'), 1_000_000)
    const b = await put(plain('Banana', 'References: <qa@x>\r\n', 'x'.repeat(3_000)), 2_000_000)
    const c = await put(
      multipart.replace('<one@td.example>', '<qc@x>').replace('References', 'X-R'),
      3_000_000,
    )
    const query = async (filter: object, more: object = {}) =>
      (
        await call('Email/query', {
          filter: { operator: 'AND', conditions: [{ inMailbox: box }, filter] },
          ...more,
        })
      ).ids
    assert.deepEqual(await query({}), [c, b, a])
    assert.deepEqual(await query({}, { sort: [{ property: 'receivedAt', isAscending: true }] }), [
      a,
      b,
      c,
    ])
    assert.deepEqual(await query({}, { sort: [{ property: 'size', isAscending: false }] }), [
      b,
      c,
      a,
    ])
    assert.deepEqual(await query({}, { sort: [{ property: 'subject' }], limit: 2 }), [a, b])
    assert.deepEqual(await query({}, { collapseThreads: true }), [c, b])
    assert.deepEqual(await query({}, { anchor: b, anchorOffset: 1 }), [a])
    assert.deepEqual(
      await query({ before: '1970-01-01T00:30:00Z', after: '1970-01-01T00:20:00Z' }),
      [],
    )
    assert.deepEqual(await query({ minSize: 3_000 }), [b])
    assert.deepEqual(await query({ maxSize: 300 }), [a])
    assert.deepEqual(await query({ hasAttachment: true }), [c])
    assert.deepEqual(await query({ text: '運輸署' }), [a])
    assert.deepEqual(await query({ body: 'inner' }), [c])
    assert.deepEqual(await query({ subject: 'BANANA' }), [b])
    assert.deepEqual(await query({ subject: '香港' }), [c])
    assert.deepEqual(await query({ from: 'chan report' }), [])
    assert.deepEqual(await query({ header: ['X-Twice', 'second'] }), [c])
    assert.deepEqual(await query({ header: ['X-Twice'] }), [c])
    await call('Email/set', { update: { [a]: { 'keywords/$flagged': true } } })
    assert.deepEqual(await query({ hasKeyword: '$flagged' }), [a])
    assert.deepEqual(await query({ someInThreadHaveKeyword: '$flagged' }), [b, a])
    assert.deepEqual(await query({ noneInThreadHaveKeyword: '$flagged' }), [c])
    assert.deepEqual(await query({ operator: 'NOT', conditions: [{ subject: 'apple' }] }), [c, b])
    assert.deepEqual(
      await query(
        {},
        { sort: [{ property: 'hasKeyword', keyword: '$flagged', isAscending: false }] },
      ),
      [a, c, b],
    )
    const total = await call('Email/query', {
      filter: { inMailbox: box },
      calculateTotal: true,
      limit: 1,
    })
    assert.deepEqual([total.total, total.ids], [3, [c]])
    for (const [filter, type] of [
      [{ colour: 1 }, 'unsupportedFilter'],
      [{ minSize: 'x' }, 'invalidArguments'],
      [{ before: 'x' }, 'invalidArguments'],
    ] as const)
      assert.equal((await call('Email/query', { filter })).type, type)
    assert.equal(
      (await call('Email/query', { sort: [{ property: 'colour' }] })).type,
      'unsupportedSort',
    )
    assert.equal((await call('Email/query', { anchor: 'nothing' })).type, 'anchorNotFound')
  })

  it('tells how a query’s results changed, so that a client that follows has them (§4.5)', async () => {
    const box = await folder('Delta')
    const put = (subject: string, at: number) =>
      world.append(accountId, 'Delta', plain(subject), at)
    const ids = [await put('1', 1_000), await put('2', 2_000), await put('3', 3_000)]
    const args = { filter: { inMailbox: box } }
    const first = await call('Email/query', args)
    assert.equal(first.canCalculateChanges, true)
    await call('Email/set', {
      destroy: [ids[1]],
      update: { [ids[0] ?? '']: { 'keywords/$seen': true } },
    })
    await put('4', 2_500)
    const { removed, added } = await call('Email/queryChanges', {
      ...args,
      sinceQueryState: first.queryState,
    })
    const followed = first.ids.filter((id: string) => !removed.includes(id))
    for (const { id, index } of added) followed.splice(index, 0, id)
    assert.deepEqual(followed, (await call('Email/query', args)).ids)
  })

  it('marks what was found, escaped (§5)', async () => {
    const id = await append(plain('a <b> needle & more', '', 'before the Needle <after>'))
    const filter = { text: 'needle' }
    const { list, notFound } = await call('SearchSnippet/get', {
      filter,
      emailIds: [id, 'nothing'],
    })
    assert.equal(list[0].subject, 'a &lt;b&gt; <mark>needle</mark> &amp; more')
    assert.match(list[0].preview, /<mark>Needle<\/mark> &lt;after&gt;/)
    assert.deepEqual(notFound, ['nothing'])
    const none = await call('SearchSnippet/get', { filter: null, emailIds: [id] })
    assert.deepEqual([none.list[0].subject, none.list[0].preview], [null, null])
  })

  it('works a first screen in one request with references (RFC 8620 §3.7)', async () => {
    const reference = (resultOf: string, name: string, path: string) => ({ resultOf, name, path })
    const responses = await world.calls([
      ['Email/query', { accountId, limit: 3 }, 'q'],
      [
        'Email/get',
        {
          accountId,
          '#ids': reference('q', 'Email/query', '/ids'),
          properties: ['threadId', 'subject'],
        },
        'g',
      ],
      ['Thread/get', { accountId, '#ids': reference('g', 'Email/get', '/list/*/threadId') }, 't'],
    ])
    assert.equal(responses[1]?.[1].list.length, 3)
    assert.ok(responses[2]?.[1].list.length > 0)
  })

  it('writes others’ mail that is read, searched or changed into the trail, and lets readers change nothing', async () => {
    const desk = world.ids.desk
    const id = await world.append(desk, 'INBOX', plain('desk'))
    const as = 'bob:secret'
    world.access.reads.length = 0
    const { list } = await world.call(
      'Email/get',
      { accountId: desk, ids: [id], properties: ['subject'] },
      as,
    )
    assert.equal(list[0].subject, 'desk')
    assert.equal(world.access.reads.at(-1)?.accountId, desk)
    await world.call('Email/query', { accountId: desk, filter: { text: 'desk' } }, as)
    assert.equal(world.access.searches.at(-1)?.accountId, desk)
    const update = { [id]: { 'keywords/$flagged': true } }
    const refused = await world.call('Email/set', { accountId: desk, update, destroy: [] }, as)
    assert.equal(refused.type, 'accountReadOnly')
    for (const [name, args] of [
      ['Email/set', { destroy: [id] }],
      ['Email/import', { emails: {} }],
      ['Email/copy', { fromAccountId: world.ids.bob, create: {} }],
      ['EmailSubmission/set', {}],
    ] as const) {
      const { type } = await world.call(name, { accountId: desk, ...args }, as)
      assert.equal(type, 'accountReadOnly', name)
    }
    await world.call('Email/set', { accountId: desk, update })
    assert.equal(world.access.changes.at(-1)?.what, 'flag')
  })
})
