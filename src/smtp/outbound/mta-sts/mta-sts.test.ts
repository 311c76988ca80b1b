/** Policies of other domains: read, fetched over real HTTPS, and kept against who hides them. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { makeCertificate, trust } from '../../../../test/support/certificate.ts'
import { openTestDatabase } from '../../../../test/support/database.ts'
import { dayMs, hourMs, ManualClock } from '../../../base/clock.ts'
import { Refusal } from '../../../base/refusal.ts'
import { createKeys } from '../../../keys/keys.ts'
import { temporaryMaster } from '../../../keys/temporary-master.ts'
import { matchesHost } from './match-host.ts'
import { parseStsPolicy, parseStsRecord } from './parse.ts'
import { createStsPolicies } from './policies.ts'

const file = (mode: string, mx = 'mx.far.example', age = 604_800) =>
  `version: STSv1\r\nmode: ${mode}\r\nmx: ${mx}\r\nmx: *.far.example\r\nmax_age: ${age}\r\n`

test('a record and a policy are read as the standard says, and nothing else is', () => {
  assert.equal(parseStsRecord(['v=STSv1; id=20160831085700Z;']), '20160831085700Z')
  assert.equal(parseStsRecord(['v=spf1 -all', 'v=STSv1;id=1']), '1')
  for (const texts of [[], ['v=STSv1; id=1', 'v=STSv1; id=2'], ['v=STSv1;'], ['v=STSv1; id=a-b;']])
    assert.equal(parseStsRecord(texts), undefined)
  assert.deepEqual(parseStsPolicy(file('enforce')), {
    mode: 'enforce',
    mx: ['mx.far.example', '*.far.example'],
    maxAgeMs: 7 * dayMs,
  })
  assert.equal(parseStsPolicy(file('enforce').replaceAll('\r', ''))?.mode, 'enforce')
  assert.equal(parseStsPolicy(file('none', 'x', 99_999_999))?.maxAgeMs, 31_557_600_000)
  for (const text of [
    '',
    file('enforce').replace('STSv1', 'STSv2'),
    file('strict'),
    file('enforce').replace(/mx:.*\r\n/g, ''),
    file('enforce').replace('604800', '-1'),
    file('enforce', 'not a host'),
  ])
    assert.equal(parseStsPolicy(text), undefined, text)
})

test('a star stands for one label', () => {
  const patterns = ['*.far.example', 'mx.else.example']
  for (const host of ['mx.far.example', 'mx.else.example'])
    assert.equal(matchesHost(patterns, host), true, host)
  for (const host of ['far.example', 'a.mx.far.example', 'xfar.example', 'mx.evil.example'])
    assert.equal(matchesHost(patterns, host), false, host)
})

async function openWorld(t: Awaited<ReturnType<typeof openTestDatabase>>) {
  const certificate = await makeCertificate(['mta-sts.far.example'])
  const says = { status: 200, type: 'text/plain', body: file('enforce'), asked: 0 }
  const server = createServer(certificate, (request, response) => {
    says.asked++
    assert.equal(request.url, '/.well-known/mta-sts.txt')
    response.writeHead(says.status, { 'content-type': says.type }).end(says.body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const dns: { texts: readonly string[] | 'broken' } = { texts: ['v=STSv1; id=1;'] }
  const clock = new ManualClock()
  await using temporary = await temporaryMaster()
  const keys = await createKeys({ database: t.database, master: temporary.master, clock })
  const resolver = {
    texts: async (name: string) => {
      assert.match(name, /^_mta-sts\./)
      if (dns.texts === 'broken') throw new Refusal('try-again')
      return dns.texts
    },
    addresses: async (name: string) => ({ records: ['127.0.0.1'], isSecure: false, name }),
  }
  const { port } = server.address() as AddressInfo
  const parts = { resolver, clock, database: t.database, keys: keys.platform, port }
  return {
    says,
    dns,
    clock,
    certificate,
    start: () => createStsPolicies({ ...parts, mayUseLoopback: true }),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

test('a policy is fetched once, outlives a restart, and counts while the DNS is silenced', async () => {
  await using t = await openTestDatabase()
  await using world = await openWorld(t)
  using _ = trust(world.certificate)
  const { says, dns, clock } = world
  const policies = world.start()
  const found = await Promise.all([1, 2, 3].map(() => policies.find('far.example')))
  assert.deepEqual(
    found.map(({ policy }) => policy?.mode),
    ['enforce', 'enforce', 'enforce'],
  )
  assert.equal(says.asked, 1)
  for (const silenced of ['broken', []] as const) {
    dns.texts = silenced
    clock.advance(hourMs)
    assert.equal((await world.start().find('far.example')).policy?.mode, 'enforce')
  }
  // Another id: fetched anew, and what cannot be had does not undo what is known.
  dns.texts = ['v=STSv1; id=2;']
  says.status = 404
  clock.advance(hourMs)
  const kept = await policies.find('far.example')
  assert.deepEqual([kept.policy?.mode, kept.failure], ['enforce', 'sts-policy-fetch-error'])
  says.status = 200
  says.body = file('none')
  clock.advance(hourMs)
  assert.equal((await policies.find('far.example')).policy, undefined)
  // When its time is over it is over.
  clock.advance(8 * dayMs)
  dns.texts = []
  assert.equal((await world.start().find('far.example')).policy, undefined)
  const rows = await t.database.rows<{ all: string }>({
    text: "SELECT encode(sealed, 'escape') AS all FROM mta_sts_policy",
  })
  assert.ok(rows.every((row) => !row.all.includes('far')))
})

test('a policy counts only from its own host, over HTTPS that is trusted, as text', async () => {
  await using t = await openTestDatabase()
  await using world = await openWorld(t)
  const { says, clock } = world
  const find = async () => {
    clock.advance(hourMs)
    const { policy, failure } = await world.start().find('far.example')
    return policy?.mode ?? failure
  }
  assert.equal(await find(), 'sts-webpki-invalid')
  using _ = trust(world.certificate)
  says.type = 'text/html'
  assert.equal(await find(), 'sts-policy-invalid')
  says.type = 'text/plain; charset=utf-8'
  says.status = 302
  assert.equal(await find(), 'sts-policy-fetch-error')
  says.status = 200
  says.body = `${file('enforce')}${'x'.repeat(70_000)}`
  assert.equal(await find(), 'sts-policy-invalid')
  says.body = file('enforce')
  assert.equal(await find(), 'enforce')
  const wrongName = await world.start().find('else.example')
  assert.deepEqual([wrongName.policy, wrongName.failure], [undefined, 'sts-webpki-invalid'])
})
