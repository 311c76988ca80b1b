/** What a stranger hears when something goes wrong: a status and a title, never a cause. RFC 9457. */
import type { FastifyError, FastifyInstance } from 'fastify'
import { isRefusal } from '../base/refusal.ts'
import type { Log } from '../telemetry/log.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { statusOf } from './refusals.ts'

export function addErrorHandlers(app: FastifyInstance, log: Log, metrics: Metrics): void {
  app.setNotFoundHandler(async (_request, reply) =>
    reply.code(404).type('application/problem+json').send({ title: 'Not found', status: 404 }),
  )
  app.setErrorHandler(async (error: FastifyError, request, reply) => {
    const route = request.routeOptions.url ?? 'none'
    const status = isRefusal(error) ? statusOf(error.code) : (error.statusCode ?? 500)
    if (isRefusal(error)) {
      log.refused('request refused', error, { door: 'http', route })
      metrics.refusals.inc({ door: 'http', code: error.code })
    } else if (status >= 500) {
      log.error('request failed', error, { door: 'http', route })
      metrics.faults.inc({ door: 'http' })
    }
    const title = status >= 500 ? 'Try again later' : 'The request cannot be served'
    return reply.code(status).type('application/problem+json').send({ title, status })
  })
}
