/** RFC 8620, over HTTPS: one test a sentence that says MUST. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request } from 'node:https'
import { after, before, describe, it } from 'node:test'
import { core, mail, openJmapWorld, type JmapWorld } from '../../../test/support/jmap-world.ts'
import { callsInRequestMax, concurrentUploadMax, sizeRequestMax } from '../limits.ts'

describe('the core of JMAP', { timeout: 120_000 }, () => {
  let world: JmapWorld
  before(async () => {
    world = await openJmapWorld()
  })
  after(() => world[Symbol.asyncDispose]())

  const problem = (fault: string) => `urn:ietf:params:jmap:error:${fault}`
  const echo = (args: object, id = 'a') => ({
    using: [core],
    methodCalls: [['Core/echo', args, id]],
  })

  it('leads from /.well-known/jmap to the session (§2.2)', async () => {
    const found = await world.ask('/.well-known/jmap', { who: '' })
    assert.equal(found.status, 307)
    assert.equal(found.headers['location'], '/jmap/session')
  })

  it('asks strangers to sign in, and is not told of accounts before (§8.2)', async () => {
    for (const who of ['', 'alice:wrong', 'nobody:secret']) {
      const refused = await world.ask('/jmap/session', { who })
      assert.equal(refused.status, 401)
      assert.match(String(refused.headers['www-authenticate']), /^Basic /)
    }
    assert.equal((await world.post(echo({}), { who: 'alice:wrong' })).status, 401)
  })

  it('tells capabilities, accounts, primary accounts and URLs in the session (§2)', async () => {
    const { status, headers, body } = await world.ask('/jmap/session')
    assert.equal(status, 200)
    assert.match(String(headers['cache-control']), /no-store/)
    const limits = body.capabilities[core]
    for (const name of [
      'maxSizeUpload',
      'maxConcurrentUpload',
      'maxSizeRequest',
      'maxConcurrentRequests',
      'maxCallsInRequest',
      'maxObjectsInGet',
      'maxObjectsInSet',
    ])
      assert.ok(Number.isSafeInteger(limits[name]) && limits[name] > 0, name)
    assert.ok(Array.isArray(limits.collationAlgorithms))
    assert.equal(body.primaryAccounts[mail], world.ids.alice)
    assert.deepEqual(
      new Set(Object.keys(body.accounts)),
      new Set([world.ids.alice, world.ids.post, world.ids.desk]),
    )
    assert.equal(body.accounts[world.ids.alice].isPersonal, true)
    assert.equal(body.accounts[world.ids.post].isPersonal, false)
    assert.equal(body.username, 'alice@td.example')
    for (const name of ['{accountId}', '{blobId}', '{name}', '{type}'])
      assert.ok(body.downloadUrl.includes(name))
    assert.ok(body.uploadUrl.includes('{accountId}'))
    for (const name of ['{types}', '{closeafter}', '{ping}'])
      assert.ok(body.eventSourceUrl.includes(name))
  })

  it('says that an account is read only where nothing may be changed (§2)', async () => {
    const { body } = await world.ask('/jmap/session', { who: 'bob:secret' })
    assert.equal(body.accounts[world.ids.desk].isReadOnly, true)
    assert.equal(body.accounts[world.ids.bob].isReadOnly, false)
  })

  it('echoes exactly what it was told (§4), with the state of the session (§3.4)', async () => {
    const args = { hello: true, high: 5, list: [null, { a: '香港' }] }
    const { body } = await world.post(echo(args, 'b3ff'))
    assert.deepEqual(body.methodResponses, [['Core/echo', args, 'b3ff']])
    const session = await world.ask('/jmap/session')
    assert.equal(body.sessionState, session.body.state)
  })

  it('answers unknownCapability with 400 and does nothing (§3.6.1)', async () => {
    const { status, body, headers } = await world.post({ ...echo({}), using: [core, 'urn:x'] })
    assert.equal(status, 400)
    assert.equal(body.type, problem('unknownCapability'))
    assert.match(String(headers['content-type']), /^application\/problem\+json/)
  })

  it('answers notJSON to what is no I-JSON or has another content type (§3.6.1)', async () => {
    const broken = [
      '{',
      '',
      '{"using":[],"using":[],"methodCalls":[]}',
      '{"using":["\\ud800"],"methodCalls":[]}',
      '['.repeat(100) + ']'.repeat(100),
    ]
    for (const text of broken) {
      const { status, body } = await world.post(text)
      assert.deepEqual([status, body.type], [400, problem('notJSON')], text)
    }
    const invalid = await world.ask('/jmap/api', {
      body: Buffer.from([0x22, 0xff, 0x22]),
      headers: { 'content-type': 'application/json' },
    })
    assert.equal(invalid.body.type, problem('notJSON'))
    const form = await world.post(echo({}), { headers: { 'content-type': 'text/plain' } })
    assert.deepEqual([form.status, form.body.type], [400, problem('notJSON')])
  })

  it('answers notRequest to JSON that is no Request (§3.6.1)', async () => {
    const wrong = [
      [],
      {},
      { using: [core] },
      { using: core, methodCalls: [] },
      { using: [core], methodCalls: [['Core/echo', {}]] },
      { using: [core], methodCalls: [['Core/echo', [], 'a']] },
      { using: [core], methodCalls: [], createdIds: { a: 1 } },
    ]
    for (const value of wrong) {
      const { status, body } = await world.post(value)
      assert.deepEqual([status, body.type], [400, problem('notRequest')], JSON.stringify(value))
    }
  })

  it('keeps the limits it tells, and names the one that was passed (§3.6.1)', async () => {
    const many = Array.from({ length: callsInRequestMax + 1 }, (_, at) => [
      'Core/echo',
      {},
      `${at}`,
    ])
    const calls = await world.post({ using: [core], methodCalls: many })
    assert.deepEqual([calls.status, calls.body.type], [400, problem('limit')])
    assert.equal(calls.body.limit, 'maxCallsInRequest')
    const size = await world.post(echo({ text: 'x'.repeat(sizeRequestMax) }))
    assert.deepEqual([size.status, size.body.limit], [400, 'maxSizeRequest'])
  })

  it('goes on after an unknown method, and with capabilities not asked for (§3.6.2)', async () => {
    const { body } = await world.post({
      using: [core],
      methodCalls: [
        ['Foo/get', {}, 'a'],
        ['Mailbox/get', { accountId: world.ids.alice }, 'b'],
        ['Core/echo', { x: 1 }, 'c'],
      ],
    })
    assert.deepEqual(body.methodResponses, [
      ['error', { type: 'unknownMethod' }, 'a'],
      ['error', { type: 'unknownMethod' }, 'b'],
      ['Core/echo', { x: 1 }, 'c'],
    ])
  })

  it('resolves result references, pointers with ~ escapes and * too (§3.7)', async () => {
    const given = { list: [{ ids: ['a', 'b'] }, { ids: ['c'] }], 'a/b~c': [1, 2] }
    const take = (path: string, id: string) =>
      ['Core/echo', { '#x': { resultOf: 'first', name: 'Core/echo', path } }, id] as const
    const { body } = await world.post({
      using: [core],
      methodCalls: [
        ['Core/echo', given, 'first'],
        take('/list/*/ids', 'a'),
        take('/a~1b~0c/1', 'b'),
        take('/list/0/ids/1', 'c'),
      ],
    })
    const found = body.methodResponses.slice(1).map(([, args]: [string, { x: unknown }]) => args.x)
    assert.deepEqual(found, [['a', 'b', 'c'], 2, 'b'])
  })

  it('answers invalidResultReference where there is nothing to be had (§3.7)', async () => {
    const references = [
      { resultOf: 'nobody', name: 'Core/echo', path: '/x' },
      { resultOf: 'first', name: 'Email/get', path: '/x' },
      { resultOf: 'first', name: 'Core/echo', path: '/y' },
      { resultOf: 'first', name: 'Core/echo', path: '/x/01' },
    ]
    for (const reference of references) {
      const { body } = await world.post({
        using: [core],
        methodCalls: [
          ['Core/echo', { x: [1] }, 'first'],
          ['Core/echo', { '#x': reference }, 'a'],
        ],
      })
      assert.equal(body.methodResponses[1][1].type, 'invalidResultReference')
    }
    const twice = await world.post(echo({ x: 1, '#x': { resultOf: 'a', name: 'b', path: '' } }))
    assert.equal(twice.body.methodResponses[0][1].type, 'invalidArguments')
  })

  it('gives createdIds back only to who sent them (§3.3, §3.4)', async () => {
    const without = await world.post(echo({}))
    assert.equal('createdIds' in without.body, false)
    const with_ = await world.post({ ...echo({}), createdIds: { k1: 'id1' } })
    assert.deepEqual(with_.body.createdIds, { k1: 'id1' })
  })

  it('signs in once for many requests, and anew after revocation', async () => {
    await world.post(echo({}))
    const before_ = world.signIns()
    await Promise.all(Array.from({ length: 5 }, () => world.post(echo({}))))
    assert.equal(world.signIns(), before_)
    world.access.revoke(world.alice.id)
    await world.post(echo({}))
    assert.equal(world.signIns(), before_ + 1)
  })

  it('takes an upload and gives it back, whole and in ranges (§6.1, §6.2)', async () => {
    const body = Buffer.from('0123456789')
    const path = `/jmap/upload/${world.ids.alice}`
    const headers = { 'content-type': 'text/plain' }
    const { status, body: kept } = await world.ask(path, { body, headers })
    assert.equal(status, 201)
    assert.deepEqual([kept.accountId, kept.type, kept.size], [world.ids.alice, 'text/plain', 10])
    const place = `/jmap/download/${world.ids.alice}/${kept.blobId}/a%20b.txt?type=text%2Fcsv`
    const whole = await world.ask(place)
    assert.equal(whole.octets.toString(), '0123456789')
    assert.equal(whole.headers['content-type'], 'text/csv')
    assert.match(String(whole.headers['content-disposition']), /^attachment; filename="a b.txt"/)
    const part = await world.ask(place, { headers: { range: 'bytes=2-4' } })
    assert.deepEqual([part.status, part.octets.toString()], [206, '234'])
    assert.equal(part.headers['content-range'], 'bytes 2-4/10')
    const end = await world.ask(place, { headers: { range: 'bytes=-3' } })
    assert.equal(end.octets.toString(), '789')
    const beyond = await world.ask(place, { headers: { range: 'bytes=10-' } })
    assert.deepEqual([beyond.status, beyond.headers['content-range']], [416, 'bytes */10'])
    assert.equal((await world.ask(place, { who: 'bob:secret' })).status, 404)
    assert.equal((await world.ask(`/jmap/download/${world.ids.alice}/nothing/x`)).status, 404)
    assert.equal((await world.ask(`/jmap/upload/${world.ids.bob}`, { body })).status, 404)
  })

  it('takes no more uploads at once than it tells (§3.6.1)', async () => {
    const authorization = `Basic ${Buffer.from('alice:secret').toString('base64')}`
    const path = `/jmap/upload/${world.ids.alice}`
    const { ca, port } = world
    const options = { host: '127.0.0.1', port, ca, path, agent: false, method: 'POST' } as const
    const headers = { authorization, 'content-length': 2, expect: '100-continue' }
    const held = Array.from({ length: concurrentUploadMax }, () =>
      request({ ...options, headers }).on('error', () => undefined),
    )
    for (const call of held) call.write('a')
    await Promise.all(held.map((call) => once(call, 'continue')))
    const refused = await world.ask(path, { body: 'x' })
    assert.deepEqual([refused.status, refused.body.limit], [400, 'maxConcurrentUpload'])
    for (const call of held) call.destroy()
  })

  it('reads no body for which the process has no room, and gives room back', async () => {
    const { budget } = world
    const held = budget.octetsMax - budget.held
    assert.ok(budget.take(held))
    assert.equal((await world.post(echo({}))).status, 503)
    budget.give(held)
    assert.equal((await world.post(echo({}))).status, 200)
  })

  it('pushes a state that /get would answer with, over an event stream (§7.1, §7.3)', async () => {
    const path = '/jmap/events?types=Email,Mailbox&closeafter=state&ping=0'
    const answer = world.ask(path)
    const session = await world.ask('/jmap/session')
    assert.equal(session.status, 200)
    await world.append(world.ids.alice, 'INBOX', 'Subject: push\r\n\r\n')
    const { headers, octets } = await answer
    assert.equal(headers['content-type'], 'text/event-stream')
    const data = /event: state\ndata: (.*)\n\n/.exec(octets.toString())?.[1] ?? ''
    const change = JSON.parse(data)
    assert.equal(change['@type'], 'StateChange')
    assert.deepEqual(Object.keys(change.changed[world.ids.alice]).toSorted(), ['Email', 'Mailbox'])
  })

  it('tells the interval of pings that is really used (§7.3)', async () => {
    const { ca, port } = world
    const authorization = `Basic ${Buffer.from('alice:secret').toString('base64')}`
    const path = '/jmap/events?types=*&closeafter=no&ping=1'
    const call = request({
      host: '127.0.0.1',
      port,
      ca,
      path,
      agent: false,
      headers: { authorization },
    })
    call.on('error', () => undefined).end()
    const [response] = await once(call, 'response')
    const [chunk] = await once(response, 'data')
    assert.match(String(chunk), /^event: ping\ndata: \{"interval":30\}\n\n/)
    call.destroy()
    assert.equal((await world.ask('/jmap/events?types=*&closeafter=x&ping=1')).status, 400)
  })
})
