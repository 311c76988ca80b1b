import assert from 'node:assert/strict'
import { it } from 'node:test'
import { parseAddressList } from './address-list.ts'

it('knows the addresses and networks it was given and no others', () => {
  const has = parseAddressList(['127.0.0.1', '10.1.0.0/16', 'fd00::/8'])
  assert.ok(has !== undefined)
  for (const address of ['127.0.0.1', '10.1.255.3', 'fd12::9', '::ffff:10.1.2.3'])
    assert.ok(has(address), address)
  for (const address of ['127.0.0.2', '10.2.0.1', '::1', '', 'localhost'])
    assert.ok(!has(address), address)
})

it('refuses what is not an address', () => {
  for (const text of ['localhost', '10.0.0.0/33', '10.0.0.0/x', '', '::1/129'])
    assert.equal(parseAddressList([text]), undefined, text)
})
