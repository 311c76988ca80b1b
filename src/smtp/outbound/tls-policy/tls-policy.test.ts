/** Mail goes encrypted, to who it is meant for, or not at all: over real TLS on loopback. */
import assert from 'node:assert/strict'
import { createHash, X509Certificate } from 'node:crypto'
import { before, test } from 'node:test'
import {
  makeCertificate,
  trust,
  type TestCertificate,
} from '../../../../test/support/certificate.ts'
import { openFar, policyOf, said } from '../../../../test/support/far-world.ts'
import type { TlsaRecord } from '../../../dns/types.ts'
import { decideTls, type DomainFacts } from './decide-tls.ts'
import { isDaneValid, isUsable } from './verify-dane.ts'

let own: TestCertificate
let other: TestCertificate
before(async () => {
  ;[own, other] = await Promise.all([
    makeCertificate(['mx.far.example']),
    makeCertificate(['mx.evil.example']),
  ])
})

const relayed = { result: 'relayed', isDsnAware: false }
const unproved = ['deferred', 451, '4.7.5']
const unencrypted = ['deferred', 451, '4.7.4']

function keyRecord(pem: string, usage: number): TlsaRecord {
  const key = new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'der' })
  const data = createHash('sha256').update(key).digest()
  return { usage, selector: 1, matchingType: 1, data }
}

test('DANE: the key the DNS names is enough, whoever signed it; any other gets nothing', async () => {
  const dns = { isSigned: true, tlsa: [keyRecord(own.cert, 3)] }
  await using good = await openFar({ tls: own }, dns)
  assert.deepEqual(await good.send(['a@far.example']), [relayed])
  assert.equal(good.far.heard[0]?.isTls, true)
  await using evil = await openFar({ tls: other }, dns)
  assert.deepEqual((await evil.send(['a@far.example'])).map(said), [unproved])
  await using stripped = await openFar({}, dns)
  assert.deepEqual((await stripped.send(['a@far.example'])).map(said), [unencrypted])
  assert.deepEqual([evil.far.heard, stripped.far.heard], [[], []])
})

test('DANE: records that nobody validated say nothing, and those of no use ask for TLS alone', async () => {
  const records = [keyRecord(other.cert, 3)]
  await using forged = await openFar({ tls: own }, { isSigned: false, tlsa: records })
  assert.deepEqual(await forged.send(['a@far.example']), [relayed])
  const unusable = [{ ...keyRecord(other.cert, 3), usage: 1 }]
  await using web = await openFar({ tls: own }, { isSigned: true, tlsa: unusable })
  assert.deepEqual(await web.send(['a@far.example']), [relayed])
  await using stripped = await openFar({}, { isSigned: true, tlsa: unusable })
  assert.deepEqual((await stripped.send(['a@far.example'])).map(said), [unencrypted])
})

test('DANE: an authority the DNS names must have signed, and for the right name', async () => {
  const dns = { isSigned: true, tlsa: [keyRecord(own.ca, 2)] }
  await using good = await openFar({ tls: own }, dns)
  assert.deepEqual(await good.send(['a@far.example']), [relayed])
  // The same certificate under another name.
  assert.deepEqual((await good.send(['a@else.example'])).map(said), [unproved])
  await using evil = await openFar({ tls: other }, dns)
  assert.deepEqual((await evil.send(['a@evil.example'])).map(said), [unproved])
})

test('MTA-STS: a server that the policy does not name, or that is not trusted, gets nothing', async () => {
  const policy = { mode: 'enforce', mx: ['*.far.example'], maxAgeMs: 1 } as const
  await using t = await openFar({ tls: own }, {}, policyOf(policy))
  assert.deepEqual((await t.send(['a@far.example'])).map(said), [unproved])
  using _ = trust(own)
  t.clock.advance(61_000)
  assert.deepEqual(await t.send(['a@far.example']), [relayed])
  assert.deepEqual((await t.send(['a@evil.example'])).map(said), [unproved])
  await using stripped = await openFar({}, {}, policyOf(policy))
  assert.deepEqual((await stripped.send(['a@far.example'])).map(said), [unencrypted])
  await using testing = await openFar({}, {}, policyOf({ ...policy, mode: 'testing' }))
  assert.deepEqual(await testing.send(['a@far.example']), [relayed])
})

test('a message that must know who is there waits, and lets the others pass', async () => {
  const flagged = { requiresVerifiedTls: true }
  await using t = await openFar({ tls: own })
  assert.deepEqual((await t.send(['a@far.example'], flagged)).map(said), [unproved])
  assert.deepEqual(await t.send(['b@far.example']), [relayed])
  using _ = trust(own)
  t.clock.advance(61_000)
  assert.deepEqual(await t.send(['a@far.example'], flagged), [relayed])
  assert.equal(t.far.heard.length, 2)
  await using clear = await openFar({})
  assert.deepEqual((await clear.send(['a@far.example'], flagged)).map(said), [unencrypted])
  assert.deepEqual(await clear.send(['b@far.example']), [relayed])
})

