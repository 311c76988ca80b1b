/** RFC 8887, with the WebSocket of Node itself (undici's): one test a sentence. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request } from 'node:https'
import { after, before, describe, it } from 'node:test'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { core, mail, openJmapWorld, type JmapWorld } from '../../../test/support/jmap-world.ts'
import { until } from '../../../test/support/until.ts'
import { callsInRequestMax, sizeRequestMax, webSocketsMax } from '../limits.ts'

const capability = 'urn:ietf:params:jmap:websocket'
// oxlint-disable-next-line typescript/no-explicit-any -- read by assertions alone
type Said = any

describe('JMAP over a WebSocket', { timeout: 120_000 }, () => {
  let world: JmapWorld
  let accountId = ''
  const trusted = getCACertificates('default')
  before(async () => {
    world = await openJmapWorld()
    accountId = world.ids.alice
    setDefaultCACertificates([...trusted, world.ca])
  })
  after(async () => {
    setDefaultCACertificates(trusted)
    await world[Symbol.asyncDispose]()
    assert.deepEqual(world.faults, [])
    assert.equal(world.budget.held, 0)
  })

  const basic = (who: string) => `Basic ${Buffer.from(who).toString('base64')}`

  async function open(who = 'alice:secret') {
    const init = { protocols: ['jmap'], headers: { authorization: basic(who) } }
    const socket = new WebSocket(`wss://localhost:${world.port}/jmap/ws`, init)
    const said: Said[] = []
    const waiting: ((one: Said) => void)[] = []
    socket.addEventListener('message', ({ data }) => {
      const one: Said = JSON.parse(String(data))
      const next = waiting.shift()
      if (next === undefined) said.push(one)
      else next(one)
    })
    const closed = once(socket, 'close').then(([event]) => Number(event.code))
    await once(socket, 'open')
    return {
      socket,
      closed,
      said,
      say: (message: object) => socket.send(JSON.stringify(message)),
      hear: async (): Promise<Said> => {
        const { promise, resolve } = Promise.withResolvers<Said>()
        const before = said.shift()
        if (before === undefined) waiting.push(resolve)
        else resolve(before)
        return promise
      },
      [Symbol.asyncDispose]: async () => {
        socket.close()
        await closed
      },
    }
  }

  const echo = (id: string | undefined, args: object = { a: 1 }, more: object = {}) => ({
    '@type': 'Request',
    ...(id === undefined ? {} : { id }),
    using: [core, mail],
    methodCalls: [['Core/echo', args, 'c']],
    ...more,
  })

  /** What a handshake is answered when it is refused, or 101. */
  async function shake(headers: Readonly<Record<string, string>>, path = '/jmap/ws') {
    const call = request({
      host: '127.0.0.1',
      port: world.port,
      servername: 'localhost',
      ca: world.ca,
      path,
      agent: false,
      headers: {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': Buffer.alloc(16).toString('base64'),
        'sec-websocket-protocol': 'jmap',
        host: 'mail.example',
        ...headers,
      },
    })
    call.end()
    const answer = Promise.withResolvers<number>()
    call.on('upgrade', ({ statusCode }, socket) => {
      socket.destroy()
      answer.resolve(statusCode ?? 0)
    })
    call.on('response', (response) => {
      response.resume()
      answer.resolve(response.statusCode ?? 0)
    })
    call.on('error', answer.reject)
    return answer.promise
  }

  it('says where it is (§3)', async () => {
    const { body } = await world.ask('/jmap/session')
    const { url, supportsPush } = body.capabilities[capability]
    assert.match(url, /^wss:\/\/[^/]+\/jmap\/ws$/)
    assert.equal(supportsPush, true)
    assert.equal((await world.ask('/jmap/ws')).status, 426)
  })

  it('answers requests with their ids, and creation ids where they are wished (§4.3.2)', async () => {
    await using client = await open()
    assert.equal(client.socket.protocol, 'jmap')
    client.say(echo('R1'))
    const first = await client.hear()
    const { sessionState, ...rest } = first
    assert.deepEqual(rest, {
      '@type': 'Response',
      requestId: 'R1',
      methodResponses: [['Core/echo', { a: 1 }, 'c']],
    })
    assert.equal(sessionState, (await world.ask('/jmap/session')).body.state)
    client.say(echo(undefined, {}, { createdIds: { k: 'v' } }))
    const second = await client.hear()
    assert.deepEqual([second.requestId, second.createdIds], [undefined, { k: 'v' }])
    const methodCalls = [['Mailbox/get', { accountId, ids: null }, 'm']]
    client.say(echo('R3', {}, { methodCalls }))
    assert.ok((await client.hear()).methodResponses[0][1].list.length > 0)
  })

  it('answers what is no request with an error that names it, and goes on (§4.3.4)', async () => {
    await using client = await open()
    const problem = (fault: string) => `urn:ietf:params:jmap:error:${fault}`
    const calls = Array.from({ length: callsInRequestMax + 1 }, () => ['Core/echo', {}, 'c'])
    const wrong: readonly (readonly [string, string, string | null])[] = [
      ['{', 'notJSON', null],
      ['[]', 'notRequest', null],
      ['{"@type":"Other"}', 'notRequest', null],
      ['{"@type":"Request","id":"a"}', 'notRequest', 'a'],
      [JSON.stringify(echo('b', {}, { using: ['urn:x'] })), 'unknownCapability', 'b'],
      [JSON.stringify(echo('c', {}, { methodCalls: calls })), 'limit', 'c'],
      ['{"@type":"WebSocketPushEnable","dataTypes":"Email"}', 'notRequest', null],
    ]
    for (const [text, fault, requestId] of wrong) {
      client.socket.send(text)
      const said = await client.hear()
      assert.deepEqual(
        [said['@type'], said.requestId, said.type, said.status],
        ['RequestError', requestId, problem(fault), 400],
        text,
      )
    }
    client.say(echo('after'))
    assert.equal((await client.hear()).requestId, 'after')
  })

  it('keeps to the number of requests at once and to their size (§4.3, RFC 8620 §2)', async () => {
    await using client = await open()
    const slow = [
      ['Email/query', { accountId }, 'q'],
      ['Mailbox/get', { accountId }, 'm'],
    ]
    for (let at = 0; at < 40; at++) client.say(echo(String(at), {}, { methodCalls: slow }))
    const answers = await Promise.all(Array.from({ length: 40 }, () => client.hear()))
    const refused = answers.filter((each) => each['@type'] === 'RequestError')
    assert.ok(refused.length > 0 && refused.length < 40, String(refused.length))
    assert.ok(refused.every(({ limit }) => limit === 'maxConcurrentRequests'))
    assert.equal(new Set(answers.map(({ requestId }) => requestId)).size, 40)
    client.socket.send('x'.repeat(sizeRequestMax + 1))
    assert.equal(await client.closed, 1009)
    await using other = await open()
    other.socket.send(new Uint8Array([1, 2]))
    assert.equal(await other.closed, 1003)
  })

  it('pushes what changed while that is wished, of the types that are wished (§4.3.5)', async () => {
    await using client = await open()
    client.say({ '@type': 'WebSocketPushEnable', dataTypes: ['Email', 'VacationResponse'] })
    client.say(echo('enabled'))
    while ((await client.hear()).requestId !== 'enabled');
    // The states it begins with are read when a later answer came that reads the same.
    await until('a push', 10_000, async () => {
      await world.append(accountId, 'INBOX', 'Subject: a\r\n\r\n')
      return client.said.length > 0
    })
    const told = await client.hear()
    assert.equal(told['@type'], 'StateChange')
    assert.deepEqual(Object.keys(told.changed), [accountId])
    assert.deepEqual(Object.keys(told.changed[accountId]), ['Email'])
    await until('the last of them', 10_000, async () => {
      const { state } = await world.call('Email/get', { accountId, ids: [] })
      const last = client.said.at(-1) ?? told
      return last.changed[accountId].Email === state
    })
    client.said.length = 0
    const update = { singleton: { isEnabled: true } }
    await world.call('VacationResponse/set', { accountId, update })
    const ofVacation = await client.hear()
    const { state } = await world.call('VacationResponse/get', { accountId, ids: [] })
    assert.deepEqual(ofVacation.changed, { [accountId]: { VacationResponse: state } })

    client.say({ '@type': 'WebSocketPushDisable' })
    client.say(echo('disabled'))
    assert.equal((await client.hear()).requestId, 'disabled')
    await world.append(accountId, 'INBOX', 'Subject: unheard\r\n\r\n')
    // Who comes back with what he was last told hears what he missed, and nothing where he missed nothing.
    const types = { dataTypes: ['Email', 'VacationResponse'] }
    client.say({ '@type': 'WebSocketPushEnable', ...types, pushState: ofVacation.pushState })
    const missed = await client.hear()
    const email = await world.call('Email/get', { accountId, ids: [] })
    assert.equal(missed.changed[accountId].Email, email.state)
    client.say({ '@type': 'WebSocketPushEnable', ...types, pushState: missed.pushState })
    for (const id of ['one', 'two', 'three']) {
      const methodCalls = [['Mailbox/get', { accountId }, 'm']]
      client.say(echo(id, {}, { methodCalls }))
      assert.equal((await client.hear()).requestId, id)
    }
    assert.deepEqual(client.said, [])
  })

  it('is opened by who may sign in alone, in its subprotocol, at its place (§4.1)', async () => {
    const authorization = basic('alice:secret')
    assert.equal(await shake({ authorization }), 101)
    assert.equal(await shake({}), 401)
    assert.equal(await shake({ authorization: basic('alice:wrong') }), 401)
    assert.equal(await shake({ authorization, 'sec-websocket-protocol': 'other' }), 400)
    assert.equal(await shake({ authorization }, '/jmap/api'), 404)
  })

  it('takes a browser’s cookie from pages of ours alone (RFC 6455 §10.2)', async () => {
    const cookie = '__Host-tamar=alice-session'
    const ours = 'https://mail.example'
    assert.equal(await shake({ cookie, origin: ours }), 101)
    assert.equal(await shake({ cookie, origin: ours, 'sec-fetch-site': 'same-origin' }), 101)
    assert.equal(await shake({ cookie }), 403)
    assert.equal(await shake({ cookie, origin: 'https://evil.example' }), 403)
    assert.equal(await shake({ cookie, origin: 'http://mail.example' }), 403)
    assert.equal(await shake({ cookie, origin: ours, 'sec-fetch-site': 'cross-site' }), 403)
    assert.equal(await shake({ cookie: '__Host-tamar=other', origin: ours }), 401)
  })

  it('has no more for one person than are of use', async () => {
    const all = await Promise.all(Array.from({ length: webSocketsMax }, () => open('bob:secret')))
    assert.equal(await shake({ authorization: basic('bob:secret') }), 429)
    assert.equal(await shake({ authorization: basic('alice:secret') }), 101)
    await Promise.all(all.map((each) => each[Symbol.asyncDispose]()))
    await until('there is room', 10_000, async () => {
      return (await shake({ authorization: basic('bob:secret') })) === 101
    })
  })

  it('holds what one who does not read would be sent, and reads no more from him', async () => {
    await using client = await open()
    const args = { text: 'x'.repeat(4_000_000) }
    const count = 8
    for (let at = 0; at < count; at++) client.say(echo(String(at), args))
    const answers = await Promise.all(Array.from({ length: count }, () => client.hear()))
    assert.deepEqual(
      new Set(answers.map(({ requestId }) => requestId)),
      new Set(Array.from({ length: count }, (_, at) => String(at))),
    )
  })

  it('ends with the session it was opened by', async () => {
    const client = await open()
    client.say(echo('before'))
    await client.hear()
    world.access.revoke(world.alice.id)
    assert.equal(await client.closed, 1008)
    assert.equal((await world.call('VacationResponse/get', { accountId, ids: [] })).list.length, 0)
  })
})
