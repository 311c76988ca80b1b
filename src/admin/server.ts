/**
 * The API on a Unix socket that only the owner of the data directory can open: who shows no token
 * there is the machine's operator. Architecture D9, D13.
 */
import { chmod, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { fastify, type FastifyInstance } from 'fastify'
import { Refusal } from '../base/refusal.ts'
import { requestTimeoutMs } from './limits.ts'
import { addAdminRoutes, type AdminRoutesOptions, pathPartMax } from './routes.ts'
import { openSocketPath } from './socket-path.ts'

export interface AdminServerOptions extends Omit<AdminRoutesOptions, 'isLocal'> {
  readonly dataFolder: string
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

function createApp(options: AdminServerOptions): FastifyInstance {
  const app = fastify({
    logger: false,
    requestTimeout: requestTimeoutMs,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: pathPartMax },
  })
  addAdminRoutes(app, { ...options, isLocal: true })
  return app
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
