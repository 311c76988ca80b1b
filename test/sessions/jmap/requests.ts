/** RFC 8620 §1 to §4: values, the session, requests and their errors. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { core, mail, submission, type Suite } from './client.ts'

const fault = (name: string) => `urn:ietf:params:jmap:error:${name}`
const echo = (args: object, id = 'a') => ['Core/echo', args, id] as const

export function testRequests(of: () => Suite): void {
  it('§1.2: ids are 1 to 255 of the URL-safe base64 characters', async () => {
    const { lee } = of()
    const ids = [lee.accountId, lee.inbox, ...(await lee.put(['Subject: a\n\n']))]
    for (const id of ids) assert.match(id, /^[A-Za-z0-9_-]{1,255}$/)
    for (const id of ['', 'a b', 'é', 'x'.repeat(256)])
      assert.equal(await lee.fault('Mailbox/get', { ids: [id] }), 'invalidArguments')
  })

  it('§1.3: an UnsignedInt is no negative number, no fraction and no string', async () => {
    for (const limit of [-1, 1.5, '1', true, 2 ** 53])
      assert.equal(await of().lee.fault('Email/query', { limit }), 'invalidArguments')
  })

  it('§1.4: a date has upper-case T and Z and no fraction that is zero', async () => {
    const { lee } = of()
    const [id = ''] = await lee.put(['Subject: dated\n\n'], { receivedAt: '2020-01-02T03:04:05Z' })
    const { receivedAt } = await lee.email(id, ['receivedAt'])
    assert.equal(receivedAt, '2020-01-02T03:04:05Z')
    for (const before of [
      '2020-01-02t03:04:05z',
      '2020-01-02T03:04:05.000Z',
      '2020-01-02T03:04:05',
    ])
      assert.equal(await lee.fault('Email/query', { filter: { before } }), 'invalidArguments')
  })

  it('§1.7: all of a request is I-JSON: UTF-8, no lone surrogate, no name twice', async () => {
    const { lee } = of()
    for (const text of [
      '{"using":[],"using":[],"methodCalls":[]}',
      '{"using":["\\udc00"],"methodCalls":[]}',
    ])
      assert.equal((await lee.post(text)).body.type, fault('notJSON'))
    const octets = Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d])
    const headers = { 'content-type': 'application/json' }
    const { status, body } = await lee.ask('/jmap/api', { body: octets, headers })
    assert.deepEqual([status, body.type], [400, fault('notJSON')])
  })

  it('§1.7, §8.2: nothing is answered without authentication', async () => {
    const { stranger, lee } = of()
    const accountId = lee.accountId
    for (const path of [
      '/jmap/session',
      `/jmap/download/${accountId}/x/y`,
      '/jmap/events?types=*&closeafter=no&ping=0',
    ])
      assert.equal((await stranger.ask(path)).status, 401, path)
    assert.equal((await stranger.post({ using: [core], methodCalls: [echo({})] })).status, 401)
    assert.equal((await stranger.ask(`/jmap/upload/${accountId}`, { body: 'x' })).status, 401)
  })

  it('§2: the session has every property, and limits that are numbers', async () => {
    const { session } = of().lee
    const limits = session.capabilities[core]
    for (const name of ['Upload', 'Request'])
      assert.ok(Number.isSafeInteger(limits[`maxSize${name}`]))
    for (const name of [
      'maxConcurrentUpload',
      'maxConcurrentRequests',
      'maxCallsInRequest',
      'maxObjectsInGet',
      'maxObjectsInSet',
    ])
      assert.ok(Number.isSafeInteger(limits[name]) && limits[name] > 0, name)
    assert.ok(Array.isArray(limits.collationAlgorithms))
    assert.deepEqual([session.capabilities[mail], session.capabilities[submission]], [{}, {}])
    assert.equal(typeof session.username, 'string')
    assert.equal(typeof session.state, 'string')
    for (const account of Object.values<Record<string, unknown>>(session.accounts)) {
      const types = ['name', 'isPersonal', 'isReadOnly', 'accountCapabilities'].map(
        (name) => typeof account[name],
      )
      assert.deepEqual(types, ['string', 'boolean', 'boolean', 'object'])
      for (const capability of Object.keys(account['accountCapabilities'] ?? {}))
        // RFC 9670 §1.5.2: of an account alone.
        assert.ok(capability in session.capabilities || capability.endsWith(':owner'), capability)
    }
    for (const [capability, id] of Object.entries<string>(session.primaryAccounts))
      assert.ok(capability in session.accounts[id].accountCapabilities, capability)
  })

  it('§2, §6, §7.3: the URLs are templates with the variables they must have', async () => {
    const { uploadUrl, downloadUrl, eventSourceUrl, apiUrl } = of().lee.session
    assert.ok(new URL(apiUrl).protocol === 'https:')
    assert.ok(uploadUrl.includes('{accountId}'))
    for (const name of ['accountId', 'blobId', 'type', 'name'])
      assert.ok(downloadUrl.includes(`{${name}}`))
    for (const name of ['types', 'closeafter', 'ping'])
      assert.ok(eventSourceUrl.includes(`{${name}}`))
  })

  it('§2.2: the well-known place leads to the session', async () => {
    const { status, headers } = await of().stranger.ask('/.well-known/jmap')
    assert.deepEqual([status, headers.location], [307, '/jmap/session'])
  })

  it('§3.1: request and response are application/json', async () => {
    const { lee } = of()
    const right = await lee.post({ using: [core], methodCalls: [echo({})] })
    assert.match(String(right.headers['content-type']), /^application\/json/)
    const wrong = await lee.post(
      { using: [core], methodCalls: [] },
      { 'content-type': 'text/plain' },
    )
    assert.deepEqual([wrong.status, wrong.body.type], [400, fault('notJSON')])
  })

  it('§3.3: other properties of a Request are ignored', async () => {
    const { status } = await of().lee.post({ using: [core], methodCalls: [], later: { a: 1 } })
    assert.equal(status, 200)
  })

  it('§3.3: calls are processed in order, one after the other', async () => {
    const { lee } = of()
    const [id = ''] = await lee.put(['Subject: order\n\n'])
    const get = ['Email/get', { ids: [id], properties: ['keywords'] }] as const
    const flag = (value: true | null) =>
      ['Email/set', { update: { [id]: { 'keywords/$flagged': value } } }] as const
    const said = await lee.calls([get, flag(true), get, flag(null), get])
    const flagged = [0, 2, 4].map((at) => said[at]?.[1].list[0].keywords.$flagged === true)
    assert.deepEqual(flagged, [false, true, false])
  })

  it('§3.3: creation ids of the request stand for ids, and come back with what was made', async () => {
    const { lee } = of()
    const methodCalls = [
      ['Mailbox/get', { accountId: lee.accountId, ids: ['#known'], properties: ['role'] }, 'g'],
      [
        'Mailbox/set',
        { accountId: lee.accountId, create: { made: { name: 'Of an id', parentId: '#known' } } },
        's',
      ],
    ]
    const { body } = await lee.post({
      using: [core, mail],
      methodCalls,
      createdIds: { known: lee.inbox },
    })
    assert.equal(body.methodResponses[0][1].list[0].role, 'inbox')
    assert.equal(body.createdIds.known, lee.inbox)
    assert.equal(body.createdIds.made, body.methodResponses[1][1].created.made.id)
    const without = await lee.post({ using: [core], methodCalls: [] })
    assert.equal('createdIds' in without.body, false)
  })

  it('§3.4: responses carry the call id, and the state of the session', async () => {
    const { lee } = of()
    const { body } = await lee.post({
      using: [core],
      methodCalls: [echo({}, 'one'), echo({}, '#2 ☃')],
    })
    assert.deepEqual(
      body.methodResponses.map(([, , id]: string[]) => id),
      ['one', '#2 ☃'],
    )
    assert.equal(body.sessionState, lee.session.state)
  })

  it('§3.6.1: an unknown capability is HTTP 400 with its error, and nothing is done', async () => {
    const { lee } = of()
    const create = { a: { name: 'Never made' } }
    const methodCalls = [['Mailbox/set', { accountId: lee.accountId, create }, 'a']]
    const { status, body, headers } = await lee.post({
      using: [core, mail, 'urn:nobody'],
      methodCalls,
    })
    assert.deepEqual([status, body.type, body.status], [400, fault('unknownCapability'), 400])
    assert.match(String(headers['content-type']), /^application\/problem\+json/)
    const { ids } = await lee.ok('Mailbox/query', { filter: { name: 'Never made' } })
    assert.deepEqual(ids, [])
  })

  it('§3.6.1: JSON of another form is notRequest', async () => {
    const wrong = [
      [],
      1,
      {},
      { using: [1], methodCalls: [] },
      { using: [core], methodCalls: {} },
      { using: [core], methodCalls: [['a', {}]] },
    ]
    for (const value of wrong) {
      const { status, body } = await of().lee.post(value)
      assert.deepEqual([status, body.type], [400, fault('notRequest')], JSON.stringify(value))
    }
  })

  it('§3.6.1: a limit that is passed is named', async () => {
    const { lee } = of()
    const limits = lee.session.capabilities[core]
    const methodCalls = Array.from({ length: limits.maxCallsInRequest + 1 }, (_, at) =>
      echo({}, `${at}`),
    )
    const calls = await lee.post({ using: [core], methodCalls })
    assert.deepEqual(
      [calls.status, calls.body.type, calls.body.limit],
      [400, fault('limit'), 'maxCallsInRequest'],
    )
    const full = await lee.post({ using: [core], methodCalls: methodCalls.slice(1) })
    assert.equal(full.body.methodResponses.length, limits.maxCallsInRequest)
    const size = await lee.announce('/jmap/api', limits.maxSizeRequest + 1)
    assert.deepEqual(
      [size.status, size.body.type, size.body.limit],
      [400, fault('limit'), 'maxSizeRequest'],
    )
  })

  it('§3.6.2: a method that fails leaves the others running', async () => {
    const { lee } = of()
    const said = await lee.calls([
      ['Nobody/get', {}],
      ['Mailbox/get', { accountId: 'nobody' }],
      ['Mailbox/get', { ids: 'x' }],
      ['Email/query', { filter: { nothing: 1 } }],
      ['Core/echo', { x: 1 }],
    ])
    const types = ['unknownMethod', 'accountNotFound', 'invalidArguments', 'unsupportedFilter']
    assert.deepEqual(
      said.map(([name, { type }]) => (name === 'error' ? type : name)),
      [...types, 'Core/echo'],
    )
  })

  it('§3.6.2: a method of a capability that is not used is unknown', async () => {
    const { lee } = of()
    const methodCalls = [['Mailbox/get', { accountId: lee.accountId }, 'a']]
    const { body } = await lee.post({ using: [core], methodCalls })
    assert.equal(body.methodResponses[0][1].type, 'unknownMethod')
  })

  it('§3.6.2: a missing account and one of the wrong type are invalidArguments', async () => {
    const { lee } = of()
    for (const name of [
      'Mailbox/get',
      'Email/query',
      'Email/set',
      'Thread/get',
      'Identity/get',
      'EmailSubmission/set',
      'Email/parse',
      'SearchSnippet/get',
    ])
      for (const accountId of [undefined, null, 1, ['a']])
        assert.equal(await lee.fault(name, { accountId, ids: [] }), 'invalidArguments', name)
  })

  it('§3.6.2, §5.3: whoever may read and mark only changes nothing else', async () => {
    const { ho } = of()
    const accountId = ho.accountNamed('Road Works')
    const { list } = await ho.ok('Email/get', { accountId, ids: null, properties: [] })
    const [{ id }] = list
    const { notUpdated, notDestroyed, notCreated } = await ho.ok('Email/set', {
      accountId,
      create: { a: { mailboxIds: {} } },
      update: { [id]: { 'keywords/$flagged': true } },
      destroy: [list[1].id],
    })
    assert.equal(notUpdated[id].type, 'forbidden')
    assert.equal(notDestroyed[list[1].id].type, 'forbidden')
    assert.equal(notCreated.a.type, 'invalidProperties')
    const { notCreated: mailboxes } = await ho.ok('Mailbox/set', {
      accountId,
      create: { a: { name: 'x' } },
    })
    assert.equal(mailboxes.a.type, 'forbidden')
  })

  it('§3.6.2: a method that answers with an error has changed nothing', async () => {
    const { lee } = of()
    const before = await lee.state('Email')
    const { blobId } = await lee.upload('Subject: not made\r\n\r\n')
    const good = { blobId, mailboxIds: { [lee.inbox]: true } }
    assert.equal(
      await lee.fault('Email/import', { emails: { a: good, b: 'no object' } }),
      'invalidArguments',
    )
    assert.equal(
      await lee.fault('Email/import', { emails: { a: good, 'b c': good } }),
      'invalidArguments',
    )
    assert.equal(
      await lee.fault('Mailbox/set', { create: { a: { name: 'Not made' }, b: 1 } }),
      'invalidArguments',
    )
    assert.equal(
      await lee.fault('Mailbox/set', { create: { a: { name: 'Not made' } }, other: 1 }),
      'invalidArguments',
    )
    assert.equal(await lee.state('Email'), before)
  })

  it('§3.7: a reference is resolved by pointer, * flattens, ~ escapes', async () => {
    const take = (path: string) =>
      ['Core/echo', { '#x': { resultOf: 'f', name: 'Core/echo', path } }] as const
    const said = await of().lee.calls([
      ['Core/echo', { l: [{ i: ['a', 'b'] }, { i: ['c'] }, { i: [] }], 'a/b~c': { '*': 7 } }, 'f'],
      take('/l/*/i'),
      take('/l/1/i/0'),
      take('/a~1b~0c/*'),
    ])
    assert.deepEqual(
      said.slice(1).map(([, { x }]) => x),
      [['a', 'b', 'c'], 'c', 7],
    )
  })

  it('§3.7: the first response of the call is meant, and its name must be right', async () => {
    const { lee } = of()
    const reference = (name: string) => ({ '#x': { resultOf: 'f', name, path: '/y' } })
    const said = await lee.calls([
      ['Core/echo', { y: 1 }, 'f'],
      ['Core/echo', { y: 2 }, 'f'],
      ['Core/echo', reference('Core/echo')],
      ['Core/echo', reference('Email/get')],
    ])
    assert.equal(said[2]?.[1].x, 1)
    assert.equal(said[3]?.[1].type, 'invalidResultReference')
  })

  it('§3.7: what cannot be resolved rejects the whole method; given both ways it is invalid', async () => {
    const { lee } = of()
    for (const path of ['/none', '/l/9', '/l/x', '/s/*', 'l', '/l/-1', '/l/00'])
      for (const args of [{ '#x': { resultOf: 'f', name: 'Core/echo', path } }]) {
        const [, said] = await lee.calls([
          ['Core/echo', { l: [1], s: 'text' }, 'f'],
          ['Core/echo', args],
        ])
        assert.equal(said?.[1].type, 'invalidResultReference', path)
      }
    const both = { x: 1, '#x': { resultOf: 'f', name: 'Core/echo', path: '/l' } }
    assert.equal(await lee.fault('Core/echo', both), 'invalidArguments')
  })

  it('§4: Core/echo gives back exactly what it was given', async () => {
    const args = { a: null, b: [1, 2.5, -0.125, '香港', { c: false }], d: '\u2028"\\' }
    assert.deepEqual(await of().lee.ok('Core/echo', args), args)
  })
}
