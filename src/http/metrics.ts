/** `/metrics` in Prometheus' text format, for those addresses that may read it. */
import type { FastifyInstance } from 'fastify'
import { Registry } from 'prom-client'

export interface MetricsAccess {
  /** Of the whole node. */
  readonly read: () => Promise<string>
  /** Counts of a government's mail are nobody else's business. */
  readonly mayRead: (remoteAddress: string) => boolean
}

export function addMetrics(app: FastifyInstance, { read, mayRead }: MetricsAccess): void {
  app.get('/metrics', async (request, reply) => {
    if (!mayRead(request.ip)) return reply.callNotFound()
    return reply.type(Registry.PROMETHEUS_CONTENT_TYPE).send(await read())
  })
}
