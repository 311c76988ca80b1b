/** RFC 8621 §4.1.1 to §4.1.3, §4.2, §4.9: what an Email is, its header, and what is parsed without being kept. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { plain, type Suite } from './client.ts'

const standard =
  'id blobId threadId mailboxIds keywords size receivedAt messageId inReplyTo references sender from to cc bcc replyTo subject sentAt hasAttachment preview bodyValues textBody htmlBody attachments'.split(
    ' ',
  )

export function testEmailReading(of: () => Suite): void {
  it('§4.1.1: keywords are lower case, at most 255 characters, and without what IMAP cannot have', async () => {
    const { lee } = of()
    const longest = 'k'.repeat(255)
    const [id = ''] = await lee.put([plain('keywords')], {
      keywords: { $Forwarded: true, 'MiXed!#&': true, [longest]: true },
    })
    const { keywords } = await lee.email(id, ['keywords'])
    assert.deepEqual(keywords, { $forwarded: true, 'mixed!#&': true, [longest]: true })
    for (const keyword of [
      'a b',
      'a(',
      'a)',
      'a{',
      'a]',
      'a%',
      'a*',
      'a"',
      'a\\',
      'é',
      `${longest}k`,
      '',
    ]) {
      const { notUpdated } = await lee.ok('Email/set', {
        update: { [id]: { keywords: { [keyword]: true } } },
      })
      assert.equal(notUpdated[id].type, 'invalidProperties', keyword)
    }
    const { notUpdated } = await lee.ok('Email/set', {
      update: { [id]: { keywords: { $seen: false } } },
    })
    assert.equal(notUpdated[id].type, 'invalidProperties')
  })

  it('§4.1.1: an Email is in one mailbox at least, at all times', async () => {
    const { lee } = of()
    const [id = ''] = await lee.put([plain('homeless')])
    for (const patch of [
      { mailboxIds: {} },
      { [`mailboxIds/${lee.inbox}`]: null },
      { mailboxIds: null },
      { mailboxIds: { [lee.inbox]: false } },
    ]) {
      const { notUpdated } = await lee.ok('Email/set', { update: { [id]: patch } })
      assert.equal(notUpdated[id].type, 'invalidProperties', JSON.stringify(patch))
    }
    assert.deepEqual((await lee.email(id, ['mailboxIds'])).mailboxIds, { [lee.inbox]: true })
  })

  it('§4.1.1: size is the number of octets of the blob', async () => {
    const { lee } = of()
    const [id = ''] = await lee.put([plain('尺寸', '內容')])
    const { size, blobId } = await lee.email(id, ['size', 'blobId'])
    const { octets } = await lee.ask(`/jmap/download/${lee.accountId}/${blobId}/x?type=a%2Fb`)
    assert.equal(size, octets.length)
  })

  it('§4.1.2.1: Raw is what follows the colon, as it is, NUL dropped and broken octets replaced', async () => {
    const { lee } = of()
    const octets = Buffer.concat([
      Buffer.from('Subject:  two \r\n\tfolded  \r\nX-Broken: a'),
      Buffer.from([0, 0xff]),
      Buffer.from('b\r\n\r\n'),
    ])
    const { blobId } = await lee.upload(octets)
    const properties = ['header:Subject', 'header:X-Broken', 'headers']
    const { parsed } = await lee.ok('Email/parse', { blobIds: [blobId], properties })
    const email = parsed[blobId]
    assert.deepEqual(
      [email['header:Subject'], email['header:X-Broken']],
      ['  two \r\n\tfolded  ', ' a\u{FFFD}b'],
    )
    const raw = email.headers.map(({ value }: { value: string }) => value)
    assert.deepEqual(raw, [email['header:Subject'], email['header:X-Broken']])
  })

  it('§4.1.2.2: Text is unfolded, decoded where that is right, without NUL or controls, in NFC', async () => {
    const { lee } = of()
    const text = async (value: string) => {
      const { blobId } = await lee.upload(`Subject:${value}\r\n\r\n`)
      return (await lee.ok('Email/parse', { blobIds: [blobId], properties: ['subject'] })).parsed[
        blobId
      ].subject
    }
    assert.equal(await text('   a\r\n b'), 'a b')
    assert.equal(await text(' =?utf-8?Q?=E9=A6=99?= =?utf-8?B?5riv?='), '香港')
    assert.equal(await text(' =?utf-8?Q?a=00b=07c?='), 'abc')
    assert.equal(await text(' x=?utf-8?Q?not?=y'), 'x=?utf-8?Q?not?=y')
    assert.equal(await text(' =?utf-8?Q?not this?='), '=?utf-8?Q?not this?=')
    assert.equal(await text(' =?nobody?Q?a?='), '=?nobody?Q?a?=')
    assert.equal(await text(' Cafe\u0301'), 'Café')
  })

  it('§4.1.2.3, §4.1.2.4: addresses and groups, names unquoted and decoded', async () => {
    const { lee } = of()
    const to =
      '"  James \\"S\\" " <james@e.example>, Friends: jane@e.example,\r\n =?UTF-8?Q?John_Sm=C3=AEth?= <john@e.example>;, last@e.example'
    const { blobId } = await lee.upload(`To: ${to}\r\n\r\n`)
    const properties = ['to', 'header:to:asGroupedAddresses']
    const { parsed } = await lee.ok('Email/parse', { blobIds: [blobId], properties })
    const [james, jane, john, last] = [
      { name: 'James "S"', email: 'james@e.example' },
      { name: null, email: 'jane@e.example' },
      { name: 'John Smîth', email: 'john@e.example' },
      { name: null, email: 'last@e.example' },
    ]
    assert.deepEqual(parsed[blobId].to, [james, jane, john, last])
    assert.deepEqual(parsed[blobId]['header:to:asGroupedAddresses'], [
      { name: null, addresses: [james] },
      { name: 'Friends', addresses: [jane, john] },
      { name: null, addresses: [last] },
    ])
  })

  it('§4.1.2.5 to §4.1.2.7: message ids, dates and URLs, null where they cannot be read', async () => {
    const { lee } = of()
    const header = [
      'Message-ID: (c) <a@b>',
      'References: <a@b>\r\n <c@d>',
      'In-Reply-To: nothing',
      'Date: Sat, 1 Feb 2020 10:00:00 +0800',
      'Resent-Date: yesterday',
      'List-Post: <mailto:a@b.example> (only members), <https://e.example/>',
    ]
    const { blobId } = await lee.upload(`${header.join('\r\n')}\r\n\r\n`)
    const properties = [
      'messageId',
      'references',
      'inReplyTo',
      'sentAt',
      'header:Resent-Date:asDate',
      'header:List-Post:asURLs',
    ]
    const { parsed } = await lee.ok('Email/parse', { blobIds: [blobId], properties })
    assert.deepEqual(parsed[blobId], {
      messageId: ['a@b'],
      references: ['a@b', 'c@d'],
      inReplyTo: null,
      sentAt: '2020-02-01T10:00:00+08:00',
      'header:Resent-Date:asDate': null,
      'header:List-Post:asURLs': ['mailto:a@b.example', 'https://e.example/'],
    })
  })

  it('§4.1.3: the last field of a name, or all in order; named as the client wrote it', async () => {
    const { lee } = of()
    const [id = ''] = await lee.put(['X-One: a\nx-one: b\nSubject: fields\n\n'])
    const properties = [
      'header:X-ONE',
      'header:x-One:asText:all',
      'header:X-None',
      'header:X-None:all',
    ]
    assert.deepEqual(await lee.email(id, properties), {
      id,
      'header:X-ONE': ' b',
      'header:x-One:asText:all': ['a', 'b'],
      'header:X-None': null,
      'header:X-None:all': [],
    })
  })

  it('§4.2, §4.9: a form the field cannot have is invalidArguments, and the suffixes stand in order', async () => {
    const { lee } = of()
    const wrong = [
      'header:From:asDate',
      'header:Subject:asAddresses',
      'header:Date:asText',
      'header:Received:asText',
      'header:X:all:asText',
      'header:X:asNothing',
      'header:',
      'header:a b',
    ]
    for (const property of wrong) {
      assert.equal(
        await lee.fault('Email/get', { ids: [], properties: [property] }),
        'invalidArguments',
        property,
      )
      assert.equal(
        await lee.fault('Email/parse', { blobIds: [], properties: [property] }),
        'invalidArguments',
      )
    }
    await lee.ok('Email/get', {
      ids: [],
      properties: ['header:List-Id:asText', 'header:X-Any:asURLs', 'header:Comments:asText'],
    })
  })

  it('§4.2: the standard’s own properties where none are named', async () => {
    const { lee } = of()
    const [id = ''] = await lee.put([plain('properties')])
    for (const properties of [null, undefined]) {
      const { list } = await lee.ok('Email/get', { ids: [id], properties })
      assert.deepEqual(Object.keys(list[0]).toSorted(), standard.toSorted())
      const part = Object.keys(list[0].textBody[0]).toSorted()
      assert.deepEqual(
        part,
        'blobId charset cid disposition language location name partId size type'.split(' '),
      )
    }
  })

  it('§4.9: a blob that is parsed is nowhere: its metadata is null', async () => {
    const { lee } = of()
    const { blobId } = await lee.upload(plain('parsed').replaceAll('\n', '\r\n'))
    const nothing = await lee.upload('', 'text/plain')
    const properties = [
      'id',
      'mailboxIds',
      'keywords',
      'receivedAt',
      'threadId',
      'blobId',
      'subject',
    ]
    const { parsed, notFound, notParsable } = await lee.ok('Email/parse', {
      blobIds: [blobId, 'none', nothing.blobId],
      properties,
    })
    assert.deepEqual(parsed[blobId], {
      id: null,
      mailboxIds: null,
      keywords: null,
      receivedAt: null,
      threadId: null,
      blobId,
      subject: 'parsed',
    })
    assert.deepEqual([notFound, notParsable], [['none'], [nothing.blobId]])
    const { parsed: initial } = await lee.ok('Email/parse', { blobIds: [blobId] })
    assert.deepEqual(Object.keys(initial[blobId]).toSorted(), standard.slice(7).toSorted())
  })

  it('§4.8, §4.9: headers in UTF-8 are read as they are', async () => {
    const { lee } = of()
    const { blobId } = await lee.upload('From: 陳 <用戶@例子.example>\r\nSubject: 直接\r\n\r\n')
    const { parsed } = await lee.ok('Email/parse', {
      blobIds: [blobId],
      properties: ['from', 'subject'],
    })
    assert.deepEqual(parsed[blobId], {
      from: [{ name: '陳', email: '用戶@例子.example' }],
      subject: '直接',
    })
  })
}
