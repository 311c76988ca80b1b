/** RFC 9404, and RFC 8620 §6.3, over HTTPS: one test a sentence. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { blob, core, openJmapWorld, type JmapWorld } from '../../../test/support/jmap-world.ts'

const fox = 'The quick brown fox jumped over the lazy dog.'

describe('blobs within requests', { timeout: 120_000 }, () => {
  let world: JmapWorld
  let accountId = ''
  before(async () => {
    world = await openJmapWorld()
    accountId = world.ids.alice
  })
  after(async () => {
    await world[Symbol.asyncDispose]()
    assert.deepEqual(world.faults, [])
  })

  const call = (name: string, args: object, who?: string) =>
    world.call(`Blob/${name}`, { accountId, ...args }, who)
  const upload = (create: object) => call('upload', { create })
  async function make(...data: readonly object[]): Promise<string> {
    const { created, notCreated } = await upload({ b: { data } })
    assert.equal(notCreated, null, JSON.stringify(notCreated))
    return created.b.id
  }
  const getOne = async (id: string, args: object) =>
    (await call('get', { ids: [id], ...args })).list[0]
  const message =
    'From: a@b.example\r\nSubject: x\r\nMIME-Version: 1.0\r\n' +
    'Content-Type: multipart/mixed; boundary=b\r\n\r\n' +
    '--b\r\nContent-Type: text/plain\r\n\r\ntext\r\n' +
    '--b\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n' +
    `${Buffer.from('a file').toString('base64')}\r\n--b--\r\n`

  it('says what it keeps to (§3)', async () => {
    const { body } = await world.ask('/jmap/session')
    assert.deepEqual(body.capabilities[blob], {})
    const limits = body.accounts[accountId].accountCapabilities[blob]
    assert.equal(limits.maxSizeBlobSet, body.capabilities[core].maxSizeUpload)
    assert.ok(limits.maxDataSources >= 64)
    assert.ok(limits.supportedDigestAlgorithms.includes('sha'))
    const data = Array.from({ length: limits.maxDataSources }, () => ({ 'data:asText': 'x' }))
    const { created, notCreated } = await upload({
      most: { data },
      more: { data: [...data, { 'data:asText': 'x' }] },
      large: { data: [{ 'data:asText': 'x'.repeat(3_000_000) }, { blobId: '#most' }] },
    })
    assert.deepEqual([created.most.size, created.large.size], [64, 3_000_064])
    assert.deepEqual(notCreated.more, { type: 'invalidProperties', properties: ['data'] })
    const twice = { data: [{ blobId: created.large.id }, { blobId: created.large.id }] }
    const tooLarge = await upload({ twice })
    assert.deepEqual(tooLarge.notCreated.twice, {
      type: 'tooLarge',
      maxSize: limits.maxSizeBlobSet,
    })
  })

  it('makes blobs of text, base64 and ranges of others, in one call (§4.1)', async () => {
    const { created } = await upload({
      cat: {
        data: [
          { 'data:asText': 'How' },
          { blobId: '#fox', offset: 3, length: 7 },
          { 'data:asText': 'was t' },
          { blobId: '#fox', offset: 1, length: 1 },
          { 'data:asBase64': 'YXQ/' },
        ],
      },
      fox: { type: 'text/plain', data: [{ 'data:asText': fox }] },
      none: { data: [], type: null },
    })
    assert.deepEqual(
      [created.fox.type, created.fox.size, created.none.size],
      ['text/plain', fox.length, 0],
    )
    const shown = await getOne(created.cat.id, {})
    assert.equal(shown['data:asText'], 'How quick was that?')
    const { octets, headers } = await world.ask(`/jmap/download/${accountId}/${created.fox.id}/f`)
    assert.deepEqual([octets.toString(), headers['content-type']], [fox, 'text/plain'])
  })

  it('lets later calls of the request use what was made (§4.1)', async () => {
    const [inbox] = (await world.store.mailboxes(accountId)).filter(({ role }) => role === 'inbox')
    const mailboxIds = { [inbox?.id ?? '']: true }
    const [, imported, drafted, parsed] = await world.calls([
      ['Blob/upload', { accountId, create: { m: { data: [{ 'data:asText': message }] } } }],
      ['Email/import', { accountId, emails: { a: { blobId: '#m', mailboxIds } } }],
      [
        'Email/set',
        {
          accountId,
          create: { d: { mailboxIds, attachments: [{ blobId: '#m', type: 'message/rfc822' }] } },
        },
      ],
      ['Email/parse', { accountId, blobIds: ['#m'], properties: ['subject'] }],
    ])
    assert.equal(imported?.[1].created.a.size, message.length)
    assert.ok(drafted?.[1].created.d.size > message.length)
    assert.deepEqual(Object.values(parsed?.[1].parsed), [{ subject: 'x' }])
  })

  it('never guesses: a source that is wrong makes nothing (§4.1)', async () => {
    const id = await make({ 'data:asText': 'four' })
    const wrong: readonly object[] = [
      {},
      { 'data:asText': 7 },
      { 'data:asText': 'a', 'data:asBase64': 'YQ==' },
      { 'data:asText': 'a', blobId: id },
      { 'data:asBase64': 'YQ' },
      { 'data:asBase64': 'Y Q==' },
      { 'data:asBase64': '_w==' },
      { blobId: id, offset: 5 },
      { blobId: id, offset: 2, length: 3 },
      { blobId: id, length: -1 },
      { blobId: id, other: 1 },
    ]
    for (const source of wrong) {
      const { created, notCreated } = await upload({ b: { data: [source] } })
      assert.equal(created, null)
      const error = { type: 'invalidProperties', properties: ['data'] }
      assert.deepEqual(notCreated.b, error, JSON.stringify(source))
    }
    const missing = await upload({ b: { data: [{ blobId: 'nothing' }] }, c: { type: 'x' } })
    assert.deepEqual(missing.notCreated.b, { type: 'blobNotFound', notFound: ['nothing'] })
    assert.deepEqual(missing.notCreated.c.properties, ['type'])
    const others = { accountId: world.ids.desk, create: { b: { data: [] } } }
    assert.equal((await call('upload', others, 'bob:secret')).type, 'forbidden')
  })

  it('shows octets as what they are, and their digests (§4.2)', async () => {
    const text = await make({ 'data:asText': fox })
    const binary = await make({ 'data:asBase64': Buffer.from([0xff, 0xfe]).toString('base64') })
    const { list, notFound, ...more } = await call('get', { ids: [text, binary, 'not-a-blob'] })
    assert.deepEqual(list, [
      { id: text, 'data:asText': fox, size: fox.length },
      { id: binary, 'data:asBase64': '//4=', isEncodingProblem: true, size: 2 },
    ])
    assert.deepEqual([notFound, more], [['not-a-blob'], { accountId }])
    const properties = ['data:asText', 'data:asBase64', 'digest:sha', 'digest:sha-256', 'size']
    const digest = (name: string) => createHash(name).update(fox.slice(4, 9)).digest('base64')
    assert.deepEqual(await getOne(text, { properties, offset: 4, length: 5 }), {
      id: text,
      'data:asText': 'quick',
      'data:asBase64': Buffer.from('quick').toString('base64'),
      'digest:sha': digest('sha1'),
      'digest:sha-256': digest('sha256'),
      size: fox.length,
    })
    const asText = await getOne(binary, { properties: ['data:asText'] })
    assert.deepEqual(asText, { id: binary, 'data:asText': null, isEncodingProblem: true })
    assert.deepEqual(await getOne(text, { properties: ['size'] }), { id: text, size: fox.length })
    const unknown = await call('get', { ids: [text], properties: ['digest:md5'] })
    assert.equal(unknown.type, 'invalidArguments')
    assert.equal((await call('get', { ids: null })).type, 'invalidArguments')
  })

  it('says when a range is not all there, or cuts a character (§4.2)', async () => {
    const id = await make({ 'data:asText': '中文' })
    const data = ['data']
    assert.deepEqual(await getOne(id, { properties: data, offset: 3, length: 4 }), {
      id,
      'data:asText': '文',
      isTruncated: true,
    })
    assert.deepEqual(await getOne(id, { properties: data, offset: 9 }), {
      id,
      'data:asText': '',
      isTruncated: true,
    })
    assert.deepEqual(await getOne(id, { properties: data, offset: 3 }), {
      id,
      'data:asText': '文',
    })
    assert.deepEqual(await getOne(id, { properties: data, length: 4 }), {
      id,
      'data:asBase64': Buffer.from('中文').subarray(0, 4).toString('base64'),
      isEncodingProblem: true,
    })
  })

  it('puts no more into a response than is downloaded better', async () => {
    const id = await make({ 'data:asText': 'x'.repeat(4_000_000) })
    const three = [id, await make({ blobId: id }), await make({ blobId: id })]
    assert.equal((await call('get', { ids: three })).type, 'requestTooLarge')
    const digests = await call('get', { ids: three, properties: ['digest:sha-256'] })
    assert.equal(digests.list.length, 3)
  })

  it('finds what holds a blob, and says the same of others’ and of none (§4.3)', async () => {
    const emailId = await world.append(accountId, 'INBOX', message)
    const [email] = (await world.call('Email/get', { accountId, ids: [emailId] })).list
    const part = email.attachments[0].blobId
    const theirs = `M${await world.append(world.ids.bob, 'INBOX', message)}`
    const typeNames = ['Mailbox', 'Thread', 'Email']
    const ids = [email.blobId, part, theirs, `${email.blobId}p9`, 'not-a-blob']
    const { list, notFound } = await call('lookup', { typeNames, ids })
    const holders = {
      Mailbox: Object.keys(email.mailboxIds),
      Thread: [email.threadId],
      Email: [emailId],
    }
    const none = { Mailbox: [], Thread: [], Email: [] }
    assert.deepEqual(list, [
      { id: email.blobId, matchedIds: holders },
      { id: part, matchedIds: holders },
      { id: theirs, matchedIds: none },
      { id: `${email.blobId}p9`, matchedIds: none },
    ])
    assert.deepEqual(notFound, ['not-a-blob'])
    const other = await call('lookup', { typeNames: ['Email', 'Card'], ids })
    assert.equal(other.type, 'unknownDataType')
    const { body } = await world.post({
      using: [core, blob],
      methodCalls: [['Blob/lookup', { accountId, typeNames, ids }, 'a']],
    })
    assert.equal(body.methodResponses[0][1].type, 'unknownDataType')
    assert.equal((await getOne(part, { properties: ['data'] }))['data:asText'], 'a file')
    assert.deepEqual(await getOne(email.blobId, { properties: ['size'] }), {
      id: email.blobId,
      size: message.length,
    })
  })

  it('copies blobs from one account into another (RFC 8620 §6.3)', async () => {
    const id = await make({ 'data:asText': fox })
    const copy = (from: string, to: string, who?: string) =>
      world.call('Blob/copy', { fromAccountId: from, accountId: to, blobIds: [id, 'nothing'] }, who)
    const { copied, notCopied, ...ids } = await copy(accountId, world.ids.post)
    assert.deepEqual(ids, { fromAccountId: accountId, accountId: world.ids.post })
    assert.deepEqual(notCopied, { nothing: { type: 'notFound' } })
    const there = { accountId: world.ids.post, ids: [copied[id]] }
    assert.equal((await call('get', there)).list[0]['data:asText'], fox)
    assert.deepEqual((await call('get', { ids: [copied[id]] })).notFound, [copied[id]])
    assert.equal((await copy('nothing', accountId)).type, 'fromAccountNotFound')
    assert.equal((await copy(accountId, 'nothing')).type, 'accountNotFound')
    assert.equal((await copy(world.ids.bob, world.ids.desk, 'bob:secret')).type, 'forbidden')
  })

  it('reads others’ messages into the trail before it shows them', async () => {
    const emailId = await world.append(world.ids.desk, 'INBOX', message)
    const before = world.access.reads.length
    const args = { accountId: world.ids.desk, ids: [`M${emailId}`] }
    await call('get', { ...args, properties: ['digest:sha'] })
    await call('lookup', { ...args, typeNames: ['Email'] })
    assert.equal(world.access.reads.length, before + 2)
  })
})
