/**
 * Serves the catalogue under `/admin/v1`, on whatever server it is put: the local socket, or HTTPS.
 * Every verb goes one way: who calls, how often, may he, what does he say, is it still so, do it.
 */
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Log } from '../telemetry/log.ts'
import { CallRate } from './call-rate.ts'
import { catalogue } from './catalogue.ts'
import { callerOf } from './caller-of.ts'
import { streamExport } from './examination/export.ts'
import { bodyOctetsMax } from './limits.ts'
import { openApi } from './openapi.ts'
import { streamVerify } from './platform/verify.ts'
import type { AdminParts } from './ports.ts'
import { apiPrefix } from './prefix.ts'
import { problemFor } from './problem-for.ts'
import { type Problem, problem } from './problems.ts'
import { serveVerb } from './serve-verb.ts'
import { TaskRunner } from './task/task-runner.ts'
import { Turns } from './turns.ts'
import type { Method, Verb } from './verb.ts'

export interface AdminRoutesOptions {
  readonly parts: AdminParts
  readonly log: Log
  readonly version: string
  /** On the local socket who shows no token is the machine's operator. */
  readonly isLocal: boolean
}

/** An address has 254 characters (RFC 5321 §4.5.3.1.3); encoded, up to three times as many. */
export const pathPartMax = 1_024

const methods: readonly Method[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

/** What a request needs beside its own verb. */
export interface Service extends AdminRoutesOptions {
  readonly rate: CallRate
  /** Of changes under a condition. */
  readonly turns: Turns
  readonly tasks: TaskRunner
}

export function addAdminRoutes(app: FastifyInstance, options: AdminRoutesOptions): void {
  const { parts, log } = options
  const tasks = new TaskRunner(parts, {
    problemFor: (error) => problemFor(error, log, 'task'),
    onFault: (error) => log.error('a task could not be written down', error, { door: 'admin' }),
  })
  const service = { ...options, rate: new CallRate(parts.clock), turns: new Turns(), tasks }
  void app.register(
    async (api) => {
      addAnswersToFaults(api, options.log)
      for (const verb of catalogue) addVerb(api, verb, service)
      addDocument(api, service)
      streamVerify(api, service)
      streamExport(api, service)
      refuseOtherMethods(api)
    },
    { prefix: apiPrefix },
  )
}

function addVerb(api: FastifyInstance, verb: Verb, service: Service): void {
  api.route({
    method: verb.method,
    url: routeOf(verb.path),
    bodyLimit: verb.bodyOctetsMax ?? bodyOctetsMax,
    handler: (request, reply) => serveVerb(service, verb, request, reply),
  })
}

function addDocument(api: FastifyInstance, service: Service): void {
  const document = openApi(catalogue, service.version)
  api.get('/openapi.json', async (request, reply) => {
    await callerOf(service, request, 'anyone')
    return reply.type('application/openapi+json').send(document)
  })
}

/** RFC 9110 §15.5.6: the path is known, this method is not. */
function refuseOtherMethods(api: FastifyInstance): void {
  for (const [path, verbs] of Map.groupBy(catalogue, (verb) => routeOf(verb.path))) {
    const known = new Set(verbs.map((verb) => verb.method))
    const allow = [...known, ...(known.has('GET') ? ['HEAD'] : [])].join(', ')
    api.route({
      method: methods.filter((method) => !known.has(method)),
      url: path,
      handler: async (_request, reply) =>
        send(reply.header('allow', allow), problem(405, 'invalid', `Here one says ${allow}.`)),
    })
  }
}

/** `/people/{person}` as the router writes it. */
function routeOf(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1')
}

function addAnswersToFaults(api: FastifyInstance, log: Log): void {
  api.setNotFoundHandler(async (_request, reply) =>
    send(reply, problem(404, 'not-found', 'This version of Tamar does not know that.')),
  )
  api.setErrorHandler(async (error: Error, request, reply) =>
    send(reply, problemFor(error, log, request.routeOptions.url ?? 'none')),
  )
}

function send(reply: FastifyReply, said: Problem): FastifyReply {
  const { status, approvalId } = said
  // RFC 6750 §3
  if (status === 401) void reply.header('www-authenticate', 'Bearer')
  if (status === 429) void reply.header('retry-after', '60')
  if (status === 503) void reply.header('retry-after', '30')
  if (approvalId !== undefined)
    void reply.header('location', `${apiPrefix}/approvals/${approvalId}`)
  return reply.code(status).type('application/problem+json').send(said)
}
