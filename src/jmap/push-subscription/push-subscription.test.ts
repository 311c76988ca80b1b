/** RFC 8620 §7.2 over HTTPS, to a push service of the test's own: one test a sentence. */
import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import { after, before, describe, it } from 'node:test'
import { trust } from '../../../test/support/certificate.ts'
import { openJmapWorld, type JmapWorld } from '../../../test/support/jmap-world.ts'
import {
  Device,
  openPushService,
  vapidClaimsOf,
  type Posted,
  type PushService,
} from '../../../test/support/push-service.ts'
import { until } from '../../../test/support/until.ts'
import type { Rest, Resting } from '../../access/resting.ts'
import { dayMs, hourMs, minuteMs } from '../../base/clock.ts'
import type { Database } from '../../db/types.ts'
import type { Keys } from '../../keys/types.ts'
import { parsePushUrl, post } from '../../push/post.ts'
import { Pusher } from '../../push/pusher.ts'
import { Subscriptions } from '../../push/subscriptions.ts'
import { findVapidKey } from '../../push/vapid-key.ts'
import type { VapidKey } from '../../push/vapid.ts'
import { formatUtcDate } from '../core/arguments.ts'
import { StateWatch } from '../core/state-watch.ts'

const vapid = 'urn:ietf:params:jmap:webpush-vapid'
const host = 'push.td.example'
const pace = { gapMs: 100, gapMsMax: 400, backOffMs: [40, 80] }
/** Longer than anything that is due takes. */
const quietMs = 350
const waitMs = 10_000

const message = (subject: string) =>
  `From: a@td.example\r\nSubject: ${subject}\r\nMessage-ID: <${subject}@td.example>\r\n\r\nText.\r\n`

