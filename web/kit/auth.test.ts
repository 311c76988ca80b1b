import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Auth, type AskPasskey } from './auth.ts'

const noPasskey: AskPasskey = () => Promise.reject(new Error('turned away'))

/** Answers by path, and remembers what was asked. */
function authWith(answers: Readonly<Record<string, readonly [number, object]>>, ask = noPasskey) {
  const asked: (readonly [string, unknown])[] = []
  const auth = new Auth(async (url, init) => {
    asked.push([url, init.body === undefined ? undefined : JSON.parse(init.body as string)])
    const [status, body] = answers[url] ?? [404, {}]
    return Response.json(body, { status })
  }, ask)
  return { auth, asked }
}

describe('signing in', () => {
  it('goes on to what the server asks for next', async () => {
    const next = { next: 'second-factor', methods: ['totp', 'carrier-pigeon', 'recovery'] }
    const { auth } = authWith({
      '/auth/sign-in': [200, next],
      '/auth/second-factor/totp': [401, { code: 'wrong-factor' }],
      '/auth/second-factor/recovery': [200, { session: {} }],
    })
    assert.deepEqual(await auth.signIn('a', 'b'), {
      kind: 'second-factor',
      methods: ['totp', 'recovery'],
    })
    assert.deepEqual(await auth.code('totp', '1'), { kind: 'wrongFactor' })
    assert.deepEqual(await auth.code('recovery', '1'), { kind: 'signed-in' })
  })

  it('says in words of ours why not', async () => {
    for (const [status, body, kind] of [
      [401, { code: 'bad-credentials' }, 'refused'],
      [403, { code: 'suspended' }, 'suspended'],
      [401, { code: 'sign-in-again' }, 'signInAgain'],
      [429, {}, 'throttled'],
      [503, {}, 'unreachable'],
    ] as const)
      assert.deepEqual(await authWith({ '/auth/sign-in': [status, body] }).auth.signIn('a', 'b'), {
        kind,
      })
    const broken = new Auth(() => Promise.reject(new TypeError('no network')), noPasskey)
    assert.deepEqual(await broken.signIn('a', 'b'), { kind: 'unreachable' })
  })

  it('offers another place only by a link of our own', async () => {
    const offered = (start: string) =>
      authWith({ '/auth/options': [200, { provider: { name: 'iAM', start } }] }).auth.provider()
    assert.deepEqual(await offered('/auth/provider'), { name: 'iAM', start: '/auth/provider' })
    assert.equal(await offered('https://evil.example/'), undefined)
    const none = authWith({ '/auth/options': [200, { provider: null }] })
    assert.equal(await none.auth.provider(), undefined)
  })

  it('with a passkey gives the browser the options and the server its answer', async () => {
    const answers = {
      '/auth/passkey/options': [200, { ceremony: 'c', options: { challenge: 'x' } }],
      '/auth/passkey': [200, { session: {} }],
    } as const
    const { auth, asked } = authWith(answers, async (options) => ({ signed: options }))
    assert.deepEqual(await auth.passkey(true), { kind: 'signed-in' })
    assert.deepEqual(asked[1], [
      '/auth/passkey',
      { ceremony: 'c', response: { signed: { challenge: 'x' } } },
    ])
    assert.deepEqual(await authWith(answers).auth.passkey(true), { kind: 'noPasskey' })
  })
})
