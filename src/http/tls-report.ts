/** Reports of TLS with our servers, posted by whoever sent us mail. Nobody says who he is. RFC 8460 §5.4. */
import type { FastifyInstance } from 'fastify'
import type { Clock } from '../base/clock.ts'
import { Refusal } from '../base/refusal.ts'
import { peerKey, plainAddress } from '../net/peer-address.ts'
import { RateLimit } from '../net/rate-limit.ts'
import { reportOctetsMax, reportsAtOnce, reportsPerSecond } from './limits.ts'

/** Named in the record at `_smtp._tls`, so that nobody looks for it elsewhere. */
export const tlsReportPath = '/reports/tls'

export interface TlsReports {
  readonly clock: Clock
  /** Whether any is taken this way. */
  readonly isOpen: () => boolean
  /** @throws Refusal when it is none */
  readonly take: (octets: Buffer) => Promise<void>
}

const types = ['application/tlsrpt+gzip', 'application/tlsrpt+json']

export function addTlsReports(app: FastifyInstance, { clock, isOpen, take }: TlsReports): void {
  const rate = new RateLimit(clock, { perSecond: reportsPerSecond, burst: reportsAtOnce })
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser(types, { parseAs: 'buffer' }, (_request, body, done) => {
      done(null, body)
    })
    scope.post(
      tlsReportPath,
      {
        bodyLimit: reportOctetsMax,
        // Before anything of the body is read.
        onRequest: async ({ ip }, reply) => {
          if (!isOpen()) return reply.callNotFound()
          if (!rate.take(peerKey(plainAddress(ip))))
            throw new Refusal('throttled', { what: 'report' })
        },
      },
      async ({ body }, reply) => {
        if (!Buffer.isBuffer(body)) throw new Refusal('invalid', { what: 'report' })
        await take(body)
        return reply.code(200).send()
      },
    )
  })
}
