/**
 * Packs texts for search behind deliveries, a minute at a time: most rounds find nothing to do, and
 * a mailbox that was just filled is searchable in packs soon. Architecture D8.
 */
import { minuteMs, secondMs } from '../base/clock.ts'
import type { Platform } from './platform.ts'

/** What two nodes pack at once only one commits: each may do it. */
export function startTextPacking({ store, telemetry }: Pick<Platform, 'store' | 'telemetry'>) {
  const stopping = new AbortController()
  let running: Promise<void> | undefined
  const due = async (): Promise<void> => {
    try {
      await store.packDue(stopping.signal)
    } catch (error) {
      telemetry.log.error('packing mailboxes failed', error, {})
    }
  }
  const round = async (): Promise<void> => {
    try {
      await store.packTexts(stopping.signal)
    } catch (error) {
      telemetry.log.error('packing texts failed', error, {})
    }
  }
  const start = (work: () => Promise<void>): void => {
    running ??= work().finally(() => {
      running = undefined
    })
  }
  const timers = [
    setInterval(() => start(round), minuteMs).unref(),
    setInterval(() => start(due), 2 * secondMs).unref(),
  ]
  return {
    async [Symbol.asyncDispose](): Promise<void> {
      for (const timer of timers) clearInterval(timer)
      stopping.abort()
      await running
    },
  } satisfies AsyncDisposable
}
