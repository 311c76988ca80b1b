/** Waiting mail at the API: one thing at a time, by opaque ids, and in the trail. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fastify } from 'fastify'
import { z } from 'zod'
import { openTestDatabase } from '../../../test/support/database.ts'
import { openQueue, queueInput } from '../../../test/support/queue-world.ts'
import { createLog } from '../../telemetry/log.ts'
import { rehearseAdmin } from '../rehearsal.ts'
import { addAdminRoutes } from '../routes.ts'

const listed = z.object({
  items: z.array(
    z.looseObject({ messageId: z.string(), destination: z.string(), state: z.string() }),
  ),
})

test('an operator holds, releases, retries and cancels by ids that say nothing, and the trail knows', async () => {
  await using stack = new AsyncDisposableStack()
  const t = stack.use(await openTestDatabase())
  const r = stack.use(await rehearseAdmin(t.database))
  const departmentId = await r.department()
  await r.directory.refresh()
  const { queue, worker } = await openQueue(t, r.writing.keys)
  const app = fastify()
  const log = createLog({ level: 'silent' })
  addAdminRoutes(app, { parts: { ...r.parts, queue }, log, version: '1', isLocal: true })
  stack.defer(() => app.close())
  const post = async (verb: string, payload: object) => {
    const answer = await app.inject({ method: 'POST', url: `/admin/v1/queue/${verb}`, payload })
    return { status: answer.statusCode, body: answer.body }
  }
  const list = async () => {
    const { body } = await app.inject({ method: 'GET', url: '/admin/v1/queue' })
    assert.ok(!body.includes('@') && !body.includes('secret'), body)
    return listed.parse(JSON.parse(body)).items
  }

  await queue.enqueue([queueInput(['busy-secret@x', 'busy@y'], { departmentId })])
  await worker.runOnce()
  const [item] = await list()
  assert.ok(item !== undefined)
  assert.equal(item['department'], 'TD')
  const { messageId: message, destination } = item
  const code = { department: 'TD' }
  assert.equal((await post('hold', { destination })).body, '{"recipients":1}')
  assert.equal((await post('hold', code)).body, '{"recipients":2}')
  assert.deepEqual(
    (await list()).map(({ state }) => state),
    ['held', 'held'],
  )
  assert.equal((await post('release', code)).body, '{"recipients":2}')
  assert.equal((await post('release', { destination })).status, 200)
  assert.equal((await post('retry', { message, recipient: 1 })).body, '{"recipients":1}')
  assert.equal((await post('cancel', { message })).body, '{"recipients":2}')
  assert.deepEqual(await list(), [])

  assert.equal((await post('cancel', { message })).status, 404)
  for (const wrong of [{}, { message, destination }, { recipient: 1 }, { message: 'x' }])
    assert.equal((await post('hold', wrong)).status, 422, JSON.stringify(wrong))
  const said = r.entries.flatMap((entry) =>
    entry.kind === 'privilege'
      ? [`${entry.act} ${entry.objectId ?? entry.departmentId ?? ''}`]
      : [],
  )
  assert.deepEqual(said, [
    `queue.hold ${destination}`,
    `queue.hold ${departmentId}`,
    `queue.release ${departmentId}`,
    `queue.release ${destination}`,
    `queue.retry ${message}`,
    `queue.remove ${message}`,
  ])
})
