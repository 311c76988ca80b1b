import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dayMs, ManualClock } from '../base/clock.ts'
import { newId } from '../base/id.ts'
import { openTestDatabase } from '../../test/support/database.ts'
import type { ObjectStore } from '../blob/types.ts'
import { ObjectCollector } from './collect-objects.ts'

test('an object nobody refers to goes after seven days and two scans, one in use never', async () => {
  await using t = await openTestDatabase()
  const clock = new ManualClock()
  const [used, orphan] = [newId(clock), newId(clock)]
  const stored = new Map([used, orphan].map((id) => [id, clock.now()]))
  // The far end of the port: what a store of objects knows is ids and times.
  const objects: Pick<ObjectStore, 'list' | 'delete'> = {
    async *list() {
      for (const [id, storedAt] of stored) yield { id, octets: 1, storedAt }
    },
    delete: async (id) => stored.delete(id),
  }
  const account = newId(clock)
  await t.database.single({
    text: `INSERT INTO account (account_id, department_id, kind, created_at)
      VALUES ($1, $1, 'person', 0)`,
    values: [account],
  })
  await t.database.single({
    text: `INSERT INTO message (account_id, message_id, thread_id, octets, received_at, content_key,
        summary, content, object_id) VALUES ($1, $1, $1, 1, 0, '', '', '', $2)`,
    values: [account, used],
  })
  const context = { database: t.database, clock, objects }
  const collector = new ObjectCollector(context)
  assert.equal(await collector.run(), 0, 'too young')
  clock.advance(8 * dayMs)
  assert.equal(await collector.run(), 0, 'the first scan only remembers')
  clock.advance(dayMs / 2)
  assert.equal(await collector.run(), 0, 'too soon after it')
  clock.advance(dayMs)
  assert.equal(await collector.run(), 1)
  assert.deepEqual([...stored.keys()], [used])
})
