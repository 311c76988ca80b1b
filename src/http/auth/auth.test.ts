import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fastify } from 'fastify'
import type { Oauth } from '../../access/oauth/types.ts'
import type { WebAccess } from '../../access/web/types.ts'
import { ManualClock } from '../../base/clock.ts'
import { isFromOwnPage, isSameOrigin } from '../../net/own-page.ts'
import { createTelemetry } from '../../telemetry/create-telemetry.ts'
import { authAskedMax, authRefillMs } from '../limits.ts'
import { clientName } from './client-name.ts'
import type { OwnMailboxes } from './ports.ts'
import { addAuthRoutes } from './routes.ts'

test('one network asks so often and no more, and others are not concerned', async () => {
  const clock = new ManualClock()
  using telemetry = createTelemetry({ level: 'silent', destination: { write: () => undefined } })
  await using app = fastify()
  // Nobody gets as far as what is behind the routes.
  const nothing = {} as WebAccess & Oauth & OwnMailboxes
  const parts = {
    web: nothing,
    oauth: nothing,
    mailboxes: nothing,
    names: ['localhost'],
    clock,
    log: telemetry.log,
  }
  addAuthRoutes(app, parts)
  const ask = (remoteAddress: string) => app.inject({ url: '/auth/session', remoteAddress })
  for (let left = authAskedMax; left > 0; left--)
    assert.equal((await ask('192.0.2.1')).statusCode, 401)
  const refused = await ask('192.0.2.1')
  assert.deepEqual([refused.statusCode, refused.headers['retry-after']], [429, '60'])
  assert.equal(refused.json().code, 'throttled')
  assert.equal((await ask('192.0.2.2')).statusCode, 401)
  clock.advance(authRefillMs)
  assert.equal((await ask('192.0.2.1')).statusCode, 401)
})

test('a request is of our page by its field and by the browser’s word, or by its origin', () => {
  const host = 'mail.gov.example:8443'
  const field = { host, 'x-tamar-request': '1' }
  assert.ok(isFromOwnPage({ ...field, 'sec-fetch-site': 'same-origin' }))
  assert.ok(isFromOwnPage({ ...field, origin: `https://${host}` }))
  for (const wrong of [
    field,
    { host, 'sec-fetch-site': 'same-origin' },
    { ...field, origin: 'https://mail.gov.example' },
    { ...field, origin: `http://${host}` },
    { ...field, origin: 'null' },
    { ...field, 'sec-fetch-site': 'same-site', origin: `https://${host}` },
    { ...field, 'sec-fetch-site': 'none' },
    { ...field, 'sec-fetch-site': ['same-origin', 'same-origin'] },
  ])
    assert.ok(!isFromOwnPage(wrong), JSON.stringify(wrong))
  assert.ok(!isSameOrigin({ origin: 'https://undefined' }))
})

test('a browser is named in a few words, whatever it says', () => {
  const said = {
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0':
      'Edge, Windows',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 (KHTML, like Gecko) Version/18.0 Mobile/15E Safari/604.1':
      'Safari, iPhone',
    'Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36':
      'Chrome, Android',
    'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0': 'Firefox, Linux',
    'curl/8': 'unknown',
    '': 'unknown',
    ['x'.repeat(100_000)]: 'unknown',
  }
  for (const [userAgent, name] of Object.entries(said)) assert.equal(clientName(userAgent), name)
  assert.equal(clientName(undefined), 'unknown')
})
