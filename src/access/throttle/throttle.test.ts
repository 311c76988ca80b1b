import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestDatabase } from '../../../test/support/database.ts'
import { minuteMs } from '../../base/clock.ts'
import { isRefusal } from '../../base/refusal.ts'
import { blockMs, identityFailuresMax, knownFailuresMax, networkFailuresMax } from '../limits.ts'
import { rehearse, type Rehearsal } from '../../directory/rehearsal.ts'
import { WorkQueue } from '../credentials/work-queue.ts'
import { networkOf } from './network.ts'
import { Throttle, type Attempted } from './throttle.ts'
import { TokenBuckets } from './token-bucket.ts'

const home = { identity: 'chan@td.example', network: '192.0.2.7', isGuessable: true }
const isThrottled = (error: unknown) => isRefusal(error, 'throttled')

async function open() {
  const t = await openTestDatabase()
  const r: Rehearsal = await rehearse(t.database)
  const openNode = () => new Throttle({ ...r, database: t.database })
  return {
    ...r,
    database: t.database,
    openNode,
    async [Symbol.asyncDispose]() {
      await r[Symbol.asyncDispose]()
      await t[Symbol.asyncDispose]()
    },
  }
}

/** Fails from a network each time another, as a botnet does. */
async function guess(throttle: Throttle, identity: string, times: number): Promise<void> {
  for (let n = 0; n < times; n++)
    await throttle.failed({ identity, network: `198.51.100.${n}`, isGuessable: true })
}

test('guessing one identity from many networks is stopped, and the owner is not locked out', async () => {
  await using t = await open()
  const throttle = t.openNode()
  throttle.succeeded(home)
  await guess(throttle, home.identity, identityFailuresMax)
  const stranger = { ...home, network: '203.0.113.9' }
  await assert.rejects(throttle.check(stranger), isThrottled)
  await throttle.check(home)
  // An app password cannot be guessed, so a stranger cannot shut it out anywhere.
  await throttle.check({ ...stranger, isGuessable: false })
  t.clock.advance(blockMs + minuteMs)
  await throttle.check(stranger)
  await throttle.close()
})

test('an identity that nobody has is throttled like any other', async () => {
  await using t = await open()
  const throttle = t.openNode()
  const nobody = { ...home, identity: 'nobody@td.example' }
  await guess(throttle, nobody.identity, identityFailuresMax)
  await assert.rejects(throttle.check(nobody), isThrottled)
  await throttle.close()
})

test('one network that tries many identities is stopped, but not those who are known there', async () => {
  await using t = await open()
  const throttle = t.openNode()
  throttle.succeeded(home)
  for (let n = 0; n < networkFailuresMax; n++)
    await throttle.failed({ ...home, identity: `person${n}@td.example` })
  const other: Attempted = { ...home, identity: 'wong@td.example' }
  await assert.rejects(throttle.check(other), isThrottled)
  await assert.rejects(throttle.check({ ...other, isGuessable: false }), isThrottled)
  await throttle.check(home)
  for (let n = 0; n < knownFailuresMax; n++) await throttle.failed(home)
  await assert.rejects(throttle.check(home), isThrottled)
  await throttle.close()
})

test('another node refuses whom one node saw fail, and knows where the owner is known', async () => {
  await using t = await open()
  const one = t.openNode()
  const other = t.openNode()
  one.succeeded(home)
  await one.flush()
  await guess(one, home.identity, identityFailuresMax)
  await one.close()
  await other.refresh()
  await assert.rejects(other.check({ ...home, network: '203.0.113.9' }), isThrottled)
  await other.check(home)
  await other.close()
})

test('what nodes tell each other names nobody', async () => {
  await using t = await open()
  const throttle = t.openNode()
  throttle.succeeded(home)
  await throttle.flush()
  await guess(throttle, home.identity, identityFailuresMax)
  await throttle.close()
  for (const table of ['sign_in_failure', 'sign_in_known']) {
    const rows = await t.database.rows({ text: `SELECT x::text AS text FROM ${table} x` })
    assert.equal(rows.length, 1)
    assert.match(String(rows[0]?.['text']), /^\(\d+,"\\\\x[0-9a-f]{64}",\d+\)$/)
  }
})

test('a bucket fills again by itself and forgets its oldest key', () => {
  const buckets = new TokenBuckets({ capacity: 2, refillMs: 100 }, 2)
  assert.deepEqual([buckets.take('a', 0), buckets.take('a', 0)], [false, true])
  assert.deepEqual([buckets.isEmpty('a', 99), buckets.isEmpty('a', 100)], [true, false])
  buckets.take('b', 0)
  buckets.take('c', 0)
  assert.equal(buckets.isEmpty('a', 0), false)
})

test('a network is one IPv4 address or one IPv6 site', () => {
  assert.equal(networkOf('192.0.2.7'), '192.0.2.7')
  assert.equal(networkOf('::ffff:192.0.2.7'), '192.0.2.7')
  assert.equal(networkOf('2001:db8::1'), '2001:db8:0:0::/64')
  assert.equal(networkOf('2001:0DB8:0:0:ffff::1'), networkOf('2001:db8::2'))
  assert.notEqual(networkOf('2001:db8:0:1::1'), networkOf('2001:db8::1'))
})

test('only so much hashing runs, only so much waits, and the rest is told to come back', async () => {
  const queue = new WorkQueue(1, 1)
  const first = Promise.withResolvers<void>()
  const running = queue.run(() => first.promise)
  const waiting = queue.run(async () => 'done')
  await assert.rejects(
    queue.run(async () => 'never'),
    isThrottled,
  )
  first.resolve()
  await running
  assert.equal(await waiting, 'done')
  assert.equal(await queue.run(async () => 'again'), 'again')
})
