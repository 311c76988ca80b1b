/**
 * Packs texts for search behind deliveries, a minute at a time: most rounds find nothing to do, and
 * a mailbox that was just filled is searchable in packs soon. Architecture D8.
 */
import { minuteMs } from '../base/clock.ts'
import type { Platform } from './platform.ts'

/** What two nodes pack at once only one commits: each may do it. */
export function startTextPacking({ store, telemetry }: Pick<Platform, 'store' | 'telemetry'>) {
  const stopping = new AbortController()
  let running: Promise<void> | undefined
  const round = async (): Promise<void> => {
    try {
      await store.packTexts(stopping.signal)
    } catch (error) {
      telemetry.log.error('packing texts failed', error, {})
    }
  }
  const timer = setInterval(() => {
    running ??= round().finally(() => {
      running = undefined
    })
  }, minuteMs).unref()
  return {
    async [Symbol.asyncDispose](): Promise<void> {
      clearInterval(timer)
      stopping.abort()
      await running
    },
  } satisfies AsyncDisposable
}
