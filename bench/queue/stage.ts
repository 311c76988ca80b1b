/** A queue by itself on a PostgreSQL with fsync, in this process. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../src/base/clock.ts'
import { createDatabase } from '../../src/db/database.ts'
import { startCluster } from '../../src/db/embedded/cluster.ts'
import { migrate } from '../../src/db/migrate.ts'
import type { Database } from '../../src/db/types.ts'
import { createKeys } from '../../src/keys/keys.ts'
import { temporaryMaster } from '../../src/keys/temporary-master.ts'
import { createQueue, type OwnedQueue } from '../../src/queue/create-queue.ts'
import type { QueueInput } from '../../src/queue/types.ts'
import { spread } from '../stage.ts'

export interface QueueStage extends AsyncDisposable {
  readonly queue: OwnedQueue
  readonly database: Database
  readonly owner: Database
}

const connectionsMax = 16
const atOnce = 16
const inATransaction = 500
const transactions = 4

export async function openQueueStage(): Promise<QueueStage> {
  const stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'tamar-bench-queue-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const cluster = stack.use(await startCluster({ folder: join(folder, 'pg') }))
  const owner = stack.use(
    createDatabase({ ...cluster.connection, asOwner: true, connectionsMax: 2 }),
  )
  await migrate(owner)
  const database = stack.use(createDatabase({ ...cluster.connection, connectionsMax }))
  const clock = systemClock
  await using temporary = await temporaryMaster()
  const keys = await createKeys({ database, master: temporary.master, clock })
  const queue = createQueue({ database, keys, clock, random: Math.random })
  return { queue, database, owner, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

/** One message a transaction, as submission does; so many at a time. */
export async function enqueueEach(queue: OwnedQueue, inputs: readonly QueueInput[]): Promise<void> {
  await spread(inputs.length, atOnce, (at) => queue.enqueue(inputs.slice(at, at + 1)))
}

/** What is measured is not how they came. */
export async function enqueueMany(queue: OwnedQueue, inputs: readonly QueueInput[]): Promise<void> {
  await spread(Math.ceil(inputs.length / inATransaction), transactions, (at) =>
    queue.enqueue(inputs.slice(at * inATransaction, (at + 1) * inATransaction)),
  )
}
