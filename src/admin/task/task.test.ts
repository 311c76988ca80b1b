/** Long acts with an id: how far they are, how they ended, and that one stops when it is told to. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { fastify } from 'fastify'
import { openTestDatabase } from '../../../test/support/database.ts'
import { newId } from '../../base/id.ts'
import { createLog } from '../../telemetry/log.ts'
import { taskLostMs } from '../limits.ts'
import type { OnProgress } from '../progress.ts'
import { rehearseAdmin } from '../rehearsal.ts'
import { addAdminRoutes } from '../routes.ts'
import { expireTasks } from './rows.ts'

interface Task {
  readonly id: string
  readonly what: string
  readonly state: string
  readonly done: number
  readonly total: number | null
  readonly by: string | null
  readonly answer: unknown
  readonly problem: string | null
}

async function open(rebuildAllSearch: (told: OnProgress) => Promise<number>) {
  const stack = new AsyncDisposableStack()
  const { database } = stack.use(await openTestDatabase())
  const r = stack.use(await rehearseAdmin(database))
  const departmentId = await r.department()
  const personId = await r.person(departmentId, 'chan')
  await r.directory.refresh()
  r.people.set('token', { personId, departments: [departmentId] })
  const app = fastify()
  const log = createLog({ level: 'silent' })
  const search = { ...r.parts.search, rebuildAllSearch }
  addAdminRoutes(app, { parts: { ...r.parts, search }, log, version: '1', isLocal: true })
  stack.defer(() => app.close())
  const call = async (method: 'GET' | 'POST', path: string, headers = {}) => {
    const url = `/admin/v1/${path}`
    const body = method === 'POST' ? { payload: {} } : {}
    return app.inject({ method, url, headers, ...body })
  }
  const find = async (id: string) => (await call('GET', `tasks/${id}`)).json<Task>()
  return {
    ...r,
    database,
    call,
    find,
    begin: async () => {
      const answer = await call('POST', 'search/rebuilding', { prefer: 'respond-async' })
      const { task } = answer.json<{ task: string }>()
      assert.deepEqual(
        [answer.statusCode, answer.headers.location, answer.headers['preference-applied']],
        [202, `/admin/v1/tasks/${task}`, 'respond-async'],
      )
      return task
    },
    until: async (id: string, isIt: (task: Task) => boolean) => {
      let task = await find(id)
      while (!isIt(task)) task = await find(id)
      return task
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

test('who does not wait for a long act hears from its task how it ended', async () => {
  await using t = await open(async (told) => {
    told(3, 12)
    return 7
  })
  const id = await t.begin()
  const task = await t.until(id, ({ state }) => state !== 'running')
  assert.deepEqual(
    [task.what, task.state, task.done, task.total, task.answer, task.by],
    ['search.rebuild-all', 'done', 3, 12, { messages: 7 }, 'the operator'],
  )
  // Who waits has made a task all the same.
  assert.equal((await t.call('POST', 'search/rebuilding')).body, '{"messages":7}')
  const { items } = (await t.call('GET', 'tasks')).json<{ items: readonly Task[] }>()
  assert.deepEqual(
    items.map(({ state }) => state),
    ['done', 'done'],
  )
  const ofOther = await t.call('GET', `tasks/${id}`, { authorization: 'Bearer token' })
  const madeUp = await t.call('GET', `tasks/${newId(t.clock)}`, { authorization: 'Bearer token' })
  assert.deepEqual([ofOther.statusCode, ofOther.body], [404, madeUp.body])
  t.refuse('directory.read')
  assert.equal((await t.find(id)).by, 'the operator', 'his own')
})

test('a task stops where it next says how far it is, and the trail knows who wanted it', async () => {
  await using t = await open(async (told) => {
    for (let done = 1; ; done++) {
      told(done, 0)
      await setImmediate()
    }
  })
  const id = await t.begin()
  assert.equal((await t.find(id)).state, 'running')
  assert.equal((await t.call('POST', `tasks/${id}/cancellation`)).statusCode, 200)
  const task = await t.until(id, ({ state }) => state !== 'running')
  assert.deepEqual([task.state, task.total], ['cancelled', null])
  assert.match(task.problem ?? '', /^It was cancelled/)
  assert.equal((await t.call('POST', `tasks/${id}/cancellation`)).statusCode, 409)
  assert.deepEqual(
    t.entries.flatMap((entry) => (entry.kind === 'privilege' ? [entry.act] : [])).toSorted(),
    ['search.rebuild-begun', 'search.rebuild-ended', 'task.cancel'],
  )
})

test('what failed says so, what its node forgot is lost, and both are forgotten in time', async () => {
  const stuck = Promise.withResolvers<number>()
  let calls = 0
  await using t = await open(() =>
    calls++ === 0 ? Promise.reject(new Error('a fault of ours')) : stuck.promise,
  )
  const failed = await t.until(await t.begin(), ({ state }) => state !== 'running')
  assert.deepEqual(
    [failed.state, failed.problem],
    ['failed', 'A fault of Tamar; its log says more.'],
  )
  const id = await t.begin()
  // Another node wrote of it last, and no more.
  await t.database.single({ text: `UPDATE task SET beat_at = beat_at - ${taskLostMs + 1}` })
  assert.equal((await t.find(id)).state, 'lost')
  stuck.resolve(1)
  await t.until(id, ({ state }) => state === 'done')
  assert.equal(await expireTasks(t.database, t.clock.now() + 1), 2)
})
