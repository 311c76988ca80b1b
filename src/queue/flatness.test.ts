/** What a statement of the queue looks at does not grow with what waits: counted in pages, never in time. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestDatabase } from '../../test/support/database.ts'
import { fillQueue, pagesOfQueue } from '../../test/support/queue-pages.ts'
import { openQueue, queueInput } from '../../test/support/queue-world.ts'

for (const isDue of [false, true])
  test(`beside 100,000 that ${isDue ? 'are due for a destination that rests' : 'wait for later'} nothing reads more than beside 1,000`, async () => {
    await using t = await openTestDatabase()
    const { clock, queue } = await openQueue(t)
    const now = clock.now()
    const pages = () => pagesOfQueue(t.database, queue, queueInput(['now@live']))
    await fillQueue(t.owner, { count: 1_000, now, isDue })
    const few = await pages()
    await fillQueue(t.owner, { count: 99_000, now, isDue })
    const many = await pages()
    // A tree of the same kind that is a level higher; what grew with the rows would be up to a hundred times.
    for (const name of ['enqueue', 'ripen', 'claim', 'settle'] as const)
      assert.ok(many[name] <= 1.5 * few[name], `${name}: ${few[name]} pages, then ${many[name]}`)
  })
