/**
 * The API of the command line, on a Unix socket that only the owner of the data directory can open.
 * Every verb asks the gate before it does anything. Architecture D9, D13.
 */
import { chmod, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { fastify, type FastifyInstance } from 'fastify'
import { isRefusal, Refusal } from '../base/refusal.ts'
import type { Log } from '../telemetry/log.ts'
import { addressVerbs } from './address/verbs.ts'
import { appPasswordVerbs } from './app-password/verbs.ts'
import { departmentVerbs } from './department/verbs.ts'
import { domainVerbs } from './domain/verbs.ts'
import { bodyOctetsMax, requestTimeoutMs } from './limits.ts'
import { listVerbs } from './list/verbs.ts'
import { passwordVerbs } from './password/verbs.ts'
import { personVerbs } from './person/verbs.ts'
import { platformVerbs } from './platform/verbs.ts'
import { streamVerify } from './platform/verify.ts'
import type { AdminPorts } from './ports.ts'
import { postVerbs } from './post/verbs.ts'
import { problem, problemOf } from './problems.ts'
import { sharedVerbs } from './shared/verbs.ts'
import { openSocketPath } from './socket-path.ts'
import type { Verb } from './verb.ts'

const verbs: readonly Verb[] = [
  ...departmentVerbs,
  ...domainVerbs,
  ...personVerbs,
  ...postVerbs,
  ...sharedVerbs,
  ...listVerbs,
  ...addressVerbs,
  ...passwordVerbs,
  ...appPasswordVerbs,
  ...platformVerbs,
]

export interface AdminServerOptions {
  readonly dataFolder: string
  readonly ports: AdminPorts
  readonly log: Log
}

/** Refusal('already-exists') when a running node has the socket. */
export async function createAdminServer(options: AdminServerOptions): Promise<AsyncDisposable> {
  const app = createApp(options)
  const socket = openSocketPath(options.dataFolder)
  try {
    await removeStale(socket.path, socket.shown)
    await listenAlone(app, socket.path)
  } catch (error) {
    socket[Symbol.dispose]()
    throw error
  }
  return {
    [Symbol.asyncDispose]: async () => {
      await app.close()
      socket[Symbol.dispose]()
    },
  }
}

function createApp({ ports, log }: AdminServerOptions): FastifyInstance {
  const app = fastify({
    logger: false,
    bodyLimit: bodyOctetsMax,
    requestTimeout: requestTimeoutMs,
    forceCloseConnections: true,
  })
  app.setNotFoundHandler(async (_request, reply) =>
    reply.code(404).send(problem(404, 'not-found', 'This version of Tamar does not know that.')),
  )
  app.setErrorHandler(async (error: Error & { statusCode?: number }, request, reply) => {
    const route = request.routeOptions.url ?? 'none'
    if (isRefusal(error)) {
      log.refused('administration refused', error, { door: 'admin', route })
      const said = problemOf(error)
      return reply.code(said.status).type('application/problem+json').send(said)
    }
    const status = error.statusCode ?? 500
    if (status >= 500) log.error('administration failed', error, { door: 'admin', route })
    const detail = status >= 500 ? 'A fault of Tamar; its log says more.' : 'The request is faulty.'
    return reply
      .code(status)
      .type('application/problem+json')
      .send(problem(status, 'fault', detail))
  })
  for (const verb of verbs) addVerb(app, verb, ports)
  streamVerify(app, ports)
  return app
}

function addVerb(app: FastifyInstance, verb: Verb, ports: AdminPorts): void {
  app.route({
    method: verb.method,
    url: verb.path,
    handler: async (request) => {
      ports.gate.permit(verb.act, {})
      const input = verb.input.safeParse(verb.method === 'GET' ? request.query : request.body)
      if (input.success) return verb.run(ports, input.data)
      const sentences = input.error.issues.map(({ path, message }) =>
        message.endsWith('.') ? message : `${path.join('.')}: ${message}.`,
      )
      throw new Refusal('invalid', { message: sentences.join(' ') })
    },
  })
}

/** A node that was killed leaves its socket behind; one that runs answers. */
async function removeStale(path: string, shown: string): Promise<void> {
  const answered = Promise.withResolvers<boolean>()
  const probe = connect(path, () => answered.resolve(true))
  probe.once('error', () => answered.resolve(false))
  const isAlive = await answered.promise
  probe.destroy()
  if (isAlive) {
    const message = `Another Tamar runs on this data directory: it answers at ${shown}.`
    throw new Refusal('already-exists', { message })
  }
  await rm(path, { force: true })
}

/** The socket is never open to others, not even between being bound and being closed to them. */
async function listenAlone(app: FastifyInstance, path: string): Promise<void> {
  await app.ready()
  const before = process.umask(0o177)
  try {
    await app.listen({ path })
  } finally {
    process.umask(before)
  }
  await chmod(path, 0o600)
}
