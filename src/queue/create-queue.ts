/** The queue of one node. What works on it is a `QueueWorker`; a node may have none. */
import type { Clock } from '../base/clock.ts'
import type { Database } from '../db/types.ts'
import type { Keys } from '../keys/types.ts'
import { enqueue } from './enqueue.ts'
import type { QueueContext } from './enqueue.ts'
import { countStates, listItems } from './list.ts'
import { remove } from './remove.ts'
import type { Queue } from './types.ts'

export interface QueueOptions {
  readonly database: Database
  readonly keys: Pick<Keys, 'platform'>
  readonly clock: Clock
}

export interface OwnedQueue extends Queue {
  /** For the workers of this process. */
  readonly context: QueueContext
  /** Called when something may be due now; one listener, the worker's. */
  onWake(listener: () => void): void
}

export function createQueue({ database, keys, clock }: QueueOptions): OwnedQueue {
  let listener = (): void => undefined
  const context: QueueContext = { database, keys: keys.platform, clock, wake: () => listener() }
  return {
    context,
    enqueue: (inputs) => enqueue(context, inputs),
    list: (limit) => listItems(database, limit),
    count: () => countStates(database),
    remove: (messageId, recipient) => remove(database, messageId, recipient),
    onWake: (wanted) => {
      listener = wanted
    },
  }
}
