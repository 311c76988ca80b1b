/** How the first process of a node comes by the metrics of the others: it asks, they answer. */
import type { Worker } from 'node:cluster'
import { z } from 'zod'
import { secondMs } from '../base/clock.ts'
import { keepCounts, type ProcessMetrics } from '../telemetry/process-sums.ts'

/** A process that does not answer in time stands with what it said last. */
const answerTimeoutMs = 2 * secondMs

const questionSchema = z.object({ asksMetrics: z.number() })
const answerSchema = z.object({ answersMetrics: z.number(), metrics: z.array(z.any()) })

/** In a worker. */
export function answerMetrics(read: () => Promise<ProcessMetrics>): void {
  process.on('message', (message) => {
    const question = questionSchema.safeParse(message)
    if (!question.success) return
    const answersMetrics = question.data.asksMetrics
    // The first process may have gone meanwhile; then this one is about to end, too.
    void read().then((metrics) => process.connected && process.send?.({ answersMetrics, metrics }))
  })
}

/** In the first process. */
export class WorkerMetrics {
  readonly #last = new Map<Worker, ProcessMetrics>()
  /** Of workers that ended, as far as they had said. */
  #past: ProcessMetrics = []
  #asked = 0

  add(worker: Worker): void {
    this.#last.set(worker, [])
  }

  async remove(worker: Worker): Promise<void> {
    const last = this.#last.get(worker)
    this.#last.delete(worker)
    if (last !== undefined) this.#past = await keepCounts([this.#past, last])
  }

  async read(): Promise<readonly ProcessMetrics[]> {
    const workers = [...this.#last.keys()]
    await Promise.all(workers.map((worker) => this.#ask(worker)))
    return [this.#past, ...this.#last.values()]
  }

  async #ask(worker: Worker): Promise<void> {
    const number = ++this.#asked
    const { promise, resolve } = Promise.withResolvers<void>()
    const hear = (message: unknown) => {
      const answer = answerSchema.safeParse(message)
      if (!answer.success || answer.data.answersMetrics !== number) return
      // Our own worker's registry, as its JSON.
      if (this.#last.has(worker)) this.#last.set(worker, answer.data.metrics as ProcessMetrics)
      resolve()
    }
    const timer = setTimeout(resolve, answerTimeoutMs).unref()
    worker.on('message', hear)
    try {
      if (worker.isConnected()) worker.send({ asksMetrics: number })
      else resolve()
      await promise
    } finally {
      clearTimeout(timer)
      worker.off('message', hear)
    }
  }
}
