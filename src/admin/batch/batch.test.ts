/** Many people at once: seen before, done whole, and taken back. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fastify } from 'fastify'
import { openTestDatabase } from '../../../test/support/database.ts'
import { dayMs } from '../../base/clock.ts'
import { createDepartment } from '../../directory/write/create-department.ts'
import { createLog } from '../../telemetry/log.ts'
import { rehearseAdmin } from '../rehearsal.ts'
import { addAdminRoutes } from '../routes.ts'

async function open() {
  const stack = new AsyncDisposableStack()
  const t = stack.use(await openTestDatabase())
  const r = stack.use(await rehearseAdmin(t.database))
  const ours = await r.department()
  const names = { en: 'Health', zh: '' }
  const theirs = await r.write((tx) =>
    createDepartment(tx, r.writing, { code: 'DH', names, domains: ['dh.example'] }),
  )
  await r.directory.refresh()
  r.people.set('ours', { personId: ours, departments: [ours] })
  r.people.set('theirs', { personId: theirs, departments: [theirs] })
  const app = fastify()
  const log = createLog({ level: 'silent' })
  addAdminRoutes(app, { parts: r.parts, log, version: '1', isLocal: false })
  stack.defer(() => app.close())
  return {
    ...r,
    states: () =>
      Object.fromEntries(r.directory.people().map(({ address, state }) => [address, state])),
    post: async (path: string, payload: object, who = 'ours') => {
      const headers = { authorization: `Bearer ${who}` }
      const url = `/admin/v1/${path}`
      const answer = await app.inject({ method: 'POST', url, headers, payload })
      const body = answer.json<Record<string, unknown>>()
      return { status: answer.statusCode, body }
    },
    lines: async (path: string, payload: object) => {
      const headers = { authorization: 'Bearer ours', accept: 'application/jsonl' }
      const url = `/admin/v1/${path}`
      const { body } = await app.inject({ method: 'POST', url, headers, payload })
      const lines = body.trim().split('\n')
      return lines.map((line): Record<string, unknown> => JSON.parse(line))
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

const csv = `address,nameEn,nameZh,department
a@td.example,A,,TD
b@td.example,B,乙,TD
`

test('an import is previewed, done, and undone: who has nothing is removed', async () => {
  await using t = await open()
  const preview = await t.post('people/imports', { csv, isDryRun: true })
  const { people, byDepartment, isDone, batchId } = preview.body
  assert.deepEqual([people, byDepartment, isDone, batchId], [2, { TD: 2 }, false, null])
  assert.deepEqual(t.states(), {})
  const done = await t.post('people/imports', { csv })
  assert.equal(done.body['isDone'], true)
  assert.deepEqual(t.states(), { 'a@td.example': 'active', 'b@td.example': 'active' })

  const path = `batches/${String(done.body['batchId'])}/undo`
  const trial = await t.post(path, { isDryRun: true })
  assert.deepEqual(trial.body['people'], [
    { person: 'a@td.example', result: 'removed' },
    { person: 'b@td.example', result: 'removed' },
  ])
  assert.equal(Object.keys(t.states()).length, 2)
  assert.equal((await t.post(path, {}, 'theirs')).status, 404)
  assert.equal((await t.post(path, {})).status, 200)
  assert.deepEqual(t.states(), {})
  // What is gone cannot be undone again, and the addresses are free.
  assert.ok((await t.post(path, {})).status >= 400)
  assert.equal((await t.post('people/imports', { csv })).body['isDone'], true)
})

test('who can sign in, or was imported yesterday, is suspended and not removed', async () => {
  await using t = await open()
  const done = await t.post('people/imports', { csv })
  await t.post('people/a@td.example/app-passwords', { label: 'Phone' })
  const path = `batches/${String(done.body['batchId'])}/undo`
  assert.equal((await t.post(path, {})).status, 200)
  assert.deepEqual(new Set(Object.values(t.states())), new Set(['suspended']))

  const more = csv.replaceAll('a@', 'c@').replaceAll('b@', 'd@')
  const late = await t.post('people/imports', { csv: more })
  t.clock.advance(dayMs + 1)
  await t.post(`batches/${String(late.body['batchId'])}/undo`, {})
  assert.equal(t.states()['d@td.example'], 'suspended')
})

test('who asks for it hears how far it is, and the answer or the problem last', async () => {
  await using t = await open()
  const [first, ...others] = await t.lines('people/imports', { csv })
  assert.deepEqual(first, { kind: 'progress', done: 1, total: 2 })
  assert.equal(others.at(-1)?.['kind'], 'answer')
  const changes = [{ person: 'nobody@td.example', state: 'suspended' }]
  const [only] = await t.lines('people/changes', { changes })
  assert.match(JSON.stringify(only), /"kind":"problem","problem":.*"status":404/)
})

test('a file with a fault changes nothing', async () => {
  await using t = await open()
  const bad = await t.post('people/imports', { csv: `${csv}no address,C,,TD\n` })
  assert.deepEqual([bad.status, bad.body['isDone'], bad.body['batchId']], [200, false, null])
  assert.match(JSON.stringify(bad.body['faults']), /"line":4/)
  assert.deepEqual(t.states(), {})
})

test('a change is shown field by field, done whole, and becomes what was before', async () => {
  await using t = await open()
  await t.post('people/imports', { csv })
  const changes = [
    { person: 'a@td.example', state: 'suspended' },
    { person: 'b@td.example', name: 'Bea', state: 'suspended' },
  ]
  const preview = await t.post('people/changes', { changes, isDryRun: true })
  assert.deepEqual(preview.body['people'], [
    { person: 'a@td.example', changes: ['state: active → suspended'] },
    { person: 'b@td.example', changes: ['name: B → Bea', 'state: active → suspended'] },
  ])
  assert.deepEqual(new Set(Object.values(t.states())), new Set(['active']))
  const done = await t.post('people/changes', { changes })
  assert.deepEqual(new Set(Object.values(t.states())), new Set(['suspended']))
  // Somebody changed one of them since: he is left as he is.
  const since = [{ person: 'a@td.example', name: 'Another' }]
  await t.post('people/changes', { changes: since })
  const undone = await t.post(`batches/${String(done.body['batchId'])}/undo`, {})
  assert.deepEqual(undone.body['people'], [
    { person: 'a@td.example', result: 'left as he is' },
    { person: 'b@td.example', result: 'restored' },
  ])
  assert.equal(t.directory.personByAddress('b@td.example')?.names.en, 'B')
})

test('one line that may not be changed keeps all of them from it', async () => {
  await using t = await open()
  await t.post('people/imports', { csv })
  const changes = [
    { person: 'a@td.example', state: 'suspended' },
    { person: 'nobody@dh.example', state: 'suspended' },
  ]
  assert.equal((await t.post('people/changes', { changes })).status, 404)
  assert.deepEqual(new Set(Object.values(t.states())), new Set(['active']))
})
