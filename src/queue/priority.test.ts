/** What is more urgent goes first (RFC 6710). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newId } from '../base/id.ts'
import { openTestDatabase } from '../../test/support/database.ts'
import { until } from '../../test/support/until.ts'
import { openQueue, queueInput } from '../../test/support/queue-world.ts'
import { destinationAttemptsMax, destinationUnderWayMax } from './limits.ts'
import type { Outcome } from './types.ts'

function input(paths: readonly string[], priority: number) {
  const given = queueInput(paths)
  return { ...given, envelope: { ...given.envelope, priority } }
}

type World = Awaited<ReturnType<typeof openQueue>>

/** The first attempts wait until `open`; what is begun from then on is told in its order. */
function gate({ transport, queue }: World) {
  const go = Promise.withResolvers<void>()
  const begun: string[] = []
  let isOpen = false
  transport.send = async (_message, attempts): Promise<readonly Outcome[]> => {
    if (isOpen) begun.push(...attempts.map(({ forwardPath }) => forwardPath))
    else await go.promise
    return attempts.map(() => ({ result: 'delivered' }))
  }
  return {
    begun,
    [Symbol.dispose]: go.resolve,
    underWay: (count: number) =>
      until(`${count} under way`, 20_000, async () => {
        const items = await queue.list(1_000)
        return items.filter(({ isUnderWay }) => isUnderWay).length >= count
      }),
    open: () => {
      isOpen = true
      go.resolve()
      return until('all to leave', 20_000, async () => (await queue.count()).waiting === 0)
    },
  }
}

test('of one domain the urgent is begun before what came earlier, and mass mail after all of it', async () => {
  await using t = await openTestDatabase()
  const world = await openQueue(t)
  const { queue, worker } = world
  await using _worker = worker
  using gated = gate(world)
  const { begun, underWay, open } = gated
  const many = (name: string) => Array.from({ length: 20 }, (_none, i) => `${name}${i}@x`)
  await queue.enqueue(many('mass').map((path) => input([path], -5)))
  worker.start()
  await underWay(20)
  await queue.enqueue(many('plain').map((path) => input([path], 0)))
  await underWay(40)
  await queue.enqueue(many('urgent').map((path) => input([path], 5)))
  await queue.enqueue([input(['most@x'], 9)])
  await underWay(61)
  await open()
  const kinds = begun.map((path) => path.replace(/\d*@x/, ''))
  const expected = [
    ['most', 1],
    ['urgent', 20],
    ['plain', 20],
    ['mass', 20 - destinationAttemptsMax],
  ] as const
  assert.deepEqual(
    kinds,
    expected.flatMap(([kind, count]) => Array.from({ length: count }, () => kind)),
  )
})

test('what is urgent does not wait until a destination that is busy has room', async () => {
  await using t = await openTestDatabase()
  const world = await openQueue(t)
  const { clock, queue, worker } = world
  await using _worker = worker
  using gated = gate(world)
  const { begun, underWay, open } = gated
  const count = 5 * destinationUnderWayMax
  await queue.enqueue(Array.from({ length: count }, (_none, i) => input([`m${i}@x`], 0)))
  worker.start()
  await underWay(destinationUnderWayMax)
  const id = newId(clock)
  await queue.enqueue([{ ...input(['urgent@x'], 1), id }])
  await until('the urgent one to be under way', 20_000, async () => {
    const [item] = await queue.list(1, { kind: 'message', messageId: id })
    return item?.isUnderWay === true
  })
  await open()
  assert.equal(begun[0], 'urgent@x')
})
