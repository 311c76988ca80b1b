/**
 * Header fields on every response: nothing is run, framed, sniffed or passed on that we did not send
 * ourselves. RFC 6797 (HSTS), CSP Level 3.
 */
import { isIP } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { strictTransportSeconds } from './limits.ts'

/** `formTargets`: where else the answer to a form may lead; a browser follows it nowhere else. */
export function contentPolicy(formTargets: readonly string[] = []): string {
  return [
    "default-src 'none'",
    "style-src 'self'",
    ["form-action 'self'", ...formTargets].join(' '),
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ')
}

const policy = contentPolicy()

export function addSecurityHeaders(app: FastifyInstance, hostname: string): void {
  // A browser keeps the promise for every port of the name: never make it for `localhost`.
  const promise =
    hostname === 'localhost' || isIP(hostname) !== 0
      ? undefined
      : `max-age=${strictTransportSeconds}`
  app.addHook('onSend', async (_request, reply) => {
    // A route that says its own policy has thought about it.
    if (!reply.hasHeader('content-security-policy'))
      void reply.header('content-security-policy', policy)
    if (!reply.hasHeader('x-frame-options')) void reply.header('x-frame-options', 'DENY')
    void reply.headers({
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'permissions-policy': 'camera=(), geolocation=(), microphone=()',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    })
    if (promise !== undefined) void reply.header('strict-transport-security', promise)
    if (!reply.hasHeader('cache-control')) void reply.header('cache-control', 'no-store')
  })
}