test('where we say so ourselves mail goes only to the hosts we name, and only proved', async () => {
  const rules = (...hosts: string[]) => ({ hostsOf: () => hosts })
  await using t = await openFar({ tls: own }, {}, undefined, rules('mx.far.example'))
  assert.deepEqual((await t.send(['a@far.example'])).map(said), [unproved])
  using _ = trust(own)
  t.clock.advance(61_000)
  assert.deepEqual(await t.send(['a@far.example']), [relayed])
  await using elsewhere = await openFar({ tls: own }, {}, undefined, rules('mx.other.example'))
  assert.deepEqual((await elsewhere.send(['a@far.example'])).map(said), [unproved])
  assert.equal(elsewhere.far.sessions, 0)
})

test('a domain with a route goes there and nowhere else, proved, whatever the DNS says', async () => {
  using _ = trust(own)
  await using route = await openFar({ tls: own })
  const to = (host: string) => ({ routeTo: () => ({ host, port: route.far.port }) })
  await using t = await openFar({}, {}, undefined, to('mx.far.example'))
  assert.deepEqual(await t.send(['a@legacy.example']), [relayed])
  assert.equal(route.far.heard[0]?.isTls, true)
  await using wrong = await openFar({}, {}, undefined, to('mx.else.example'))
  assert.deepEqual((await wrong.send(['a@legacy.example'])).map(said), [unproved])
  assert.deepEqual([t.far.sessions, wrong.far.sessions, route.far.heard.length], [0, 0, 1])
})

test('REQUIRETLS is handed on where the server is proved and promises it too', async () => {
  using _ = trust(own)
  const asked = { requiresTls: true }
  await using knows = await openFar({ tls: own, extensions: ['REQUIRETLS'] }, { isSigned: true })
  assert.deepEqual(await knows.send(['a@far.example'], asked), [relayed])
  assert.match(knows.far.heard[0]?.mail ?? '', /REQUIRETLS/)
  await using not = await openFar({ tls: own }, { isSigned: true })
  assert.deepEqual((await not.send(['a@far.example'], asked)).map(said), [
    ['failed', 550, '5.7.30'],
  ])
})

test('where nobody asks for more, a broken certificate is still better than none', async () => {
  await using t = await openFar({ tls: other })
  assert.deepEqual(await t.send(['a@far.example', 'a@[127.0.0.1]']), [relayed, relayed])
  assert.deepEqual(
    t.far.heard.map(({ isTls }) => isTls),
    [true, true],
  )
})

test('the strictest that is said counts, and DANE before a policy', () => {
  const facts: DomainFacts = {
    domain: 'far.example',
    isMxSecure: false,
    sts: { mode: 'enforce', mx: ['mx.far.example'], maxAgeMs: 1 },
    forcedHosts: undefined,
    needsVerified: false,
  }
  const records = [{ usage: 3, selector: 1, matchingType: 1, data: Buffer.alloc(32) }]
  const dane = { kind: 'usable', records, base: 'mx.far.example' } as const
  const none = { kind: 'none' } as const
  const kindOf = (more: Partial<DomainFacts>, host: string, finding: typeof dane | typeof none) => {
    const decision = decideTls({ ...facts, ...more }, host, finding)
    return decision.isAllowed ? decision.demand.kind : `not: ${decision.because}`
  }
  assert.equal(kindOf({}, 'mx.else.example', dane), 'dane')
  assert.equal(kindOf({}, 'mx.else.example', none), 'not: mta-sts')
  assert.equal(kindOf({ sts: undefined }, 'mx.else.example', none), 'opportunistic')
  const forced = { forcedHosts: ['*.far.example'] }
  assert.equal(kindOf({ ...forced, sts: undefined }, 'mx.far.example', none), 'trusted')
  assert.equal(kindOf(forced, 'mx.else.example', dane), 'not: forced')
  const flagged = { needsVerified: true, sts: undefined }
  assert.equal(kindOf(flagged, 'mx.else.example', none), 'not: message')
  assert.equal(kindOf({ ...flagged, isMxSecure: true }, 'mx.else.example', none), 'trusted')
})

test('records with lengths and numbers nobody knows are of no use', () => {
  const good = keyRecord(own.cert, 3)
  const some: readonly (readonly [Partial<TlsaRecord>, boolean])[] = [
    [{}, true],
    [{ usage: 0 }, false],
    [{ usage: 255 }, false],
    [{ selector: 2 }, false],
    [{ matchingType: 3 }, false],
    [{ data: Buffer.alloc(31) }, false],
    [{ matchingType: 0, data: Buffer.alloc(0) }, false],
  ]
  for (const [change, expected] of some) assert.equal(isUsable({ ...good, ...change }), expected)
  const chain = [new X509Certificate(own.cert)]
  const check = { chain, records: [good], names: [], now: Date.now() }
  assert.equal(isDaneValid(check), true)
  assert.equal(isDaneValid({ ...check, chain: [] }), false)
  const whole = { usage: 3, selector: 0, matchingType: 0, data: chain[0]?.raw ?? Buffer.alloc(0) }
  assert.equal(isDaneValid({ ...check, records: [whole] }), true)
})
