/** From whatever was thrown to what the caller hears; what is our fault is logged whole. */
import { isRefusal } from '../base/refusal.ts'
import type { Log } from '../telemetry/log.ts'
import { CallFault } from './call-fault.ts'
import { TaskCancelled } from './task/task-cancelled.ts'
import { type Problem, problem, problemOf } from './problems.ts'

export function problemFor(error: unknown, log: Log, route: string): Problem {
  if (isRefusal(error)) {
    log.refused('administration refused', error, { door: 'admin', route })
    return problemOf(error)
  }
  if (error instanceof CallFault) {
    const { status, detail, next } = error.answer
    return problem(status, error.code, detail, next)
  }
  if (error instanceof TaskCancelled)
    return problem(
      409,
      'cancelled',
      'It was cancelled. What it had begun is taken back, or goes on when it is asked for again.',
    )
  const status = statusIn(error)
  if (status >= 500) log.error('administration failed', error, { door: 'admin', route })
  const detail = status >= 500 ? 'A fault of Tamar; its log says more.' : faultyOf(status)
  return problem(status, 'fault', detail)
}

/** fastify says with it what was wrong with a request before a verb saw it. */
function statusIn(error: unknown): number {
  const has = error instanceof Error && 'statusCode' in error
  return has && typeof error.statusCode === 'number' ? error.statusCode : 500
}

function faultyOf(status: number): string {
  if (status === 413) return 'It is larger than the limit.'
  if (status === 415) return 'A body is JSON: application/json.'
  return 'The request is faulty: its body is not JSON, or not what its header says.'
}
