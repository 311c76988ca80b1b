/** What a stranger hears when something goes wrong: a status and a title, never a cause. RFC 9457. */
import type { FastifyError, FastifyInstance } from 'fastify'
import { isRefusal } from '../base/refusal.ts'
import type { Log } from '../telemetry/log.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { html } from './html.ts'
import { both, makePage, sendPage } from './page.ts'
import { statusOf } from './refusals.ts'

export function addErrorHandlers(app: FastifyInstance, log: Log, metrics: Metrics): void {
  app.setNotFoundHandler(async (request, reply) =>
    wantsPage(request.headers.accept)
      ? sendPage(reply, 404, notFoundPage)
      : reply.code(404).type('application/problem+json').send({ title: 'Not found', status: 404 }),
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

/** A browser names HTML; programs that take anything get what they can read (RFC 9110 §12.5.1). */
function wantsPage(accept: string | undefined): boolean {
  return accept !== undefined && /\btext\/html\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i.test(accept)
}

const notFoundPage = makePage({ en: 'Not found', zh: '找不到網頁' }, [
  html`<p>${both('There is no page at this address.', '此網址沒有網頁。')}</p>
    <p><a href="/">${both('To the front page', '返回主頁')}</a></p>`,
])
