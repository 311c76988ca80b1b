/** Has a report read in a thread of its own, one after the other, each with its bounds of memory and time. */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Millis } from '../../base/clock.ts'
import { Refusal } from '../../base/refusal.ts'
import { heapMibMax, readWithinMs, waitingMax } from './limits.ts'
import { ReportFault, type ReadReport, type ReportFaultCode, type ReportKind } from './types.ts'

export interface ReadingOrder {
  readonly kind: ReportKind
  /** As they came. */
  readonly octets: Uint8Array
  readonly now: Millis
}

export type ReadingAnswer =
  | { readonly reports: readonly ReadReport[] }
  /** Why it is none. */
  | { readonly fault: ReportFaultCode }

export class ReportReader {
  #last: Promise<unknown> = Promise.resolve()
  #waiting = 0

  /** @throws ReportFault; Refusal('too-busy') */
  async read(order: ReadingOrder): Promise<readonly ReadReport[]> {
    if (this.#waiting >= waitingMax) throw new Refusal('too-busy', { what: 'reports' })
    this.#waiting += 1
    const turn = this.#last.then(() => readIn(order))
    // Whoever comes next waits for its end, however it ends.
    this.#last = turn.catch(() => undefined)
    try {
      return await turn
    } finally {
      this.#waiting -= 1
    }
  }
}

async function readIn(order: ReadingOrder): Promise<readonly ReadReport[]> {
  const thread = new Worker(new URL('reading-thread.ts', import.meta.url), {
    workerData: order,
    resourceLimits: { maxOldGenerationSizeMb: heapMibMax },
  })
  const timer = setTimeout(() => void thread.terminate(), readWithinMs)
  try {
    // An error of the thread, memory that ran out among them, rejects this.
    const [answer] = (await Promise.race([
      once(thread, 'message'),
      once(thread, 'exit').then(() => [{ fault: 'too-slow' as const }]),
    ])) as [ReadingAnswer]
    if ('fault' in answer) throw new ReportFault(answer.fault)
    return answer.reports
  } catch (error) {
    if (isOutOfMemory(error)) throw new ReportFault('too-much-memory', { cause: error })
    throw error
  } finally {
    clearTimeout(timer)
    await thread.terminate()
  }
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
}
