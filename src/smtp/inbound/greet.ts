/** The greeting. RFC 5321 §3.1 and §4.3.1. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Session } from './types.ts'

/**
 * A client that talks before it is greeted is tolerated, counted among its errors and logged; it is
 * only seen where a delay is set.
 */
export async function greet(session: Session): Promise<void> {
  const { hostname, limits, telemetry } = session.services
  if (limits.greetingDelayMs > 0) {
    const quiet = new AbortController()
    const waited = delay(limits.greetingDelayMs, false, { signal: quiet.signal })
    // Aborted below when the peer was faster.
    const spoke = await Promise.race([session.more(), waited.catch(() => false)])
    quiet.abort()
    if (spoke) {
      session.errors++
      telemetry?.log.info('smtp early talker', { sessionId: session.id })
    }
  }
  session.say({ code: 220, text: `${hostname} ESMTP` })
}
