/** Backups and drills through the API: what the trail says of them, and who may. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fastify } from 'fastify'
import { openTestDatabase } from '../../../test/support/database.ts'
import { createLog } from '../../telemetry/log.ts'
import { rehearseAdmin, rehearsedBackups } from '../rehearsal.ts'
import { addAdminRoutes } from '../routes.ts'

async function open(faults: number) {
  const stack = new AsyncDisposableStack()
  const t = stack.use(await openTestDatabase())
  const r = stack.use(await rehearseAdmin(t.database))
  const backups = {
    ...rehearsedBackups,
    drill: async () => ({ ...(await rehearsedBackups.drill(undefined, () => undefined)), faults }),
  }
  const app = fastify()
  const log = createLog({ level: 'silent' })
  addAdminRoutes(app, { parts: { ...r.parts, backups }, log, version: '1', isLocal: true })
  stack.defer(() => app.close())
  return {
    ...r,
    owner: t.owner,
    say: async (method: 'GET' | 'POST', path: string, payload = {}) => {
      const url = `/admin/v1/${path}`
      const body = method === 'POST' ? { payload } : {}
      const { statusCode, body: text } = await app.inject({ method, url, ...body })
      return { status: statusCode, body: JSON.parse(text) }
    },
    trail: () =>
      r.entries
        .filter((entry) => entry.kind === 'backup')
        .map(({ event, stage, result, durationMs, faults: found }) =>
          [event, stage, result, durationMs, found].join(' ').trim(),
        ),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

test('a drill is in the trail with what it measured, and its report is kept', async () => {
  await using t = await open(0)
  const { status, body } = await t.say('POST', 'drills', { backup: '1.tamar' })
  assert.equal(status, 201)
  assert.equal(body.result, 'passed')
  assert.deepEqual(t.trail(), ['drill begun', 'drill ended done 2 0'])
  assert.deepEqual((await t.say('GET', 'drills')).body.items, [body])
})

test('a drill that found faults failed, and a good report put in its place is not believed', async () => {
  await using t = await open(3)
  const { body } = await t.say('POST', 'drills')
  assert.equal(body.result, 'failed')
  assert.deepEqual(t.trail(), ['drill begun', 'drill ended failed 2 3'])
  await t.owner.single({ text: 'UPDATE drill SET begun_at = begun_at + 1' })
  assert.equal((await t.say('GET', 'drills')).status, 500)
})

test('a backup is made and verified with two entries each, by who may and by no path', async () => {
  await using t = await open(0)
  assert.equal((await t.say('POST', 'backups')).body.rows, 7)
  assert.equal((await t.say('POST', 'backups/1.tamar/verification')).status, 404)
  assert.deepEqual(t.trail(), [
    'make begun',
    'make ended done',
    'verify begun',
    'verify ended failed',
  ])
  const up = encodeURIComponent('../../etc/passwd.tamar')
  assert.equal((await t.say('POST', `backups/${up}/verification`)).status, 422)
  t.refuse('drill.run')
  assert.equal((await t.say('POST', 'drills')).status, 403)
})
