import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeRecords } from '../../../test/support/fake-records.ts'
import { createBlockLists } from './block-lists.ts'

test('lists that name a peer are counted; silence, refusal and lies are not', async () => {
  const six = '1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2'
  const records = new FakeRecords({
    '7.2.0.192.yes.example': { A: ['127.0.0.2'] },
    '7.2.0.192.refuses.example': { A: ['127.255.255.254'] },
    '7.2.0.192.lies.example': { A: ['203.0.113.1'] },
    '7.2.0.192.silent.example': { silent: ['A'] },
    [`${six}.yes.example`]: { A: ['127.0.0.4'] },
  })
  const zones = ['yes', 'refuses', 'lies', 'silent', 'no'].map((name) => `${name}.example`)
  const count = createBlockLists(records, zones)
  assert.equal(await count('192.0.2.7'), 1)
  assert.equal(await count('::ffff:192.0.2.7'), 1)
  assert.equal(await count('192.0.2.8'), 0)
  assert.equal(await count('2001:db8::1'), 1)
})
