/** Who looks at reports is asked for and written down, before he sees anything. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fastify } from 'fastify'
import { openTestDatabase } from '../../../test/support/database.ts'
import { createLog } from '../../telemetry/log.ts'
import { rehearseAdmin } from '../rehearsal.ts'
import { addAdminRoutes } from '../routes.ts'

test('reports are shown to who may see them, of domains that are ours, and the trail knows', async () => {
  await using stack = new AsyncDisposableStack()
  const t = stack.use(await openTestDatabase())
  const r = stack.use(await rehearseAdmin(t.database))
  const departmentId = await r.department()
  await r.directory.refresh()
  const app = fastify()
  const log = createLog({ level: 'silent' })
  addAdminRoutes(app, { parts: r.parts, log, version: '1', isLocal: true })
  stack.defer(() => app.close())
  const get = async (path: string) => {
    const answer = await app.inject({ method: 'GET', url: `/admin/v1/reports/${path}` })
    return { status: answer.statusCode, body: answer.json<unknown>() }
  }
  const nothing = { status: 200, body: { items: [], isCut: false } }
  assert.deepEqual(await get('dmarc?domain=td.example&by=source&since=2026-01-01'), nothing)
  assert.deepEqual(await get('tls?by=failure'), nothing)
  for (const [path, status] of [
    ['dmarc?domain=bank.example', 404],
    ['dmarc?by=sender', 422],
    ['tls?since=soon', 422],
    ['tls?limit=1000000', 422],
  ] as const)
    assert.equal((await get(path)).status, status, path)
  const said = r.entries.flatMap((entry) =>
    entry.kind === 'privilege' ? [`${entry.act} ${entry.departmentId ?? 'all'}`] : [],
  )
  assert.deepEqual(said, [`report.read ${departmentId}`, 'report.read all'])
  r.refuse('report.read')
  assert.equal((await get('dmarc')).status, 403)
  assert.equal((await get('tls')).status, 403)
})
