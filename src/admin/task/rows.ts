/** The table of tasks. */
import type { Millis } from '../../base/clock.ts'
import type { Database, Db, Tx } from '../../db/types.ts'
import type { Keys } from '../../keys/types.ts'
import type { Problem } from '../problems.ts'
import { expiryBatch, tableBuckets, tasksListedMax } from '../limits.ts'

export type TaskState = 'running' | 'done' | 'failed' | 'cancelled'

/** Stored sealed: add optional fields only. */
export interface TaskFacts {
  /** Undefined: the operator of the machine. */
  readonly personId?: string | undefined
  /** Whose department he is of, or of the thing it is about. */
  readonly departmentId?: string | undefined
  readonly answer?: unknown
  readonly problem?: Problem | undefined
}

export interface Task {
  readonly id: string
  /** The verb: `search.rebuild-all`. */
  readonly what: string
  readonly nodeId: string
  readonly state: TaskState
  readonly isCancelWanted: boolean
  readonly done: number
  /** 0: nobody knows. */
  readonly total: number
  readonly begunAt: Millis
  /** When its node last said that it goes on. */
  readonly beatAt: Millis
  readonly endedAt: Millis | undefined
  readonly facts: TaskFacts
}

type PlatformKeys = Pick<Keys, 'platform'>

export async function insertTask(
  database: Database,
  keys: PlatformKeys,
  task: Pick<Task, 'id' | 'what' | 'nodeId' | 'begunAt' | 'facts'>,
): Promise<void> {
  const { id, what, nodeId, begunAt, facts } = task
  await database.single({
    name: 'admin.begin-task',
    text: `INSERT INTO task (bucket, task_id, what, node_id, state, begun_at, beat_at, sealed)
      VALUES ($1, $2, $3, $4, 'running', $5, $5, $6)`,
    values: [bucketOf(id), id, what, nodeId, begunAt, seal(keys, id, facts)],
  })
}

/** Says how far it is. @returns whether somebody wants it to stop. */
export async function beatTask(
  database: Database,
  id: string,
  { done, total, at }: { readonly done: number; readonly total: number; readonly at: Millis },
): Promise<boolean> {
  const [row] = await database.single<{ is_cancel_wanted: boolean }>({
    name: 'admin.beat-task',
    text: `UPDATE task SET done = $3, total = $4, beat_at = $5
      WHERE bucket = $1 AND task_id = $2 RETURNING is_cancel_wanted`,
    values: [bucketOf(id), id, done, total, at],
  })
  return row?.is_cancel_wanted === true
}

export interface TaskEnd {
  readonly state: Exclude<TaskState, 'running'>
  readonly done: number
  readonly total: number
  readonly at: Millis
  readonly facts: TaskFacts
}

export async function endTask(
  database: Database,
  keys: PlatformKeys,
  id: string,
  { state, done, total, at, facts }: TaskEnd,
): Promise<void> {
  await database.single({
    name: 'admin.end-task',
    text: `UPDATE task SET state = $3, done = $4, total = $5, beat_at = $6, ended_at = $6,
      sealed = $7 WHERE bucket = $1 AND task_id = $2 AND state = 'running'`,
    values: [bucketOf(id), id, state, done, total, at, seal(keys, id, facts)],
  })
}

/** @returns false when it has ended already. */
export async function wantCancelled(tx: Tx, id: string): Promise<boolean> {
  const row = await tx.row<{ task_id: string }>({
    name: 'admin.cancel-task',
    text: `UPDATE task SET is_cancel_wanted = true
      WHERE bucket = $1 AND task_id = $2 AND state = 'running' RETURNING task_id`,
    values: [bucketOf(id), id],
  })
  return row !== undefined
}

interface TaskRow {
  readonly task_id: string
  readonly what: string
  readonly node_id: string
  readonly state: TaskState
  readonly is_cancel_wanted: boolean
  readonly done: number
  readonly total: number
  readonly begun_at: number
  readonly beat_at: number
  readonly ended_at: number | null
  readonly sealed: Buffer
}

const columns = `task_id, what, node_id, state, is_cancel_wanted, done, total, begun_at, beat_at,
  ended_at, sealed`

/** The newest first, at most so many. */
export async function listTasks(db: Db, keys: PlatformKeys): Promise<readonly Task[]> {
  const rows = await db.rows<TaskRow>({
    name: 'admin.list-tasks',
    text: `SELECT ${columns} FROM task ORDER BY begun_at DESC, task_id LIMIT ${tasksListedMax}`,
  })
  return rows.map((row) => taskOf(keys, row))
}

export async function findTask(db: Db, keys: PlatformKeys, id: string): Promise<Task | undefined> {
  const row = await db.row<TaskRow>({
    name: 'admin.find-task',
    text: `SELECT ${columns} FROM task WHERE bucket = $1 AND task_id = $2`,
    values: [bucketOf(id), id],
  })
  return row && taskOf(keys, row)
}

/** @returns how many rows went. */
export async function expireTasks(database: Database, before: Millis): Promise<number> {
  let removed = 0
  for (let bucket = 0; bucket < tableBuckets; bucket++)
    for (let some = expiryBatch; some === expiryBatch; removed += some)
      some = await database.transaction((tx) =>
        tx.execute({
          name: 'admin.expire-tasks',
          text: `DELETE FROM task WHERE bucket = $1 AND task_id IN (
            SELECT task_id FROM task WHERE bucket = $1 AND beat_at < $2 LIMIT $3)`,
          values: [bucket, before, expiryBatch],
        }),
      )
  return removed
}

function taskOf(keys: PlatformKeys, row: TaskRow): Task {
  const octets = keys.platform.open(placeOf(row.task_id), row.sealed)
  return {
    id: row.task_id,
    what: row.what,
    nodeId: row.node_id,
    state: row.state,
    isCancelWanted: row.is_cancel_wanted,
    done: row.done,
    total: row.total,
    begunAt: row.begun_at,
    beatAt: row.beat_at,
    endedAt: row.ended_at ?? undefined,
    // Sealed by us in `seal`.
    facts: JSON.parse(octets.toString()) as TaskFacts,
  }
}

function seal(keys: PlatformKeys, id: string, facts: TaskFacts): Buffer {
  return keys.platform.seal(placeOf(id), Buffer.from(JSON.stringify(facts)))
}

function placeOf(id: string): { readonly object: string; readonly field: string } {
  return { object: id, field: 'task.sealed' }
}

/** The last digits of an id are random. RFC 9562 §5.7. */
function bucketOf(id: string): number {
  return Number.parseInt(id.slice(-2), 16) % tableBuckets
}
