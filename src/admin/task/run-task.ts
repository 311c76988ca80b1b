/**
 * A long act as a task: it has an id, says every second how far it is, and stops where it next says so
 * when somebody wants it to. What it was in the middle of is taken back with its transaction, or goes
 * on when it is asked for again; each verb says which.
 */
import type { Clock } from '../../base/clock.ts'
import { newId } from '../../base/id.ts'
import type { Database } from '../../db/types.ts'
import type { Keys } from '../../keys/types.ts'
import { taskAnswerOctetsMax, taskBeatMs } from '../limits.ts'
import type { Problem } from '../problems.ts'
import type { OnProgress } from '../progress.ts'
import { TaskCancelled } from './task-cancelled.ts'
import { beatTask, endTask, insertTask, type TaskFacts } from './rows.ts'

export interface TaskParts {
  readonly database: Database
  readonly keys: Pick<Keys, 'platform'>
  readonly clock: Clock
  readonly nodeId: string
  readonly problemFor: (error: unknown) => Problem
  readonly onFault: (error: unknown) => void
}

export interface NewTask {
  readonly what: string
  readonly personId: string | undefined
  readonly departmentId: string | undefined
  /** What it answers is shown once, and kept nowhere. */
  readonly isSecret: boolean
}

export interface RunningTask {
  readonly id: string
  /** Throws where the task is to stop. */
  readonly onProgress: OnProgress
  /** Runs the work to its end; what it throws is thrown on. */
  finish(work: () => Promise<unknown>): Promise<unknown>
}

export async function beginTask(parts: TaskParts, wanted: NewTask): Promise<RunningTask> {
  const { database, keys, clock, nodeId } = parts
  const { what, personId, departmentId } = wanted
  const id = newId(clock)
  const facts = { personId, departmentId }
  await insertTask(database, keys, { id, what, nodeId, begunAt: clock.now(), facts })
  const far = { done: 0, total: 0, isCancelWanted: false }
  return {
    id,
    onProgress: (done, total) => {
      far.done = done
      far.total = total
      if (far.isCancelWanted) throw new TaskCancelled()
    },
    finish: (work) => finish(parts, { id, far, facts, isSecret: wanted.isSecret }, work),
  }
}

interface Running {
  readonly id: string
  readonly far: { done: number; total: number; isCancelWanted: boolean }
  readonly facts: TaskFacts
  readonly isSecret: boolean
}

async function finish(
  parts: TaskParts,
  running: Running,
  work: () => Promise<unknown>,
): Promise<unknown> {
  const { database, clock, onFault } = parts
  const { id, far } = running
  let isBeating = false
  const beat = async () => {
    // A database that is slow is not asked twice at once.
    if (isBeating) return
    isBeating = true
    try {
      far.isCancelWanted = await beatTask(database, id, { ...far, at: clock.now() })
    } catch (error) {
      onFault(error)
    } finally {
      isBeating = false
    }
  }
  const timer = setInterval(() => void beat(), taskBeatMs).unref()
  try {
    const answer = await work()
    await end(parts, running, { state: 'done', answer: kept(running, answer) })
    return answer
  } catch (error) {
    const isCancelled = error instanceof TaskCancelled
    const problem = parts.problemFor(error)
    // Its own end is not worth losing what went wrong.
    await end(parts, running, { state: isCancelled ? 'cancelled' : 'failed', problem }).catch(
      onFault,
    )
    throw error
  } finally {
    clearInterval(timer)
  }
}

interface Ending {
  readonly state: 'done' | 'failed' | 'cancelled'
  readonly answer?: unknown
  readonly problem?: Problem
}

function end(
  { database, keys, clock }: TaskParts,
  { id, far, facts }: Running,
  { state, answer, problem }: Ending,
): Promise<void> {
  const at = clock.now()
  const { done, total } = far
  return endTask(database, keys, id, {
    state,
    done,
    total,
    at,
    facts: { ...facts, answer, problem },
  })
}

function kept({ isSecret }: Running, answer: unknown): unknown {
  if (isSecret || answer === undefined) return undefined
  return Buffer.byteLength(JSON.stringify(answer)) <= taskAnswerOctetsMax ? answer : undefined
}
