/**
 * Liveness and readiness. Live: the process answers. Ready: it reaches what it needs, so that a load
 * balancer may send it work. Says names of checks only, never causes: anybody may ask.
 */
import type { FastifyInstance } from 'fastify'
import { isRefusal } from '../base/refusal.ts'
import type { Log } from '../telemetry/log.ts'
import { checkTimeoutMs } from './limits.ts'

/** Resolves when all is well, rejects when not. */
export type Check = (signal: AbortSignal) => Promise<void>

/** `database`, `keys`, `store`: what the composition root can look at. */
export type Checks = Readonly<Record<string, Check>>

export function addHealth(app: FastifyInstance, checks: Checks, log: Log): void {
  app.get('/health/live', async () => ({ status: 'live' }))
  app.get('/health/ready', async (_request, reply) => {
    const results = await Promise.all(
      Object.entries(checks).map(async ([name, check]) => [name, await runCheck(name, check, log)]),
    )
    const isReady = results.every(([, result]) => result === 'ok')
    return reply
      .code(isReady ? 200 : 503)
      .send({ status: isReady ? 'ready' : 'not-ready', checks: Object.fromEntries(results) })
  })
}

async function runCheck(name: string, check: Check, log: Log): Promise<'ok' | 'failed'> {
  const signal = AbortSignal.timeout(checkTimeoutMs)
  const late = Promise.withResolvers<never>()
  // The signal's reason is a DOMException: an Error.
  const onLate = () => late.reject(signal.reason as Error)
  signal.addEventListener('abort', onLate)
  try {
    await Promise.race([check(signal), late.promise])
    return 'ok'
  } catch (error) {
    // A node that is drained is not ready by somebody's wish: no fault.
    if (!isRefusal(error, 'too-busy')) log.error('readiness check failed', error, { what: name })
    return 'failed'
  } finally {
    signal.removeEventListener('abort', onLate)
  }
}
