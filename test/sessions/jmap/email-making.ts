/** RFC 8621 §4.6 and §4.8: Emails that are made and imported. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { mail, plain, type Suite } from './client.ts'

export function testEmailMaking(of: () => Suite): void {
  const make = async (object: object) => {
    const { lee } = of()
    const create = { a: { mailboxIds: { [lee.inbox]: true }, ...object } }
    return lee.ok('Email/set', { create })
  }
  const refused = async (object: object) => (await make(object)).notCreated?.a?.type
  const source = async (id: string) => {
    const { lee } = of()
    const { blobId } = await lee.email(id, ['blobId'])
    return (
      await lee.ask(`/jmap/download/${lee.accountId}/${blobId}/x?type=a%2Fb`)
    ).octets.toString()
  }
  const text = { bodyValues: { t: { value: 'text' } }, textBody: [{ partId: 't' }] }

  it('§4.6: what is made is told with id, blobId, threadId and size', async () => {
    const { created } = await make({ subject: 'made', ...text })
    assert.deepEqual(Object.keys(created.a).toSorted(), ['blobId', 'id', 'size', 'threadId'])
    const { size } = await of().lee.email(created.a.id, ['size'])
    assert.equal(created.a.size, size)
  })

  it('§4.6: a Message-ID and a Date are made where none is given, and kept where one is', async () => {
    const { created } = await make({ subject: 'without' })
    const { messageId, sentAt } = await of().lee.email(created.a.id, ['messageId', 'sentAt'])
    assert.match(messageId[0], /^[^@\s]+@[^@\s]+$/)
    assert.ok(Math.abs(Date.parse(sentAt) - Date.now()) < 60_000)
    const given = { messageId: ['mine@e.example'], sentAt: '2020-01-01T10:00:00+08:00' }
    const own = await make(given)
    assert.deepEqual(await of().lee.email(own.created.a.id, ['messageId', 'sentAt']), {
      id: own.created.a.id,
      ...given,
    })
  })

  it('§4.6: headers are not given as a list, on the Email or a part', async () => {
    assert.equal(
      await refused({ headers: [{ name: 'Subject', value: ' x' }] }),
      'invalidProperties',
    )
    assert.equal(
      await refused({ ...text, textBody: [{ partId: 't', headers: [] }] }),
      'invalidProperties',
    )
  })

  it('§4.6: no field stands twice: on the Email, on a part, or on the outermost part and the Email', async () => {
    assert.equal(await refused({ subject: 'a', 'header:SUBJECT': ' b' }), 'invalidProperties')
    assert.equal(await refused({ from: [], 'header:From:asAddresses': [] }), 'invalidProperties')
    const twice = { partId: 't', 'header:X-A': ' 1', 'header:x-a': ' 2' }
    assert.equal(await refused({ ...text, textBody: [twice] }), 'invalidProperties')
    const { bodyValues } = text
    const root = { partId: 't', type: 'text/plain' }
    assert.equal(
      await refused({
        subject: 'a',
        bodyValues,
        bodyStructure: { ...root, 'header:Subject': ' b' },
      }),
      'invalidProperties',
    )
    const { created } = await make({
      bodyValues,
      bodyStructure: { ...root, 'header:Date:asDate': '2020-01-01T00:00:00Z' },
    })
    assert.equal((await source(created.a.id)).match(/^Date:/gm)?.length, 1)
  })

  it('§4.6: a form the field cannot have, and Content- fields of the Email, are refused', async () => {
    for (const [name, value] of Object.entries({
      'header:From:asDate': '2020-01-01T00:00:00Z',
      'header:Content-Type': ' text/html',
      'header:content-description': ' x',
    }))
      assert.equal(await refused({ [name]: value }), 'invalidProperties', name)
  })

  it('§4.6: a part may have Content- fields, but for its encoding', async () => {
    const part = (name: string) => ({ ...text, textBody: [{ partId: 't', [name]: ' of a part' }] })
    const { created } = await make(part('header:Content-Description'))
    assert.match(await source(created.a.id), /^Content-Description: of a part\r$/m)
    assert.equal(await refused(part('header:Content-Transfer-Encoding')), 'invalidProperties')
  })

  it('§4.6: a structure, or lists of parts, and not both; one text and one html at most, of their types', async () => {
    const { bodyValues } = text
    const bodyStructure = { partId: 't', type: 'text/plain' }
    for (const more of [
      { textBody: [{ partId: 't' }] },
      { htmlBody: [{ partId: 't' }] },
      { attachments: [] },
    ])
      assert.equal(
        await refused({ bodyValues, bodyStructure, ...more }),
        'invalidProperties',
        JSON.stringify(more),
      )
    assert.equal(
      await refused({ bodyValues, textBody: [{ partId: 't' }, { partId: 't' }] }),
      'invalidProperties',
    )
    assert.equal(await refused({ bodyValues, textBody: [] }), 'invalidProperties')
    assert.equal(
      await refused({ bodyValues, textBody: [{ partId: 't', type: 'text/html' }] }),
      'invalidProperties',
    )
    assert.equal(
      await refused({ bodyValues, htmlBody: [{ partId: 't', type: 'text/plain' }] }),
      'invalidProperties',
    )
  })

  it('§4.6: a part has a partId that is among the values, or a blob, and not both', async () => {
    const { lee } = of()
    const { blobId } = await lee.upload('x', 'text/plain')
    const { bodyValues } = text
    for (const part of [
      { partId: 'none' },
      { partId: 't', blobId },
      { partId: 't', charset: 'utf-8' },
      { partId: 't', size: 4 },
    ])
      assert.equal(
        await refused({ bodyValues, textBody: [part] }),
        'invalidProperties',
        JSON.stringify(part),
      )
    const { created } = await make({
      attachments: [{ blobId, size: 99, type: 'text/csv', name: 'x.csv' }],
    })
    const { attachments } = await lee.email(created.a.id, ['attachments'])
    assert.equal(attachments[0].size, 1)
  })

  it('§4.6: a value is neither cut nor broken', async () => {
    for (const name of ['isEncodingProblem', 'isTruncated']) {
      const bodyValues = (is: boolean) => ({ t: { value: 'x', [name]: is } })
      assert.equal(
        await refused({ textBody: [{ partId: 't' }], bodyValues: bodyValues(true) }),
        'invalidProperties',
      )
      assert.equal(
        await refused({ textBody: [{ partId: 't' }], bodyValues: bodyValues(false) }),
        undefined,
      )
    }
  })

  it('§4.6: every blob that is not there is told', async () => {
    const attachments = [{ blobId: 'none1' }, { blobId: 'none2' }, { blobId: 'none1' }]
    const { notCreated } = await make({ attachments })
    assert.deepEqual(notCreated.a, { type: 'blobNotFound', notFound: ['none1', 'none2'] })
  })

  it('§4.6, §1.3.1: more mailboxes or keywords than there may be are told by name', async () => {
    const { lee } = of()
    const { maxMailboxesPerEmail } = lee.session.accounts[lee.accountId].accountCapabilities[mail]
    const [id = ''] = await lee.put([plain('many')])
    const many = (name: string, count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, at) => [`${name}${at}`, true]))
    const why = async (patch: object) =>
      (await lee.ok('Email/set', { update: { [id]: patch } })).notUpdated[id].type
    assert.equal(await why({ mailboxIds: many('m', maxMailboxesPerEmail + 1) }), 'tooManyMailboxes')
    assert.equal(await why({ keywords: many('k', 500) }), 'tooManyKeywords')
  })

  it('§4.6: a draft may be half finished', async () => {
    assert.equal(
      await refused({ to: [{ name: null, email: 'no-at-sign' }], subject: null }),
      undefined,
    )
    assert.equal(await refused({}), undefined)
  })

  it('§4.6: what is destroyed is in no mailbox any more', async () => {
    const { lee } = of()
    const other = await lee.mailbox('Second place')
    const [id = ''] = await lee.put([plain('in two')], {
      mailboxIds: { [lee.inbox]: true, [other]: true },
    })
    await lee.ok('Email/set', { destroy: [id] })
    assert.deepEqual((await lee.ok('Email/get', { ids: [id] })).notFound, [id])
    assert.deepEqual((await lee.ok('Email/query', { filter: { inMailbox: other } })).ids, [])
  })

  it('§4.8: imports with mailboxes, keywords and time; the time is the last Received’s where none is given', async () => {
    const { lee } = of()
    const received =
      'Received: from a by b; Wed, 1 Jan 2020 08:00:00 +0800\nReceived: from c by a; Tue, 31 Dec 2019 00:00:00 +0000\n'
    const [id = '', without = ''] = await lee.put([
      plain('received', 'x', received),
      plain('not received'),
    ])
    assert.equal((await lee.email(id, ['receivedAt'])).receivedAt, '2020-01-01T00:00:00Z')
    const { receivedAt } = await lee.email(without, ['receivedAt'])
    assert.ok(Math.abs(Date.parse(receivedAt) - Date.now()) < 60_000)
  })

  it('§4.8: two of the same content have ids and lives of their own', async () => {
    const { lee } = of()
    const [a = '', b = ''] = await lee.put([plain('same'), plain('same')])
    assert.notEqual(a, b)
    await lee.ok('Email/set', { update: { [a]: { 'keywords/$flagged': true } } })
    assert.deepEqual((await lee.email(b, ['keywords'])).keywords, {})
  })

  it('§4.8: a blob, mailbox or keyword that is not right is invalidProperties; each import by itself', async () => {
    const { lee } = of()
    const { blobId } = await lee.upload('Subject: import\r\n\r\n')
    const mailboxIds = { [lee.inbox]: true }
    const emails = {
      good: { blobId, mailboxIds },
      blob: { blobId: 'none', mailboxIds },
      type: { blobId: 1, mailboxIds },
      missing: { mailboxIds },
      place: { blobId, mailboxIds: {} },
      other: { blobId, mailboxIds: { none: true } },
      key: { blobId, mailboxIds, keywords: { 'a b': true } },
    }
    const { created, notCreated, oldState, newState } = await lee.ok('Email/import', { emails })
    assert.deepEqual(Object.keys(created.good).toSorted(), ['blobId', 'id', 'size', 'threadId'])
    for (const name of ['blob', 'type', 'missing', 'place', 'other', 'key'])
      assert.equal(notCreated[name].type, 'invalidProperties', name)
    assert.deepEqual([newState, newState === oldState], [await lee.state('Email'), false])
    assert.equal(await lee.fault('Email/import', { emails, ifInState: oldState }), 'stateMismatch')
  })
}
