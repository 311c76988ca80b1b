import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Refusal } from '../../base/refusal.ts'
import type { MailExchange } from '../../dns/types.ts'
import { findRoute } from './find-route.ts'

type Records = Readonly<Record<string, readonly MailExchange[] | 'broken'>>

function route(domain: string, records: Records, random = () => 0.5) {
  const resolver = {
    mailExchanges: async (name: string) => {
      const found = records[name]
      if (found === 'broken') throw new Refusal('try-again')
      return { records: found, isSecure: true, name }
    },
    addresses: async (name: string) => {
      const records = name === 'bare.example' ? ['192.0.2.1'] : []
      return { records, isSecure: true, name }
    },
  }
  return findRoute({ resolver, hostname: 'mail.gov.example', random }, domain)
}

const mx = (preference: number, host: string): MailExchange => ({ preference, host })
const hosts = (...names: string[]) => ({ kind: 'hosts', hosts: names, isSecure: true })
const literal = (address: string) => ({ ...hosts(address), isLiteral: true })

test('hosts are tried by preference, and those of one preference in a random order', async () => {
  const records = { 'far.example': [mx(20, 'c'), mx(10, 'a'), mx(10, 'b')] }
  const lots = [0.1, 0.9, 0.2]
  const turned = [0.1, 0.2, 0.9]
  const drawn = (from: number[]) => () => from.shift() ?? 0
  assert.deepEqual(await route('far.example', records, drawn(lots)), hosts('b', 'a', 'c'))
  assert.deepEqual(await route('far.example', records, drawn(turned)), hosts('a', 'b', 'c'))
})

test('a domain without an exchange is its own, and an address stands for itself', async () => {
  assert.deepEqual(await route('bare.example', { 'bare.example': [] }), hosts('bare.example'))
  assert.deepEqual(await route('[192.0.2.7]', {}), literal('192.0.2.7'))
  assert.deepEqual(await route('[IPv6:2001:db8::1]', {}), literal('2001:db8::1'))
})

test('an international domain is asked for by its A-labels', async () => {
  const records = { 'xn--fiqs8s.example': [mx(1, 'mx.example')] }
  assert.deepEqual(await route('中国.example', records), hosts('mx.example'))
})

test('null MX and unknown domains fail for good, name servers that do not answer for now', async () => {
  const records = {
    'null.example': [mx(0, '')],
    'broken.example': 'broken',
    'no.example': [],
  } as const
  for (const [domain, code, enhanced] of [
    ['null.example', 556, '5.1.10'],
    ['nowhere.example', 550, '5.1.2'],
    ['no.example', 550, '5.1.2'],
    ['broken.example', 451, '4.4.3'],
  ] as const) {
    const found = await route(domain, records)
    assert.ok(found.kind === 'none', domain)
    assert.deepEqual([found.reply.code, found.reply.enhanced], [code, enhanced])
  }
})

test('mail is never sent to ourselves or to those farther than ourselves', async () => {
  const own = mx(20, 'mail.gov.example')
  const nearer = { 'far.example': [mx(10, 'a'), own, mx(30, 'c')] }
  assert.deepEqual(await route('far.example', nearer), hosts('a'))
  const found = await route('far.example', { 'far.example': [own, mx(30, 'c')] })
  assert.ok(found.kind === 'none' && found.reply.enhanced === '5.4.6')
})
