import assert from 'node:assert/strict'
import { test } from 'node:test'
import { amountOf, formatAmount } from './amount.ts'
import { CommandFault } from './command-fault.ts'

test('amounts are read as people write them', () => {
  const read = (text: string) => amountOf('--octets', text)
  assert.deepEqual(['500M', '2g', '50k', '7', '1T'].map(read), [5e8, 2e9, 5e4, 7, 1e12])
  assert.equal(read('none'), null)
  for (const wrong of ['', '0', '-1', '1.5G', '2GB', '99999999999999T'])
    assert.throws(() => read(wrong), CommandFault, wrong)
  assert.deepEqual([999, 1_500, 2_000_000_000].map(formatAmount), ['999', '1.5 k', '2.0 G'])
})
