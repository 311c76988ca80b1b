/** No destination and no department keeps another waiting: counted in claims, never in time. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newId } from '../base/id.ts'
import { openTestDatabase } from '../../test/support/database.ts'
import { until } from '../../test/support/until.ts'
import { openQueue, queueInput } from '../../test/support/queue-world.ts'
import { bucketCount, destinationAttemptsMax, laneMax, leaseMs, restMs } from './limits.ts'
import type { Outcome } from './types.ts'
import { createQueueWorker } from './worker.ts'

const deadCount = 3_000

test('thousands for a dead domain cost the others nothing, and are tried a few at a time', async () => {
  await using t = await openTestDatabase()
  const { clock, queue, worker, transport } = await openQueue(t)
  await queue.enqueue(
    Array.from({ length: deadCount / 100 }, () =>
      queueInput(Array.from({ length: 100 }, (_, i) => `r${i}@dead`)),
    ),
  )
  await queue.enqueue(Array.from({ length: 50 }, (_, i) => queueInput([`r@live${i}`])))
  await worker.runOnce()
  const dead = transport.sent.filter((path) => path.endsWith('@dead')).length
  assert.equal(transport.sent.length - dead, 50)
  // A claim or two before its silence is known; then the domain rests.
  assert.ok(dead > 0 && dead <= 4 * laneMax, `${dead} tried`)
  assert.equal(await worker.runOnce(), 0)

  await queue.enqueue(Array.from({ length: 50 }, (_, i) => queueInput([`s@live${i}`])))
  assert.equal(await worker.runOnce(), 50)
  clock.advance(restMs)
  transport.answer = () => ({ result: 'delivered' })
  assert.equal(await worker.runOnce(), deadCount)
})

test('one department’s mass mail to a domain lets another’s single messages pass', async () => {
  await using t = await openTestDatabase()
  const { clock, queue, worker, transport } = await openQueue(t)
  const [mass, other] = [newId(clock), newId(clock)]
  const many = Array.from({ length: 1_000 }, (_, i) => `mass${i}@x`)
  await queue.enqueue([queueInput(many, { departmentId: mass })])
  const singles = Array.from({ length: 40 }, (_, i) => `one${i}@x`)
  await queue.enqueue(singles.map((path) => queueInput([path], { departmentId: other })))
  await worker.runOnce()
  assert.equal(transport.sent.length, many.length + singles.length)
  // Those in the bucket of the mass mail, too: they are of its first or second claim.
  const last = Math.max(...singles.map((path) => transport.sent.indexOf(path)))
  assert.ok(last <= singles.length + 2 * laneMax, `the last is the ${last}th`)
})

test('a destination that answers slowly has few attempts, and the others go on', async () => {
  await using t = await openTestDatabase()
  const { queue, worker, transport } = await openQueue(t)
  const release = Promise.withResolvers<void>()
  const lively = Promise.withResolvers<void>()
  let slow = 0
  let slowMax = 0
  let live = 0
  transport.send = async (_message, attempts): Promise<readonly Outcome[]> => {
    if (attempts[0]?.forwardPath.endsWith('@slow') === true) {
      slowMax = Math.max(slowMax, ++slow)
      await release.promise
      slow -= 1
    } else if (++live === 100) lively.resolve()
    return attempts.map(() => ({ result: 'delivered' }))
  }
  await queue.enqueue(Array.from({ length: 200 }, (_, i) => queueInput([`r${i}@slow`])))
  await queue.enqueue(Array.from({ length: 100 }, (_, i) => queueInput([`r@live${i}`])))
  const running = worker.runOnce()
  await lively.promise
  release.resolve()
  assert.equal(await running, 300)
  assert.equal(slowMax, destinationAttemptsMax)
})

test('every lane of a bucket has its turn, however many there are', async () => {
  await using t = await openTestDatabase()
  const { queue, worker, transport } = await openQueue(t)
  const paths = Array.from({ length: 20 * bucketCount }, (_, i) => `r@d${i}`)
  await queue.enqueue([queueInput(paths), queueInput(paths.map((path) => `s${path}`))])
  await worker.runOnce()
  assert.equal(transport.sent.length, 2 * paths.length)
})

test('a node that dies after the 250 of the other side costs one more copy, one that settled none', async () => {
  await using t = await openTestDatabase()
  const { clock, queue, worker, transport } = await openQueue(t)
  const copies = new Map<string, number>()
  const cut = Promise.withResolvers<void>()
  const never = Promise.withResolvers<readonly Outcome[]>()
  let isDying = true
  transport.send = (_message, attempts): Promise<readonly Outcome[]> => {
    for (const { forwardPath } of attempts)
      copies.set(forwardPath, (copies.get(forwardPath) ?? 0) + 1)
    // The other side has it; this node never learns, or dies before it writes it down.
    if (isDying && attempts[0]?.forwardPath === 'cut@x') {
      cut.resolve()
      return never.promise
    }
    return Promise.resolve(attempts.map(() => ({ result: 'delivered' })))
  }
  const settled = Array.from({ length: 40 }, (_, i) => `r${i}@y`)
  await queue.enqueue([queueInput(['cut@x']), ...settled.map((path) => queueInput([path]))])
  const dying = worker.runOnce()
  await cut.promise
  const second = createQueueWorker({ queue, transport, reporter: { report: async () => [] } })
  isDying = false
  await until('all but one settled', 10_000, async () => (await queue.count()).waiting === 1)
  clock.advance(leaseMs)
  await second.runOnce()
  never.resolve([{ result: 'delivered' }])
  await dying
  assert.equal(copies.get('cut@x'), 2)
  for (const path of settled) assert.equal(copies.get(path), 1, path)
  assert.deepEqual(await queue.count(), { waiting: 0, unrouted: 0, held: 0 })
})
