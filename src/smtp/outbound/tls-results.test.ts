/** What is told of sessions with other servers, as they went: over real TLS on loopback. RFC 8460 §4.3. */
import assert from 'node:assert/strict'
import { createHash, X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { makeCertificate, trust } from '../../../test/support/certificate.ts'
import { dayMs, ManualClock } from '../../base/clock.ts'
import { openFar, policyOf, type FakeDns } from '../../../test/support/far-world.ts'
import type { FarServerOptions } from '../../../test/support/far-server.ts'
import type { StsPolicies } from './mta-sts/policies.ts'

const own = await makeCertificate(['mx.far.example'])
const enforce = policyOf({ mode: 'enforce', mx: ['mx.far.example'], maxAgeMs: 86_400_000 })

async function told(options: FarServerOptions, dns: FakeDns = {}, sts?: StsPolicies, more = {}) {
  await using t = await openFar(options, dns, sts)
  await t.send(['a@far.example', 'b@far.example'], more)
  return t.noted.map(([domain, { policy, host, address, failure }]) => [
    domain,
    policy,
    host,
    address,
    failure,
  ])
}

const at = ['mx.far.example', '127.0.0.1'] as const

test('a session is told once, with what the domain asked for and why it failed', async () => {
  const nothing = ['far.example', 'no-policy-found', ...at] as const
  assert.deepEqual(await told({ tls: own }), [[...nothing, undefined]])
  assert.deepEqual(await told({}), [[...nothing, 'starttls-not-supported']])
  const sts = ['far.example', 'sts', ...at] as const
  const untrusted = await told({ tls: own }, {}, enforce)
  assert.deepEqual(untrusted, [[...sts, 'certificate-not-trusted']])
  {
    using _ = trust(own)
    assert.deepEqual(await told({ tls: own }, {}, enforce), [[...sts, undefined]])
  }
  assert.deepEqual(await told({}, {}, enforce), [[...sts, 'starttls-not-supported']])
  const elsewhere = policyOf({ mode: 'enforce', mx: ['mx.other.example'], maxAgeMs: 1_000 })
  assert.deepEqual(await told({ tls: own }, {}, elsewhere), [
    ['far.example', 'sts', 'mx.far.example', undefined, 'validation-failure'],
  ])
})

test('a policy in testing keeps no mail back, and its domain hears what would have failed', async () => {
  const testing = (...mx: string[]) => policyOf({ mode: 'testing', mx, maxAgeMs: 86_400_000 })
  const named = testing('mx.far.example')
  const sts = ['far.example', 'sts', ...at] as const
  const heardBy = async (options: FarServerOptions, policy: StsPolicies) => {
    await using t = await openFar(options, {}, policy)
    const outcomes = await t.send(['a@far.example'])
    assert.deepEqual(outcomes, [{ result: 'relayed', isDsnAware: false }])
    assert.equal(t.far.heard.length, 1)
    return t.noted.map(([domain, { policy: asked, host, address, failure }]) => [
      domain,
      asked,
      host,
      address,
      failure,
    ])
  }
  const expired = await makeCertificate(
    ['mx.far.example'],
    new ManualClock(Date.now() - 500 * dayMs),
  )
  const other = await makeCertificate(['mx.evil.example'])
  assert.deepEqual(await heardBy({ tls: own }, named), [[...sts, 'certificate-not-trusted']])
  assert.deepEqual(await heardBy({}, named), [[...sts, 'starttls-not-supported']])
  {
    using _ = trust(own)
    assert.deepEqual(await heardBy({ tls: own }, named), [[...sts, undefined]])
    assert.deepEqual(await heardBy({ tls: own }, testing('mx.other.example')), [
      [...sts, 'validation-failure'],
    ])
  }
  {
    using _ = trust(other)
    assert.deepEqual(await heardBy({ tls: other }, named), [[...sts, 'certificate-host-mismatch']])
  }
  {
    using _ = trust(expired)
    assert.deepEqual(await heardBy({ tls: expired }, named), [[...sts, 'certificate-expired']])
  }
})

test('DANE is told with its records, and a policy that could not be had by that', async () => {
  const key = new X509Certificate(own.cert).publicKey.export({ type: 'spki', format: 'der' })
  const data = createHash('sha256').update(key).digest()
  const record = { usage: 3, selector: 1, matchingType: 1, data }
  await using t = await openFar({ tls: own }, { isSigned: true, tlsa: [record] })
  await t.send(['a@far.example'])
  assert.deepEqual(t.noted[0]?.[1].policyLines, [`3 1 1 ${data.toString('hex')}`])
  const wrong = { ...record, data: Buffer.alloc(32) }
  const failed = await told({ tls: own }, { isSigned: true, tlsa: [wrong] })
  assert.deepEqual(failed, [['far.example', 'tlsa', ...at, 'validation-failure']])
  const failing: StsPolicies = {
    find: async () => ({ policy: undefined, failure: 'sts-policy-fetch-error' }),
  }
  assert.deepEqual((await told({ tls: own }, {}, failing))[0], [
    'far.example',
    'sts',
    undefined,
    undefined,
    'sts-policy-fetch-error',
  ])
})

test('nothing is told of what only we asked for, nor of reports themselves', async () => {
  assert.deepEqual(await told({}, {}, undefined, { requiresVerifiedTls: true }), [])
  assert.deepEqual(await told({ tls: own }, {}, undefined, { reversePath: '' }), [])
})
