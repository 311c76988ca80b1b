/**
 * Packs texts for search behind deliveries, a minute at a time: most rounds find nothing to do, and
 * a mailbox that was just filled is searchable in packs soon. Architecture D8.
 */
import { minuteMs, secondMs } from '../base/clock.ts'
import type { Platform } from './platform.ts'

/** What two nodes pack at once only one commits: each may do it. */
export function startTextPacking({
  store,
  telemetry,
  pdfs,
}: Pick<Platform, 'store' | 'telemetry' | 'pdfs'>) {
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
  let reading: Promise<void> | undefined
  const readDocuments = async (): Promise<void> => {
    try {
      while (!stopping.signal.aborted && (await store.readDocuments(pdfs.forSearch)) > 0);
    } catch (error) {
      telemetry.log.error('reading documents for search failed', error, {})
    }
  }
  const read = (work: () => Promise<void>): void => {
    reading ??= work().finally(() => {
      reading = undefined
    })
  }
  // What an older version folded, once.
  read(() =>
    store
      .renewDocuments()
      .catch((error: unknown) =>
        telemetry.log.error('reading documents for search failed', error, {}),
      ),
  )
  const timers = [
    setInterval(() => read(readDocuments), secondMs).unref(),
    setInterval(() => start(round), minuteMs).unref(),
    setInterval(() => start(due), 2 * secondMs).unref(),
  ]
  return {
    async [Symbol.asyncDispose](): Promise<void> {
      for (const timer of timers) clearInterval(timer)
      stopping.abort()
      await Promise.all([running, reading])
    },
  } satisfies AsyncDisposable
}