describe('PushSubscription', { timeout: 120_000 }, () => {
  const stack = new AsyncDisposableStack()
  /** Where names lead. */
  const hosts = new Map([
    [host, ['127.0.0.1']],
    ['inside.td.example', ['10.0.0.1']],
    ['both.td.example', ['127.0.0.1', '192.168.1.1']],
  ])
  const looked: string[] = []
  const logged: { message: string; facts: object }[] = []
  /** As the next request is signed in, and which sign-ins are over. */
  const signedIn: { rest: Partial<Rest> } = { rest: {} }
  const ended = new Set<string>()
  const alarms: string[] = []
  let world: JmapWorld
  let service: PushService
  let vapidKey: VapidKey
  let database: Database
  let keys: Keys
  let pusher: Pusher

  const restOf: Resting['restOf'] = ({ id }) => ({
    credentialId: id,
    credentialVersion: 1,
    ...signedIn.rest,
  })
  const resting: Resting = {
    restOf,
    endOf: async (_, { credentialId }) =>
      ended.has(credentialId) ? 'credential-changed' : undefined,
    resumeOn: (principal) => ({ principal, [Symbol.dispose]: () => undefined }),
  }
  const resolver = {
    addresses: async (name: string) => {
      looked.push(name)
      return { records: hosts.get(name), isSecure: false, name }
    },
  }
  const startPusher = (nodeId: string) =>
    new Pusher({
      database,
      keys,
      nodeId,
      vapidKey,
      resting,
      pace,
      clock: world.clock,
      audit: world.audit,
      onAlarm: (id) => void alarms.push(id),
      openWatch: (principal, options) => new StateWatch(world.parts, principal, options),
      accountsOf: (principal) =>
        world.access
          .accountsOf(principal)
          .map(({ accountId }) => accountId)
          .join(),
      onRevoked: (principal, listener) => world.access.onRevoked(principal, listener),
      post: (one, signal) => post({ resolver, mayUseLoopback: true }, one, signal),
      contact: 'mailto:postmaster@td.example',
      log: {
        warn: (text, facts) => void logged.push({ message: text, facts }),
        error: (text, error, facts) =>
          void logged.push({ message: text, facts: { ...facts, error: String(error) } }),
      },
    }).start()

  before(async () => {
    service = stack.use(await openPushService(host))
    stack.use(trust(service.certificate))
    const made = Promise.withResolvers<VapidKey>()
    world = stack.use(
      await openJmapWorld({
        push: (ground) => {
          ;({ database, keys } = ground)
          const recordMade = async () => undefined
          findVapidKey({ ...ground, recordMade }).then(made.resolve, made.reject)
          const gateFor = () => async () => ({})
          const onAlarm = (id: string) => void alarms.push(id)
          return {
            get applicationServerKey() {
              return vapidKey.publicKey
            },
            subscriptions: new Subscriptions({ ...ground, resting, gateFor, onAlarm }),
            mayPushTo: (url) => parsePushUrl(url, true) !== undefined,
          }
        },
      }),
    )
    vapidKey = await made.promise
    pusher = startPusher('a')
  })
  after(async () => {
    await pusher[Symbol.asyncDispose]()
    const { faults } = world
    await stack.disposeAsync()
    assert.deepEqual(faults, [])
  })

  const call = (name: string, args: object, who?: string) =>
    world.call(`PushSubscription/${name}`, args, who)
  const create = async (path: string, more: object = {}, who?: string) => {
    // A new one each minute is more than anybody makes.
    world.clock.advance(minuteMs)
    const a = { deviceClientId: `device ${path}`, url: service.url(path), ...more }
    return call('set', { create: { a } }, who)
  }
  const textOf = ({ body }: Posted) => JSON.parse(body.toString())
  const verify = (id: string, verificationCode: string) =>
    call('set', { update: { [id]: { verificationCode } } })
  /** Made, and its code said back; what was told at first is put aside. */
  const subscribe = async (path: string, more: object = {}, device?: Device) => {
    const { created } = await create(path, { ...more, ...(device && { keys: device.keys }) })
    const id: string = created.a.id
    const [first] = await service.until(path, 1)
    assert.ok(first)
    const said = device?.open(first.body) ?? first.body.toString()
    const { verificationCode } = JSON.parse(said)
    const { updated } = await verify(id, verificationCode)
    assert.deepEqual(updated, { [id]: null })
    await service.until(path, 2)
    return id
  }
  const destroy = (...ids: readonly string[]) => call('set', { destroy: ids })
  const deliver = (subject: string) => world.append(world.ids.alice, 'INBOX', message(subject))
  const idsOf = async (who?: string): Promise<readonly string[]> =>
    (await call('get', { ids: null }, who)).list.map(({ id }: { id: string }) => id)

  it('names the key it signs with in the session (RFC 9749 §3)', async () => {
    const { body } = await world.ask('/jmap/session')
    assert.deepEqual(body.capabilities[vapid], { applicationServerKey: vapidKey.publicKey })
    assert.equal(Buffer.from(vapidKey.publicKey, 'base64url').length, 65)
    const again = await findVapidKey({
      database,
      keys,
      clock: world.clock,
      recordMade: async () => assert.fail('there is one'),
    })
    assert.equal(again.publicKey, vapidKey.publicKey)
  })

  it('is told its code at once, and nothing else until that is said back (§7.2.2)', async () => {
    const { created } = await create('/code')
    const { id, keys: none, types, expires } = created.a
    assert.deepEqual([none, types], [null, null])
    assert.equal(expires, formatUtcDate(world.clock.now() + 7 * dayMs))
    const [first] = await service.until('/code', 1)
    assert.ok(first)
    const { verificationCode, ...said } = textOf(first)
    assert.deepEqual(said, { '@type': 'PushVerification', pushSubscriptionId: id })
    assert.ok(verificationCode.length >= 43)
    await deliver('unheard')
    await pusher.refresh()
    await delay(quietMs)
    assert.equal(service.at('/code').length, 1)
    for (const wrong of ['guess', `${verificationCode}x`, '']) {
      const { notUpdated } = await verify(id, wrong)
      assert.deepEqual(notUpdated[id], {
        type: 'invalidProperties',
        properties: ['verificationCode'],
      })
    }
    await verify(id, verificationCode)
    const [, second] = await service.until('/code', 2)
    assert.ok(second)
    assert.equal(textOf(second)['@type'], 'StateChange')
    await destroy(id)
  })

  it('is posted a StateChange and nothing more, as application/json with a TTL (§7.2)', async () => {
    const id = await subscribe('/plain')
    await deliver('plain')
    const third = (await service.until('/plain', 3))[2]
    assert.ok(third)
    const { headers, method } = third
    assert.equal(method, 'POST')
    assert.equal(headers['content-type'], 'application/json')
    assert.equal(headers['content-encoding'], undefined)
    assert.match(String(headers['ttl']), /^\d+$/)
    const body = textOf(third)
    assert.deepEqual(Object.keys(body), ['@type', 'changed'])
    assert.deepEqual(Object.keys(body.changed), [world.ids.alice])
    const { state } = await world.call('Email/get', { accountId: world.ids.alice, ids: [] })
    assert.equal(body.changed[world.ids.alice].Email, state)
    assert.doesNotMatch(third.body.toString(), /plain/)
    await destroy(id)
  })

  it('is told of types that the directory keeps: a script that was put (RFC 9661 §2)', async () => {
    const id = await subscribe('/scripts', { types: ['SieveScript'] })
    const accountId = world.ids.alice
    const headers = { 'content-type': 'application/sieve' }
    const asked = { method: 'POST', body: 'keep;', headers }
    const { blobId } = (await world.ask(`/jmap/upload/${accountId}`, asked)).body
    const using = ['urn:ietf:params:jmap:core', 'urn:ietf:params:jmap:sieve']
    const set = { accountId, create: { a: { name: 'pushed', blobId } } }
    const { body } = await world.post({ using, methodCalls: [['SieveScript/set', set, '0']] })
    const { newState } = body.methodResponses[0][1]
    const third = (await service.until('/scripts', 3))[2]
    assert.ok(third)
    assert.deepEqual(textOf(third).changed, { [accountId]: { SieveScript: newState } })
    await destroy(id)
  })

  it('is encrypted for the device that gave keys, its code too (RFC 8291)', async () => {
    const device = new Device()
    const { created } = await create('/sealed', { keys: device.keys })
    const { id } = created.a
    assert.equal('keys' in created.a, false)
    const [first] = await service.until('/sealed', 1)
    assert.ok(first)
    assert.equal(first.headers['content-encoding'], 'aes128gcm')
    assert.doesNotMatch(first.body.toString('latin1'), /PushVerification/)
    const { verificationCode, pushSubscriptionId } = JSON.parse(device.open(first.body))
    assert.equal(pushSubscriptionId, id)
    await verify(id, verificationCode)
    await service.until('/sealed', 2)
    await deliver('sealed')
    const third = (await service.until('/sealed', 3))[2]
    assert.ok(third)
    assert.equal(JSON.parse(device.open(third.body))['@type'], 'StateChange')
    await destroy(id)
  })

  it('says to the push service who pushes (RFC 8292, RFC 9749 §4)', async () => {
    const [first] = service.posted
    assert.ok(first)
    const now = new Date(world.clock.now())
    const { publicKey, payload } = await vapidClaimsOf(first, service.origin, now)
    assert.equal(publicKey, vapidKey.publicKey)
    assert.equal(payload.sub, 'mailto:postmaster@td.example')
  })

  it('hears only of the types it wants (§7.2)', async () => {
    const id = await subscribe('/types', { types: ['VacationResponse'] })
    await deliver('not wanted')
    await delay(quietMs)
    assert.equal(service.at('/types').length, 2)
    await world.call('VacationResponse/set', {
      accountId: world.ids.alice,
      update: { singleton: { isEnabled: true, textBody: 'Away.' } },
    })
    const third = (await service.until('/types', 3))[2]
    assert.ok(third)
    assert.deepEqual(Object.keys(textOf(third).changed[world.ids.alice]), ['VacationResponse'])
    await call('set', { update: { [id]: { types: ['Email'] } } })
    await service.until('/types', 4)
    await deliver('wanted')
    const last = (await service.until('/types', 5)).at(-1)
    assert.ok(last)
    assert.deepEqual(Object.keys(textOf(last).changed[world.ids.alice]), ['Email'])
    await destroy(id)
  })

  it('hears of many changes in few pushes, and the last of them is as it is (§7.2)', async () => {
    const id = await subscribe('/many', { types: ['Email'] })
    const from = performance.now()
    await Promise.all(Array.from({ length: 40 }, (_, n) => deliver(`many ${n}`)))
    const gaps = (performance.now() - from) / pace.gapMs
    const { state } = await world.call('Email/get', { accountId: world.ids.alice, ids: [] })
    await until('the last state', waitMs, () => {
      const last = service.at('/many').at(-1)
      return last !== undefined && textOf(last).changed?.[world.ids.alice]?.Email === state
    })
    const pushes = service.at('/many').length
    assert.ok(pushes <= 5 + gaps, `${pushes} pushes in ${gaps} gaps`)
    await destroy(id)
  })

  it('shows the code once it was said back, never url and keys (§7.2, §7.2.1)', async () => {
    const { created } = await create('/unsaid')
    const unsaid = await call('get', { ids: [created.a.id] })
    assert.equal(unsaid.list[0].verificationCode, null)
    await destroy(created.a.id)
    const device = new Device()
    const id = await subscribe('/shown', { types: ['Email'] }, device)
    const answer = await call('get', { ids: null })
    assert.deepEqual(Object.keys(answer).toSorted(), ['list', 'notFound'])
    const [only] = answer.list
    const [code] = service.at('/shown')
    assert.ok(code)
    assert.deepEqual(only, {
      id,
      deviceClientId: 'device /shown',
      verificationCode: JSON.parse(device.open(code.body)).verificationCode,
      expires: only.expires,
      types: ['Email'],
    })
    for (const name of ['url', 'keys'])
      assert.equal((await call('get', { ids: null, properties: [name] })).type, 'forbidden')
    const some = await call('get', { ids: [id, 'other'], properties: ['types'] })
    assert.deepEqual(some, { list: [{ id, types: ['Email'] }], notFound: ['other'] })
    assert.equal((await call('get', { accountId: world.ids.alice })).type, 'invalidArguments')
    const set = await call('set', { accountId: world.ids.alice, destroy: [id] })
    assert.equal(set.type, 'invalidArguments')
    assert.equal((await call('set', { ifInState: '', destroy: [id] })).type, 'invalidArguments')
    assert.deepEqual(
      Object.keys(await destroy(id)).filter((name) => /State|account/.test(name)),
      [],
    )
  })

  it('belongs to the credentials that made it, and to no other (§7.2)', async () => {
    const id = await subscribe('/mine')
    assert.deepEqual(await idsOf(), [id])
    assert.deepEqual(await idsOf('bob:secret'), [])
    const bobs = await call('set', { destroy: [id] }, 'bob:secret')
    assert.equal(bobs.notDestroyed[id].type, 'notFound')
    signedIn.rest = { credentialId: 'another' }
    assert.deepEqual(await idsOf(), [])
    const { notUpdated, notDestroyed } = await call('set', {
      update: { [id]: { types: null } },
      destroy: [],
    })
    assert.equal(notUpdated[id].type, 'notFound')
    assert.equal(notDestroyed, null)
    signedIn.rest = {}
    await destroy(id)
  })

  it('takes what is right, and refuses what is wrong by its name (§7.2)', async () => {
    const wrong: readonly (readonly [object, readonly string[]])[] = [
      [{ url: 'http://push.td.example/x' }, ['url']],
      [{ url: 'https://127.0.0.1/x' }, ['url']],
      [{ url: 'https://[::1]/x' }, ['url']],
      [{ url: 'https://2130706433/x' }, ['url']],
      [{ url: 'https://user:word@push.td.example/x' }, ['url']],
      [{ url: 'https://localhost/x' }, ['url']],
      [{ url: ' https://push.td.example/x' }, ['url']],
      [{ url: `https://push.td.example/${'x'.repeat(1_024)}` }, ['url']],
      [{ deviceClientId: '' }, ['deviceClientId']],
      [{ deviceClientId: 7, types: 'Email' }, ['deviceClientId', 'types']],
      [{ keys: {} }, ['keys']],
      [{ keys: { ...new Device().keys, auth: 'short' } }, ['keys']],
      [{ verificationCode: 'mine' }, ['verificationCode']],
      [{ expires: '2020-01-01T00:00:00Z' }, ['expires']],
      [{ expires: 'tomorrow' }, ['expires']],
      [{ id: 'x', other: 1 }, ['id', 'other']],
    ]
    for (const [more, properties] of wrong) {
      const { notCreated } = await create('/wrong', more)
      assert.deepEqual(notCreated?.a, { type: 'invalidProperties', properties })
    }
    assert.equal(service.at('/wrong').length, 0)
    assert.equal(parsePushUrl('https://push.example:8443/x', false), undefined)
    assert.ok(parsePushUrl('https://push.example:443/x', false))
  })

  it('keeps its url and keys; its time is set, lengthened and bounded (§7.2, §7.2.2)', async () => {
    const { created } = await create('/time', {
      expires: formatUtcDate(world.clock.now() + 90 * dayMs),
    })
    const { id, expires } = created.a
    assert.equal(expires, formatUtcDate(world.clock.now() + 7 * dayMs))
    for (const patch of [
      { url: service.url('/elsewhere') },
      { keys: null },
      { deviceClientId: 'other' },
    ]) {
      const { notUpdated } = await call('set', { update: { [id]: patch } })
      const properties = Object.keys(patch)
      assert.deepEqual(notUpdated[id], { type: 'invalidProperties', properties })
    }
    const soon = formatUtcDate(world.clock.now() + dayMs)
    const same = { id, deviceClientId: 'device /time', verificationCode: null }
    const set = await call('set', { update: { [id]: { ...same, expires: soon } } })
    assert.deepEqual(set.updated, { [id]: null })
    const far = formatUtcDate(world.clock.now() + 30 * dayMs)
    const again = await call('set', { update: { [id]: { expires: far } } })
    const most = formatUtcDate(world.clock.now() + 7 * dayMs)
    assert.deepEqual(again.updated, { [id]: { expires: most } })
    assert.equal((await service.until('/time', 1)).length, 1)
    await destroy(id)
  })

  it('of a session ends with the session, whatever the client wishes (§7.2)', async () => {
    const end = world.clock.now() + 20 * dayMs
    signedIn.rest = { sessionId: 's', expiresAt: end }
    const { created } = await create('/session', { expires: formatUtcDate(end + dayMs) })
    assert.equal(created.a.expires, formatUtcDate(end))
    await destroy(created.a.id)
    signedIn.rest = {}
  })

  it('is destroyed at its time, and no push comes after (§7.2)', async () => {
    const { created } = await create('/over', {
      expires: formatUtcDate(world.clock.now() + hourMs),
    })
    const [first] = await service.until('/over', 1)
    assert.ok(first)
    await verify(created.a.id, textOf(first).verificationCode)
    await service.until('/over', 2)
    world.clock.advance(hourMs)
    assert.deepEqual(await idsOf(), [])
    await deliver('too late')
    await until('the row is gone', waitMs, async () => (await rowsOf(created.a.id)).length === 0)
    assert.equal(service.at('/over').length, 2)
    const last = world.entries.at(-1)
    assert.ok(last?.kind === 'administration')
    assert.deepEqual([last.act, last.fields], ['push.end-own', ['destroyed', 'expired']])
  })

  it('is destroyed when the credentials it rests on end (§7.2)', async () => {
    signedIn.rest = { credentialId: 'stolen' }
    const id = await subscribe('/ended')
    signedIn.rest = {}
    ended.add('stolen')
    world.access.revoke(world.alice.id)
    await until('the row is gone', waitMs, async () => (await rowsOf(id)).length === 0)
    await deliver('after the end')
    await delay(quietMs)
    assert.equal(service.at('/ended').length, 2)
    const last = world.entries.at(-1)
    assert.ok(last?.kind === 'administration')
    assert.deepEqual(last.fields, ['destroyed', 'sign-in-ended'])
  })

  it('is tried again when the push service cannot, and less often when it says 429 (§7.2)', async () => {
    const id = await subscribe('/busy', { types: ['Email'] })
    const [bad, many, good] = [{ status: 503 }, { status: 429 }, { status: 201 }]
    const moved = { status: 307, headers: { location: service.url('/moved') } }
    service.react('/busy', bad, many, moved, good)
    await deliver('busy')
    const tried = await service.until('/busy', 6)
    const states = tried.slice(2).map((each) => textOf(each).changed[world.ids.alice].Email)
    assert.equal(new Set(states).size, 1, 'what was not taken is told again')
    assert.equal(service.at('/moved').length, 0, 'nobody is sent elsewhere')
    await destroy(id)
  })

  it('ends when the push service knows it no more (RFC 8030 §7.3)', async () => {
    for (const status of [404, 410]) {
      const path = `/gone-${status}`
      const id = await subscribe(path)
      service.react(path, { status })
      await deliver(path)
      await until('the row is gone', waitMs, async () => (await rowsOf(id)).length === 0)
      assert.equal(service.at(path).length, 3)
    }
    service.react('/never', { status: 500 })
    const { created } = await create('/never')
    await until('it is given up', waitMs, async () => (await rowsOf(created.a.id)).length === 0)
    assert.equal(service.at('/never').length, 4)
  })

  it('calls no machine inside, whatever its name says (§8.6)', async () => {
    const paths = ['https://inside.td.example/x', 'https://both.td.example/x']
    for (const url of paths) {
      const { created } = await create('/inside', { url })
      const { id } = created.a
      await until('it is given up', waitMs, async () => (await rowsOf(id)).length === 0)
    }
    assert.ok(looked.includes('inside.td.example') && looked.includes('both.td.example'))
    assert.equal(service.at('/x').length, 0)
  })

  it('is pushed to by one node, and the next tells what was missed in between', async () => {
    const id = await subscribe('/nodes', { types: ['Email'] })
    const other = startPusher('b')
    await other.refresh()
    await deliver('one node')
    await service.until('/nodes', 3)
    await delay(quietMs)
    assert.equal(service.at('/nodes').length, 3)
    await pusher[Symbol.asyncDispose]()
    await deliver('between nodes')
    await delay(quietMs)
    assert.equal(service.at('/nodes').length, 3)
    await other.refresh()
    const fourth = (await service.until('/nodes', 4))[3]
    assert.ok(fourth)
    const { state } = await world.call('Email/get', { accountId: world.ids.alice, ids: [] })
    assert.equal(textOf(fourth).changed[world.ids.alice].Email, state)
    await other[Symbol.asyncDispose]()
    pusher = startPusher('a')
    await pusher.refresh()
    await delay(quietMs)
    assert.equal(service.at('/nodes').length, 4, 'nothing is told twice')
    await destroy(id)
  })

  it('stands in the database sealed, and a row that somebody changed makes nobody call', async () => {
    const id = await subscribe('/sealed-row', {}, new Device())
    const rows = JSON.stringify(await rowsOf(id))
    const hex = Buffer.from('/sealed-row').toString('hex')
    assert.doesNotMatch(rows, new RegExp(`sealed-row|${hex}`))
    await database.single({
      text: 'UPDATE push_subscription SET expires_at = expires_at + 1, version = version + 1 WHERE id = $1',
      values: [id],
    })
    await pusher.refresh()
    assert.deepEqual(await idsOf(), [])
    assert.ok(alarms.includes(id))
    await database.single({ text: 'DELETE FROM push_subscription WHERE id = $1', values: [id] })
    await pusher.refresh()
  })

  it('is one of sixteen at most, and not made faster than that', async () => {
    const made: string[] = []
    const quick = (n: number) =>
      call('set', {
        create: { a: { deviceClientId: `d${n}`, url: service.url('/quick'), types: [] } },
      })
    world.clock.advance(hourMs)
    for (let n = 0; n < 16; n++) made.push((await quick(n)).created.a.id)
    assert.equal((await quick(16)).notCreated.a.type, 'overQuota')
    await destroy(made.pop() ?? '')
    assert.equal((await quick(17)).type, 'serverUnavailable')
    world.clock.advance(minuteMs)
    made.push((await quick(18)).created.a.id)
    await destroy(...made)
    assert.deepEqual(await idsOf(), [])
  })

  it('leaves no address and no key in the log, and each act in the trail', async () => {
    assert.ok(logged.length > 5)
    const text = JSON.stringify(logged)
    assert.doesNotMatch(text, /td\.example|https:|\/busy|p256dh|vapid/)
    const acts = world.entries.flatMap((entry) =>
      entry.kind === 'administration' && entry.act === 'push.subscribe-own' ? [entry] : [],
    )
    assert.ok(acts.some(({ fields }) => fields.includes('created')))
    assert.ok(acts.some(({ fields }) => fields.includes('verificationCode')))
    assert.doesNotMatch(JSON.stringify(acts), /td\.example|device/)
  })

  async function rowsOf(id: string) {
    return database.rows({
      text: "SELECT id, encode(sealed, 'hex') AS sealed FROM push_subscription WHERE id = $1",
      values: [id],
    })
  }
})
