/** Nodes by name: what is known of them, and to end one that runs. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fastify } from 'fastify'
import { openTestDatabase } from '../../../test/support/database.ts'
import { createLog } from '../../telemetry/log.ts'
import { silentMs } from '../limits.ts'
import { rehearseAdmin } from '../rehearsal.ts'
import { addAdminRoutes } from '../routes.ts'
import { noteSeen, noteStart } from './rows.ts'

test('a node that runs is ended once, by who may; one that is silent or unknown is not', async () => {
  await using t = await openTestDatabase()
  await using r = await rehearseAdmin(t.database)
  const { clock } = r
  const app = fastify()
  const log = createLog({ level: 'silent' })
  addAdminRoutes(app, { parts: r.parts, log, version: '1', isLocal: true })
  await using _ = { [Symbol.asyncDispose]: () => app.close() }
  const say = async (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string) => {
    const body = method === 'POST' || method === 'PUT' ? { payload: {} } : {}
    const said = await app.inject({ method, url: `/admin/v1/nodes${path}`, ...body })
    return { status: said.statusCode, body: said.json() }
  }
  const states = async () =>
    (await say('GET', '')).body.items.map((one: Record<string, unknown>) =>
      [one['id'], one['state'], one['drainedAt'] !== null].join(' '),
    )
  for (const nodeId of ['node-1', 'node-2'])
    await noteStart(t.database, { nodeId, version: '1', at: clock.now() })
  clock.advance(silentMs + 1)
  assert.equal(await noteSeen(t.database, 'node-1', clock.now()), false)
  await say('PUT', '/node-3/drain')
  assert.deepEqual(await states(), [
    'node-1 running false',
    'node-2 silent false',
    'node-3 silent true',
  ])
  assert.equal((await say('POST', '/node-2/stop')).status, 404)
  assert.equal((await say('POST', '/node-9/stop')).status, 404)
  assert.equal((await say('POST', '/node-1/stop')).body.state, 'stopping')
  assert.equal((await say('POST', '/node-1/stop')).status, 409)
  assert.equal(await noteSeen(t.database, 'node-1', clock.now()), true)
  // Who asked it to end asked the one before.
  await noteStart(t.database, { nodeId: 'node-1', version: '2', at: clock.now() })
  assert.equal(await noteSeen(t.database, 'node-1', clock.now()), false)
  const stops = r.entries.filter((entry) => entry.kind === 'privilege' && entry.act === 'node.stop')
  assert.equal(stops.length, 1)
  r.refuse('node.stop')
  assert.equal((await say('POST', '/node-1/stop')).status, 403)
})
