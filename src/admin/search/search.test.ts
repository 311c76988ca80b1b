/** Search is built anew by those who operate the platform, and the trail says so. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fastify } from 'fastify'
import { openTestDatabase } from '../../../test/support/database.ts'
import { createPerson } from '../../directory/write/create-person.ts'
import { createLog } from '../../telemetry/log.ts'
import { rehearseAdmin } from '../rehearsal.ts'
import { addAdminRoutes } from '../routes.ts'

async function open(onRebuild: () => Promise<number>) {
  const stack = new AsyncDisposableStack()
  const t = stack.use(await openTestDatabase())
  const r = stack.use(await rehearseAdmin(t.database))
  const departmentId = await r.department()
  const person = { address: 'chan@td.example', departmentId, names: { en: 'Chan', zh: '' } }
  await r.write((tx) => createPerson(tx, r.writing, person))
  await r.directory.refresh()
  const app = fastify()
  const log = createLog({ level: 'silent' })
  const search = { ...r.parts.search, rebuildAllSearch: onRebuild }
  addAdminRoutes(app, { parts: { ...r.parts, search }, log, version: '1', isLocal: true })
  stack.defer(() => app.close())
  return {
    ...r,
    post: async (path: string, accept = 'application/json') => {
      const url = `/admin/v1/${path}`
      const answer = await app.inject({ method: 'POST', url, headers: { accept }, payload: {} })
      return { status: answer.statusCode, text: answer.body }
    },
    trail: () =>
      r.entries
        .filter((entry) => entry.kind === 'privilege')
        .map((entry) => `${entry.act} ${entry.result ?? ''}`.trim()),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

test('search of one account is built anew, with progress and two entries', async () => {
  await using t = await open(async () => 7)
  const one = 'search/accounts/chan@td.example/rebuilding'
  const { text } = await t.post(one, 'application/jsonl')
  assert.deepEqual(
    text
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line)),
    [
      { kind: 'progress', done: 1, total: 1 },
      { kind: 'answer', answer: { messages: 1 } },
    ],
  )
  assert.deepEqual(t.trail(), ['search.rebuild-begun', 'search.rebuild-ended done'])
  assert.equal((await t.post('search/accounts/nobody@td.example/rebuilding')).status, 404)
  assert.equal((await t.post('search/rebuilding')).text, '{"messages":7}')
})

test('who may not is refused, and what failed is in the trail as failed', async () => {
  await using t = await open(() => Promise.reject(new Error('a fault of ours')))
  assert.equal((await t.post('search/rebuilding')).status, 500)
  assert.deepEqual(t.trail(), ['search.rebuild-begun', 'search.rebuild-ended failed'])
  t.refuse('search.rebuild')
  assert.equal((await t.post('search/rebuilding')).status, 403)
})
