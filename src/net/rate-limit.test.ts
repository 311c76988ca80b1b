import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock, secondMs } from '../base/clock.ts'
import { RateLimit } from './rate-limit.ts'

test('a source spends its burst, then its rate, and no other source pays', () => {
  const clock = new ManualClock()
  const limit = new RateLimit(clock, { perSecond: 2, burst: 3 })
  assert.deepEqual(
    [1, 2, 3, 4].map(() => limit.take('192.0.2.1')),
    [true, true, true, false],
  )
  assert.equal(limit.take('192.0.2.2'), true)
  clock.advance(secondMs / 2)
  assert.equal(limit.take('192.0.2.1'), true)
  assert.equal(limit.take('192.0.2.1'), false)
  clock.advance(1000 * secondMs)
  assert.equal(limit.take('192.0.2.1', 4), false, 'never more than the burst')
  assert.equal(limit.take('192.0.2.1', 3), true)
})

test('a clock that goes back neither gives nor takes', () => {
  const clock = new ManualClock()
  const limit = new RateLimit(clock, { perSecond: 1, burst: 2 })
  limit.take('a')
  clock.advance(-secondMs)
  assert.equal(limit.take('a'), true)
  assert.equal(limit.take('a'), false)
})

test('the source that has been quiet longest is forgotten when there are too many', () => {
  const limit = new RateLimit(new ManualClock(), { perSecond: 1, burst: 1 }, 2)
  for (const source of ['a', 'b', 'a', 'c']) limit.take(source)
  assert.equal(limit.take('a'), false, 'still remembered')
  assert.equal(limit.take('b'), true, 'forgotten')
})
