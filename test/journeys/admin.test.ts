/** The admin API over HTTPS and by the command line, as people with passwords and tokens meet it. */
import assert from 'node:assert/strict'
import { request } from 'node:https'
import { test } from 'node:test'
import { bootPlatform, type Platform } from '../support/platform.ts'

interface Answer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

interface Asked {
  readonly method?: string
  readonly token?: string
  readonly body?: object
}

function ask(platform: Platform, path: string, asked: Asked = {}): Promise<Answer> {
  const { method = 'GET', token, body } = asked
  const answered = Promise.withResolvers<Answer>()
  const headers = {
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  }
  const port = platform.port('https')
  const options = { host: 'localhost', port, ca: platform.ca, method, headers, agent: false }
  const sent = request({ ...options, path: `/admin/v1/${path}` }, (response) => {
    let text = ''
    response.setEncoding('utf8')
    response.on('data', (chunk: string) => (text += chunk))
    response.on('end', () =>
      answered.resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) }),
    )
  })
  sent.on('error', answered.reject)
  sent.end(body === undefined ? undefined : JSON.stringify(body))
  return answered.promise
}

async function signIn(platform: Platform, address: string, password: string): Promise<string> {
  const opened = await ask(platform, 'sessions', { method: 'POST', body: { address, password } })
  assert.equal(opened.status, 201, JSON.stringify(opened.body))
  const { token } = opened.body
  assert.ok(typeof token === 'string')
  return token
}

test('a person signs in over HTTPS, sees himself, and signs out', async () => {
  await using platform = await bootPlatform()
  const [chan] = platform.ready.people
  assert.ok(chan)
  assert.equal((await ask(platform, 'me')).status, 401)
  const wrong = { address: chan.address, password: 'not the right one' }
  assert.equal((await ask(platform, 'sessions', { method: 'POST', body: wrong })).status, 401)
  const token = await signIn(platform, chan.address, chan.password)
  const me = await ask(platform, 'me', { token })
  assert.deepEqual([me.status, me.body['address']], [200, chan.address])
  // Who has no office does nothing of one.
  assert.equal((await ask(platform, 'people', { token })).status, 403)
  const app = await ask(platform, 'people/me/app-passwords', {
    method: 'POST',
    token,
    body: { label: 'Phone' },
  })
  assert.equal(app.status, 201, JSON.stringify(app.body))
  assert.equal((await ask(platform, 'sessions/current', { method: 'DELETE', token })).status, 200)
  assert.equal((await ask(platform, 'me', { token })).status, 401)
})
