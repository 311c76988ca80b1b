/**
 * `workers`: several processes of one node on one machine. The first process has the database, the
 * HTTPS door, the queue and the admin socket; the others serve mail on listeners they share. They
 * share nothing else but PostgreSQL and the object store; one that dies is replaced.
 */
import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import type { DatabaseOptions } from '../db/database.ts'
import type { AuditReach } from './audit/audit-place.ts'
import type { Config } from './config.ts'
import type { DataFolder } from './data-folder.ts'
import type { ProcessMetrics } from '../telemetry/process-sums.ts'
import type { Doors } from './doors.ts'
import { WorkerMetrics } from './worker-metrics.ts'

/** What a worker needs to know before it can open its own ground. */
export interface WorkerOrder {
  readonly connection: DatabaseOptions
  readonly nodeId: string
  readonly audit: AuditReach
}

export interface WorkerReport {
  readonly listeners: Doors['listeners']
}

/** A worker that cannot stay up is not started again in a tight circle. */
const restartDelayMs = 500

/** What the first process still does itself. */
export function firstProcessConfig(config: Config): Config {
  if (config.workers === 1) return config
  const mail = new Set(['smtp', 'submission', 'imap'])
  const roles = new Set([...config.roles].filter((role) => !mail.has(role)))
  return Object.freeze({ ...config, roles })
}

/** What a worker does: mail, and nothing that one process of a node must do alone. */
export function workerConfig(config: Config): Config {
  const alone = new Set(['http', 'worker'])
  const roles = new Set([...config.roles].filter((role) => !alone.has(role)))
  const { https: _, ...others } = config.listeners
  // They say where the first process's HTTPS door is, if it has one.
  const listeners = config.roles.has('http') ? config.listeners : others
  return Object.freeze({ ...config, roles, listeners })
}

/** The data folder of the node as a worker uses it: its lock is the first process's. */
export function workerFolder(root: string, nodeId: string): DataFolder {
  const at = (name: string) => `${root}/${name}`
  return {
    root,
    nodeId,
    database: at('pg'),
    certificates: at('tls'),
    adminSocket: at('admin.sock'),
    [Symbol.dispose]: () => undefined,
  }
}

/** In a worker: waits for its order. */
export async function receiveOrder(): Promise<WorkerOrder> {
  const [order] = (await once(process, 'message')) as [WorkerOrder]
  return order
}

export interface WorkerPool extends AsyncDisposable {
  readonly listeners: Doors['listeners']
  /** Of each worker, and of those it had before. */
  metrics(): Promise<readonly ProcessMetrics[]>
}

/** Resolves when every worker serves. */
export async function startWorkers(
  count: number,
  order: WorkerOrder,
  onRestart: (worker: number) => void,
): Promise<WorkerPool> {
  const pool = new ProcessPool(order, onRestart)
  const reports = await Promise.all(Array.from({ length: count }, (_, at) => pool.start(at + 1)))
  return Object.assign(pool, { listeners: reports[0]?.listeners ?? {} })
}

class ProcessPool implements AsyncDisposable {
  readonly #order: WorkerOrder
  readonly #onRestart: (worker: number) => void
  readonly #workers = new Set<Worker>()
  readonly #metrics = new WorkerMetrics()
  #isStopping = false

  constructor(order: WorkerOrder, onRestart: (worker: number) => void) {
    this.#order = order
    this.#onRestart = onRestart
  }

  /** The number stays with a worker that replaces another: its audit chain goes on. */
  start(number: number): Promise<WorkerReport> {
    const worker = cluster.fork()
    this.#workers.add(worker)
    this.#metrics.add(worker)
    worker.send({ ...this.#order, nodeId: `${this.#order.nodeId}-${number}` } satisfies WorkerOrder)
    const { promise, resolve, reject } = Promise.withResolvers<WorkerReport>()
    worker.once('message', resolve)
    worker.once('exit', () => {
      this.#workers.delete(worker)
      void this.#metrics.remove(worker)
      reject(new Error(`worker ${number} ended before it served`))
      if (!this.#isStopping) setTimeout(() => this.#replace(number), restartDelayMs)
    })
    return promise
  }

  metrics(): Promise<readonly ProcessMetrics[]> {
    return this.#metrics.read()
  }

  #replace(number: number): void {
    if (this.#isStopping) return
    this.#onRestart(number)
    // One that ends again before it serves is replaced again by its own exit.
    this.start(number).catch(() => undefined)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopping = true
    await Promise.all(
      [...this.#workers].map(async (worker) => {
        const ended = once(worker, 'exit')
        worker.process.kill('SIGTERM')
        await ended
      }),
    )
  }
}
