/** Begins the tasks of one server, not too many at a time. */
import { Refusal } from '../../base/refusal.ts'
import { tasksRunningMax } from '../limits.ts'
import type { AdminParts } from '../ports.ts'
import type { Caller } from '../callers.ts'
import { beginTask, type RunningTask, type TaskParts } from './run-task.ts'

export class TaskRunner {
  readonly #parts: TaskParts
  #running = 0

  constructor({ database, clock, nodeId, writing }: AdminParts, rest: Faults) {
    const { keys } = writing
    this.#parts = { database, clock, nodeId, keys, ...rest }
  }

  /** Refusal('too-busy') */
  async begin(
    { id: what, isSecret }: { readonly id: string; readonly isSecret: boolean },
    { personId, departmentId }: Pick<Caller, 'personId' | 'departmentId'>,
  ): Promise<RunningTask> {
    if (this.#running >= tasksRunningMax)
      throw new Refusal('too-busy', {
        message: 'Too many long acts run already: see tamar task list.',
      })
    this.#running++
    try {
      const task = await beginTask(this.#parts, { what, personId, departmentId, isSecret })
      return { ...task, finish: (work) => task.finish(work).finally(() => void this.#running--) }
    } catch (error) {
      this.#running--
      throw error
    }
  }
}

type Faults = Pick<TaskParts, 'problemFor' | 'onFault'>
