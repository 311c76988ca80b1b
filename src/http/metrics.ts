/** `/metrics` in Prometheus' text format, for those addresses that may read it. */
import type { FastifyInstance } from 'fastify'
import type { Registry } from 'prom-client'

export interface MetricsAccess {
  readonly registry: Registry
  /** Counts of a government's mail are nobody else's business. */
  readonly mayRead: (remoteAddress: string) => boolean
}

export function addMetrics(app: FastifyInstance, { registry, mayRead }: MetricsAccess): void {
  app.get('/metrics', async (request, reply) => {
    if (!mayRead(request.ip)) return reply.callNotFound()
    return reply.type(registry.contentType).send(await registry.metrics())
  })
}
