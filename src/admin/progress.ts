/**
 * A long call that says how far it is: JSON lines for who asks for them (Accept: application/jsonl),
 * the last of which is the answer or the problem.
 */
import { PassThrough } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../base/clock.ts'
import { progressEveryMs } from './limits.ts'
import type { Problem } from './problems.ts'

export type OnProgress = (done: number, total: number) => void

export function wantsProgress(request: FastifyRequest): boolean {
  return request.headers.accept?.includes('application/jsonl') === true
}

/** RFC 7240 §4.1: the caller does not wait; the task says how it ends. */
export function wantsTask(request: FastifyRequest): boolean {
  const field = request.headers['prefer']
  return typeof field === 'string' && /(^|[,;\s])respond-async($|[,;\s])/i.test(field)
}

export class ProgressLines {
  readonly #stream = new PassThrough()
  readonly #clock: Clock
  #saidAt = -Infinity

  constructor(clock: Clock) {
    this.#clock = clock
  }

  readonly onProgress: OnProgress = (done, total) => {
    const now = this.#clock.now()
    if (now - this.#saidAt < progressEveryMs) return
    this.#saidAt = now
    this.#say({ kind: 'progress', done, total })
  }

  /** The answer goes on while `work` does. */
  send(
    reply: FastifyReply,
    work: Promise<unknown>,
    problemFor: (error: unknown) => Problem,
  ): FastifyReply {
    void work
      .then(
        (answer) => this.#say({ kind: 'answer', answer }),
        (error: unknown) => this.#say({ kind: 'problem', problem: problemFor(error) }),
      )
      .finally(() => this.#stream.end())
    return reply.type('application/jsonl').send(this.#stream)
  }

  #say(line: object): void {
    this.#stream.write(`${JSON.stringify(line)}\n`)
  }
}
