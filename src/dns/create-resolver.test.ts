import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NameServer } from '../../test/support/name-server.ts'
import { isRefusal } from '../base/refusal.ts'
import { createResolver } from './create-resolver.ts'
import { parseServerAddress } from './server-address.ts'

test('exchanges and addresses are found; what is not there is told from what nobody can say', async () => {
  await using server = await NameServer.start({
    'far.example': {
      mx: [
        [10, 'mx1.far.example'],
        [20, 'MX2.far.example'],
      ],
    },
    'mx1.far.example': { a: ['192.0.2.1', '192.0.2.2'] },
    'text.example': { txt: ['short', 'x'.repeat(400)] },
    'silent.example': { mx: [[0, '']] },
    'broken.example': { isBroken: true },
  })
  const resolver = createResolver([server.address])
  assert.deepEqual((await resolver.mailExchanges('far.example')).records, [
    { preference: 10, host: 'mx1.far.example' },
    { preference: 20, host: 'mx2.far.example' },
  ])
  const addresses = async (name: string) => (await resolver.addresses(name)).records
  assert.deepEqual(await addresses('mx1.far.example'), ['192.0.2.1', '192.0.2.2'])
  assert.deepEqual((await resolver.texts('text.example'))?.toSorted(), ['short', 'x'.repeat(400)])
  assert.deepEqual((await resolver.mailExchanges('mx1.far.example')).records, [])
  assert.equal((await resolver.mailExchanges('silent.example')).records?.[0]?.host, '')
  assert.equal((await resolver.mailExchanges('nowhere.example')).records, undefined)
  assert.equal(await addresses('nowhere.example'), undefined)
  await assert.rejects(resolver.mailExchanges('broken.example'), (error) =>
    isRefusal(error, 'try-again'),
  )
})

test('what was validated is told, over TCP when it is long, and believed of who is believed', async () => {
  const data = Buffer.alloc(32, 7)
  await using server = await NameServer.start({
    'signed.example': { mx: [[10, 'alias.example']], isSigned: true },
    'alias.example': { cname: 'mx.example', a: ['192.0.2.9'], isSigned: true },
    '_25._tcp.mx.example': { tlsa: [[3, 1, 1, data]], isSigned: true },
    'long.example': {
      mx: Array.from({ length: 200 }, (_, i) => [i, `mx${i}.long.example`] as const),
    },
  })
  const resolver = createResolver([server.address])
  assert.equal((await resolver.mailExchanges('signed.example')).isSecure, true)
  assert.deepEqual(await resolver.addresses('alias.example'), {
    records: ['192.0.2.9'],
    isSecure: true,
    name: 'mx.example',
  })
  assert.deepEqual(await resolver.tlsa('_25._tcp.mx.example'), {
    records: [{ usage: 3, selector: 1, matchingType: 1, data }],
    isSecure: true,
    name: '_25._tcp.mx.example',
  })
  const long = await resolver.mailExchanges('LONG.example')
  assert.deepEqual([long.records?.length, long.isSecure], [200, false])
})

test('a resolver elsewhere is not believed unless it is said to be', () => {
  assert.deepEqual(parseServerAddress('[::1]:5353'), { address: '::1', port: 5353, isLocal: true })
  assert.equal(parseServerAddress('127.0.0.53')?.isLocal, true)
  assert.equal(parseServerAddress('192.0.2.53')?.isLocal, false)
  assert.equal(parseServerAddress('resolver.example'), undefined)
})
