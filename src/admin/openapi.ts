/** The description of the API, made from the very schemas that read and write. OpenAPI 3.1.1. */
import { z } from 'zod'
import { idempotencyKeyMax } from './limits.ts'
import type { Verb } from './verb.ts'

export type Json = { readonly [name: string]: unknown }

export function openApi(verbs: readonly Verb[], version: string): Json {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const verb of verbs)
    paths[verb.path] = { ...paths[verb.path], [verb.method.toLowerCase()]: operationOf(verb) }
  return {
    openapi: '3.1.1',
    info: { title: 'Tamar: administration', version, license: { name: 'Apache-2.0' } },
    servers: [{ url: '/admin/v1' }],
    security: [{ token: [] }],
    tags: [...new Set(verbs.map(tagOf))].map((name) => ({ name })),
    paths: { ...paths, ...besides },
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'From POST /sessions. RFC 6750.' },
      },
      schemas: { Problem: problemSchema },
      responses: {
        Problem: {
          description: 'What was wrong and what to do next. RFC 9457.',
          content: {
            'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
          },
        },
      },
    },
  }
}

const problemSchema = {
  type: 'object',
  required: ['title', 'status', 'code', 'detail'],
  properties: {
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', description: 'For programs.' },
    detail: { type: 'string', description: 'For people: the cause.' },
    next: { type: 'string', description: 'For people: what to do now.' },
    approvalId: {
      type: 'string',
      description: 'The request that waits for a second person, when `code` is `needs-approval`.',
    },
  },
  additionalProperties: false,
}

/** What is served beside the catalogue: the document itself, and a stream. */
const besides = {
  '/openapi.json': {
    get: {
      operationId: 'openapi.get',
      summary: 'This document.',
      security: [],
      responses: {
        200: {
          description: 'OpenAPI 3.1.',
          content: { 'application/openapi+json': { schema: { type: 'object' } } },
        },
      },
    },
  },
  '/verification': {
    get: {
      operationId: 'verification.run',
      summary: 'Walks through everything that is kept; one JSON value a line.',
      responses: {
        200: {
          description: 'Progress, faults and a summary, as they come.',
          content: { 'application/jsonl': { schema: { type: 'string' } } },
        },
        default: { $ref: '#/components/responses/Problem' },
      },
    },
  },
}

function operationOf(verb: Verb): Json {
  const { id, summary, act } = verb
  const acts = act === 'anyone' || act === 'signed-in' ? [] : [act].flat()
  return {
    operationId: id,
    tags: [tagOf(verb)],
    summary,
    // Roles with these acts: docs/roles.md.
    'x-acts': acts,
    ...(act === 'anyone' ? { security: [] } : {}),
    parameters: [...parametersOf(verb), ...headersOf(verb)],
    ...(hasBody(verb) ? { requestBody: bodyOf(verb) } : {}),
    responses: responsesOf(verb),
  }
}

function tagOf({ id }: Verb): string {
  return id.slice(0, id.indexOf('.'))
}

function hasBody({ method }: Verb): boolean {
  return method === 'POST' || method === 'PUT' || method === 'PATCH'
}

function namesInPath({ path }: Verb): readonly string[] {
  return Array.from(path.matchAll(/\{(\w+)\}/g), ([, name = '']) => name)
}

function parametersOf(verb: Verb): readonly Json[] {
  const inPath = namesInPath(verb)
  const { properties, required } = fieldsOf(verb)
  return Object.entries(properties).flatMap(([name, schema]) => {
    const isInPath = inPath.includes(name)
    if (!isInPath && hasBody(verb)) return []
    return [
      {
        name,
        in: isInPath ? 'path' : 'query',
        required: isInPath || required.includes(name),
        schema,
      },
    ]
  })
}

function headersOf({ method, current, hasProgress }: Verb): readonly Json[] {
  if (method === 'GET') return [header('If-None-Match', 'The ETag that is known: 304 then.')]
  const always = [
    header('Idempotency-Key', 'The same key and the same call: done once.', idempotencyKeyMax),
    header('Tamar-Reason', 'Why, for the audit trail.', 1_024),
  ]
  if (hasProgress) always.push(header('Prefer', 'respond-async: the answer is the id of a task.'))
  if (current === undefined) return always
  return [
    ...always,
    { ...header('If-Match', 'The ETag of what is changed, or *.'), required: true },
  ]
}

function header(name: string, description: string, maxLength?: number): Json {
  const schema = { type: 'string', ...(maxLength === undefined ? {} : { maxLength }) }
  return { name, in: 'header', description, schema }
}

function bodyOf(verb: Verb): Json {
  const inPath = namesInPath(verb)
  const { properties, required } = fieldsOf(verb)
  const named = Object.entries(properties).filter(([name]) => !inPath.includes(name))
  const needed = required.filter((name) => !inPath.includes(name))
  const schema = {
    type: 'object',
    properties: Object.fromEntries(named),
    ...(needed.length === 0 ? {} : { required: needed }),
    additionalProperties: false,
  }
  return { required: needed.length > 0, content: { 'application/json': { schema } } }
}

function responsesOf({ status, output, example, method, hasProgress }: Verb): Json {
  // Lines of kind progress, and at the end one of kind answer or problem.
  const lines = hasProgress ? { 'application/jsonl': { schema: { type: 'string' } } } : {}
  const answer = { schema: schemaOf(output, 'output'), example }
  const content = { 'application/json': answer, ...lines }
  const headers =
    method === 'GET'
      ? { headers: { ETag: { description: 'RFC 9110 §8.8.3', schema: { type: 'string' } } } }
      : {}
  const answered = { [status]: { description: 'Done.', ...headers, content } }
  const problems = { default: { $ref: '#/components/responses/Problem' } }
  if (method === 'GET') return { ...answered, 304: { description: 'As known.' }, ...problems }
  return {
    ...answered,
    202: {
      description: hasProgress
        ? 'It waits for a second person, or goes on as a task; Location names it.'
        : 'It waits for a second person; Location names the request.',
      content: {
        'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
        ...(hasProgress ? { 'application/json': { schema: taskMade } } : {}),
      },
    },
    ...problems,
  }
}

const taskMade = {
  type: 'object',
  properties: { task: { type: 'string', format: 'uuid' } },
  required: ['task'],
}

interface Fields {
  readonly properties: Json
  readonly required: readonly string[]
}

function fieldsOf({ input }: Verb): Fields {
  const { properties = {}, required = [] } = schemaOf(input, 'input')
  // Made of a z.object: both are what JSON Schema says of one.
  return { properties: properties as Json, required: required as readonly string[] }
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return rest
}
