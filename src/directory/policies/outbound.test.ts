import assert from 'node:assert/strict'
import { test } from 'node:test'
import { policies } from './catalogue.ts'
import { parseRoute, parseVerifiedTls, verifiedTlsOrder } from './outbound.ts'

test('an entry is read as people write it, and nothing else is', () => {
  assert.deepEqual(parseVerifiedTls('Partner.example until=2027-06-30'), {
    domain: 'partner.example',
    until: '2027-06-30',
    hosts: ['partner.example', '*.partner.example'],
  })
  assert.deepEqual(
    parseVerifiedTls('中国.example until=2027-06-30 hosts=*.Mail.example,mx.x.example'),
    {
      domain: 'xn--fiqs8s.example',
      until: '2027-06-30',
      hosts: ['*.mail.example', 'mx.x.example'],
    },
  )
  for (const text of [
    '',
    'partner.example',
    'partner.example until=soon',
    'partner.example until=2027-13-01',
    'partner.example until=2027-06-30 hosts=',
    'partner.example until=2027-06-30 hosts=a.example,,b.example',
    '*.partner.example until=2027-06-30',
    'partner until=2027-06-30',
  ])
    assert.equal(parseVerifiedTls(text), undefined, text)
  assert.deepEqual(parseRoute('legacy.example via Mail.legacy.example:2525'), {
    domain: 'legacy.example',
    host: 'mail.legacy.example',
    port: 2525,
  })
  for (const text of [
    'legacy.example',
    'legacy.example via host',
    'a.b via host:0',
    'a.b via h:99999',
  ])
    assert.equal(parseRoute(text), undefined, text)
})

test('what protects less is known as weaker', () => {
  const from = [
    'a.example until=2027-06-30',
    'b.example until=2027-06-30 hosts=x.example,y.example',
  ]
  const changes: readonly (readonly [readonly string[], string])[] = [
    [from.toReversed(), 'same'],
    [[...from, 'c.example until=2027-01-01'], 'stricter'],
    [['a.example until=2028-06-30', from[1] ?? ''], 'stricter'],
    [[from[0] ?? '', 'b.example until=2027-06-30 hosts=x.example'], 'stricter'],
    [[from[0] ?? ''], 'weaker'],
    [['a.example until=2027-06-29', from[1] ?? ''], 'weaker'],
    [[from[0] ?? '', 'b.example until=2027-06-30 hosts=x.example,y.example,z.example'], 'weaker'],
  ]
  for (const [to, expected] of changes)
    assert.equal(verifiedTlsOrder.compare(from, to), expected, to.join('; '))
})

test('a domain has one entry, and every change of a route counts as weaker', () => {
  const twice = ['a.example until=2027-06-30', 'A.example until=2028-06-30']
  assert.equal(policies['outbound.verified-tls'].schema.safeParse(twice).success, false)
  const route = ['a.example via mx.b.example:25']
  assert.equal(policies['outbound.routes'].schema.safeParse(route).success, true)
  assert.equal(policies['outbound.routes'].order.compare([], route), 'weaker')
  assert.equal(policies['outbound.routes'].order.compare(route, []), 'weaker')
})
