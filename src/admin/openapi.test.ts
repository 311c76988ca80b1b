/** The document says what is served, and what is served is as the document says. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formatsOf from 'ajv-formats'
import { fastify } from 'fastify'
import { openTestDatabase } from '../../test/support/database.ts'
import { createLog } from '../telemetry/log.ts'
import { catalogue } from './catalogue.ts'
import { type Json, openApi } from './openapi.ts'
import { rehearseAdmin } from './rehearsal.ts'
import { addAdminRoutes } from './routes.ts'

const document = openApi(catalogue, '1.2.3')

interface Operation {
  readonly operationId: string
  readonly parameters?: readonly {
    readonly name: string
    readonly in: string
    readonly schema: Json
  }[]
  readonly requestBody?: Json
  readonly responses: Readonly<Record<string, Json>>
}

function operations(): readonly (readonly [path: string, method: string, Operation])[] {
  // What `openApi` made; each part is looked at by the assertions.
  const paths = document['paths'] as Readonly<Record<string, Readonly<Record<string, Operation>>>>
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => [path, method, operation] as const),
  )
}

function schemasIn(value: unknown): readonly Json[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) =>
    name === 'schema' ? [inner as Json] : schemasIn(inner),
  )
}

test('every verb is in the document, once, under a name of its own', () => {
  const listed = operations()
  const ids = listed.map(([, , { operationId }]) => operationId)
  assert.equal(new Set(ids).size, ids.length)
  for (const { id, path, method } of catalogue) {
    const found = listed.find(([, , operation]) => operation.operationId === id)
    assert.deepEqual(found?.slice(0, 2), [path, method.toLowerCase()])
  }
})

test('every name in a path is a parameter of it, and no other is', () => {
  for (const [path, , { operationId, parameters = [] }] of operations()) {
    const inPath = parameters.filter((one) => one.in === 'path').map(({ name }) => name)
    const named = Array.from(path.matchAll(/\{(\w+)\}/g), ([, name]) => name)
    assert.deepEqual(new Set(inPath), new Set(named), operationId)
  }
})

test('every schema is one of JSON Schema 2020-12, and every example is what its schema says', () => {
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  formatsOf.default(ajv)
  ajv.addSchema({ components: document['components'] }, 'document')
  let schemas = 0
  for (const schema of schemasIn(document['paths'])) {
    if ('$ref' in schema) continue
    assert.ok(ajv.validateSchema(schema), JSON.stringify(ajv.errors))
    schemas += 1
  }
  assert.ok(schemas > catalogue.length)
  for (const { id, output, example } of catalogue) {
    const status = String(catalogue.find((verb) => verb.id === id)?.status)
    const [, , operation] = operations().find(([, , one]) => one.operationId === id) ?? []
    const [schema] = schemasIn(operation?.responses[status]?.['content'])
    assert.ok(schema, id)
    const isRight = ajv.compile(schema)
    assert.ok(isRight(example), `${id}: ${ajv.errorsText(isRight.errors)}`)
    assert.deepEqual(output.parse(example), example, id)
  }
})

test('has a title, servers, security and problems, as OpenAPI 3.1 asks', () => {
  assert.match(String(document['openapi']), /^3\.1\./)
  const info = document['info'] as Json
  assert.deepEqual(Object.keys(info), ['title', 'version', 'license'])
  for (const [, , { operationId, responses }] of operations()) {
    assert.ok(
      Object.keys(responses).some((status) => status.startsWith('2')),
      operationId,
    )
    for (const [status, response] of Object.entries(responses))
      assert.ok('description' in response || '$ref' in response, `${operationId} ${status}`)
  }
})

test('is served to anybody, as it is made', async () => {
  await using t = await openTestDatabase()
  await using r = await rehearseAdmin(t.database)
  const app = fastify()
  const log = createLog({ level: 'silent' })
  addAdminRoutes(app, { parts: r.parts, log, version: '1.2.3', isLocal: false })
  const answer = await app.inject('/admin/v1/openapi.json')
  assert.equal(answer.statusCode, 200)
  assert.deepEqual(answer.json(), JSON.parse(JSON.stringify(document)))
  await app.close()
})
