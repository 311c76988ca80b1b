import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { OwnApi } from '../../kit/own-api.ts'
import { Devices } from './devices/model.ts'
import { Guard } from './guard.ts'
import { Programs } from './programs/model.ts'
import { Security } from './security/model.ts'

type Reply = readonly [status: number, body: object]

/** A server that answers by method and path, and remembers what it was asked. */
function serverWith(replies: Readonly<Record<string, Reply | (() => Reply)>>) {
  const asked: string[] = []
  const bodies: unknown[] = []
  let signedOut = 0
  const api = new OwnApi({
    fetch: async (url, init) => {
      const key = `${init.method ?? 'GET'} ${url}`
      asked.push(key)
      bodies.push(typeof init.body === 'string' ? JSON.parse(init.body) : undefined)
      const found = replies[key] ?? ([404, { code: 'not-found' }] as const)
      const [status, body] = typeof found === 'function' ? found() : found
      return status === 204 ? new Response(null, { status }) : Response.json(body, { status })
    },
    onSignedOut: () => signedOut++,
  })
  return { api, asked, bodies, signedOut: () => signedOut }
}

/** Guarded until somebody has confirmed. */
function guarded(methods: object) {
  let isConfirmed = false
  const server = serverWith({
    'POST /auth/app-passwords': () =>
      isConfirmed
        ? [201, { id: '1', appPassword: 'aaaa-bbbb' }]
        : [403, { code: 'confirm-needed' }],
    'GET /auth/app-passwords': () => [200, { appPasswords: [] }],
    'GET /auth/factors': [200, methods],
    'POST /auth/confirm': () => {
      const { password, code } = (server.bodies.at(-1) ?? {}) as Record<string, string>
      isConfirmed = password === 'right' || code === '123456'
      return isConfirmed ? [200, {}] : [401, { code: 'bad-credentials' }]
    },
  })
  const guard = new Guard(server.api, () => Promise.reject(new Error('turned away')))
  return { ...server, guard, programs: new Programs(server.api, guard) }
}

/** The question has been put once what went before it has been answered. */
async function put(guard: Guard): Promise<void> {
  while (guard.asking.value === undefined)
    await new Promise((resolve) => {
      setImmediate(resolve)
    })
}

describe('what is guarded', () => {
  it('asks who he is, by his password where he has nothing else, and is done then', async () => {
    const { guard, programs, signedOut } = guarded({ factors: [], recoveryCodesLeft: 0 })
    const made = programs.create(' Desk ', ['imap'])
    await put(guard)
    assert.deepEqual(guard.asking.value?.methods, ['password'])
    await guard.confirm('password', 'wrong')
    assert.equal(guard.fault.value, 'wrong')
    assert.ok(guard.asking.value, 'he may try again')
    await guard.confirm('password', 'right')
    assert.equal((await made).isDone, true)
    assert.equal(programs.made.value, 'aaaa-bbbb')
    assert.equal(signedOut(), 0, 'a wrong password is no end of the session')
  })

  it('asks by a factor of who has one, never by his password', async () => {
    const { guard, programs } = guarded({
      factors: [{ kind: 'totp' }, { kind: 'passkey' }],
      recoveryCodesLeft: 3,
    })
    const made = programs.create('Desk', ['imap'])
    await put(guard)
    assert.deepEqual(guard.asking.value?.methods, ['passkey', 'totp', 'recovery'])
    await guard.confirmByPasskey()
    assert.ok(guard.asking.value)
    await guard.confirm('totp', '123 456')
    assert.equal((await made).isDone, true)
  })

  it('is not done when he turns it away', async () => {
    const { guard, programs, asked } = guarded({ factors: [], recoveryCodesLeft: 0 })
    const made = programs.create('Desk', ['imap'])
    await put(guard)
    guard.turnAway()
    const answer = await made
    assert.ok(!answer.isDone && answer.why === 'turned-away')
    assert.equal(programs.made.value, undefined)
    assert.equal(asked.filter((each) => each === 'POST /auth/app-passwords').length, 1)
  })
})

describe('sessions', () => {
  it('are shown with this one first, and read again when one has ended', async () => {
    let ended = false
    const line = (id: string, usedAt: number, isCurrent = false) => ({ id, usedAt, isCurrent })
    const { api, asked } = serverWith({
      'GET /auth/sessions': () => [
        200,
        { sessions: [line('a', 1), ...(ended ? [] : [line('b', 9)]), line('c', 5, true)] },
      ],
      'DELETE /auth/sessions/b': () => {
        ended = true
        return [204, {}]
      },
    })
    const devices = new Devices(api)
    await devices.list.read()
    assert.deepEqual(
      devices.list.value?.map(({ id }) => id),
      ['c', 'b', 'a'],
    )
    assert.equal((await devices.end('b')).isDone, true)
    assert.deepEqual(
      devices.list.value?.map(({ id }) => id),
      ['c', 'a'],
    )
    assert.equal(asked.at(-1), 'GET /auth/sessions')
  })

  it('that are over show the sign-in', async () => {
    const { api, signedOut } = serverWith({ 'GET /auth/sessions': [401, {}] })
    const devices = new Devices(api)
    await devices.list.read()
    assert.deepEqual(devices.list.now.value, { kind: 'fault', why: 'wrong' })
    assert.equal(signedOut(), 1)
  })
})

describe('another password', () => {
  const securityWith = (reply: Reply) => {
    const server = serverWith({ 'POST /auth/password': reply })
    let renewed = 0
    const guard = new Guard(server.api, () => Promise.reject(new Error('none')))
    const security = new Security(server.api, guard, () => renewed++)
    return { ...server, security, renewed: () => renewed }
  }

  it('is not sent when it is too short or was typed in two ways', async () => {
    const { security, asked } = securityWith([200, {}])
    await security.changePassword('now', 'a long password', 'another long one')
    assert.equal(security.passwordFault.value, 'notTheSame')
    await security.changePassword('now', 'short', 'short')
    assert.equal(security.passwordFault.value, 'tooShort')
    assert.deepEqual(asked, [])
  })

  it('says which of both was not taken', async () => {
    for (const [field, fault] of [
      ['present', 'notPresent'],
      ['password', 'notTaken'],
    ] as const) {
      const { security, renewed } = securityWith([422, { code: 'invalid', field }])
      await security.changePassword('now', 'a long password', 'a long password')
      assert.equal(security.passwordFault.value, fault)
      assert.equal(renewed(), 0)
    }
  })

  it('listens anew, because the session is another', async () => {
    const { security, renewed, bodies } = securityWith([200, { session: {} }])
    await security.changePassword('now', 'a long password', 'a long password')
    assert.deepEqual(bodies, [{ present: 'now', password: 'a long password' }])
    assert.equal(renewed(), 1)
  })
})
