/** Tasks: long acts with an id, how far they are, how they ended; and to stop one. */
import { z } from 'zod'
import { Refusal } from '../../base/refusal.ts'
import { exampleId, id, millis, millisOrNull } from '../fields.ts'
import { taskLostMs } from '../limits.ts'
import type { AdminPorts } from '../ports.ts'
import { changing, listing, reading, type Verb, write } from '../verb.ts'
import { findTask, listTasks, wantCancelled, type Task } from './rows.ts'

const task = z.strictObject({
  id,
  /** The verb that it does. */
  what: z.string(),
  /** `lost`: its node has not been heard of; what it did is as if it had been interrupted. */
  state: z.enum(['running', 'done', 'failed', 'cancelled', 'lost']),
  isCancelWanted: z.boolean(),
  done: z.int(),
  /** Null: nobody knows how much there is. */
  total: z.int().nullable(),
  node: z.string(),
  begunAt: millis,
  endedAt: millisOrNull,
  /** Null for who does not see people. */
  by: z.string().nullable(),
  /** What it answered: to who began it. */
  answer: z.record(z.string(), z.unknown()).nullable(),
  /** What went wrong: to who began it. */
  problem: z.string().nullable(),
})
const example = {
  id: exampleId,
  what: 'search.rebuild-all',
  state: 'running',
  isCancelWanted: false,
  done: 812,
  total: 10_240,
  node: 'node-1',
  begunAt: 1_767_225_600_000,
  endedAt: null,
  by: null,
  answer: null,
  problem: null,
} as const
const which = z.uuid('The id of a task is a UUID: see tamar task list.')
const acts = ['task.read', 'task.cancel'] as const

const list = listing({
  id: 'tasks.list',
  path: '/tasks',
  act: 'task.read',
  summary: 'Long acts that run or ran within a month: the caller’s own, and those in his care.',
  input: z.object({}),
  item: task,
  example,
  run: async (ports) => {
    const tasks = await listTasks(ports.database, ports.writing.keys)
    return tasks.filter((one) => isSeen(ports, one)).map((one) => viewOf(ports, one))
  },
})

const get = reading({
  id: 'tasks.get',
  path: '/tasks/{task}',
  act: acts,
  summary: 'One long act: how far it is, or how it ended.',
  input: z.object({ task: which }),
  output: task,
  example,
  run: async (ports, input) => viewOf(ports, await getTask(ports, input.task)),
})

const cancel = changing({
  id: 'tasks.cancel',
  path: '/tasks/{task}/cancellation',
  act: 'task.cancel',
  summary:
    'Asks a task to stop: within seconds, where it can. What it had begun is taken back or goes on later.',
  input: z.object({ task: which }),
  output: task,
  example: { ...example, isCancelWanted: true },
  run: async (ports, input) => {
    const { id: objectId, what, facts } = await getTask(ports, input.task)
    const { departmentId } = facts
    const act = 'task.cancel'
    const object = { objectId, ...(departmentId === undefined ? {} : { departmentId }) }
    await write(ports, async (tx) => {
      const granted = await ports.writing.requireGrant(tx, { act, object, input: { what } })
      if (!(await wantCancelled(tx, objectId)))
        throw new Refusal('already-exists', { message: 'It has ended already.' })
      const entry = { kind: 'privilege', act, ...object } as const
      await ports.audit.record(tx, { ...entry, ...ports.actor, ...granted })
    })
    return viewOf(ports, await getTask(ports, objectId))
  },
})

async function getTask(ports: AdminPorts, wanted: string): Promise<Task> {
  const found = await findTask(ports.database, ports.writing.keys, wanted.toLowerCase())
  if (found !== undefined && isSeen(ports, found)) return found
  throw new Refusal('not-found', { field: 'task', message: 'There is no such task.' })
}

function isMine({ caller }: AdminPorts, { facts }: Task): boolean {
  return facts.personId === caller.personId
}

/** What somebody of the operation began is the operation’s, and everybody’s whose care has no end. */
function isSeen(ports: AdminPorts, one: Task): boolean {
  if (isMine(ports, one)) return true
  const reach = ports.gate.reachOf('task.read') ?? ports.gate.reachOf('task.cancel')
  if (reach?.isAll === true) return true
  const { departmentId } = one.facts
  return departmentId !== undefined && reach?.departments.has(departmentId) === true
}

function viewOf(ports: AdminPorts, one: Task): z.input<typeof task> {
  const { id: taskId, what, state, isCancelWanted, done, total, nodeId: node, facts } = one
  const isLost = state === 'running' && ports.clock.now() - one.beatAt > taskLostMs
  const mine = isMine(ports, one)
  // An operator sees no person; an answer may name many.
  const seesPeople = mine || ports.gate.reachOf('directory.read') !== undefined
  const by = facts.personId === undefined ? 'the operator' : ports.nameOf.person(facts.personId)
  return {
    id: taskId,
    what,
    state: isLost ? 'lost' : state,
    isCancelWanted,
    done,
    total: total === 0 ? null : total,
    node,
    begunAt: one.begunAt,
    endedAt: one.endedAt ?? null,
    by: seesPeople ? by : null,
    answer: mine && isObject(facts.answer) ? facts.answer : null,
    problem: mine ? (facts.problem?.detail ?? null) : null,
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export const taskVerbs: readonly Verb[] = [list, get, cancel]
