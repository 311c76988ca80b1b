/** The queue of one node. What works on it is a `QueueWorker`; a node may have none. */
import type { Clock } from '../base/clock.ts'
import type { Database } from '../db/types.ts'
import type { Keys } from '../keys/types.ts'
import { enqueue, enqueueIn, sealInputs } from './enqueue.ts'
import type { QueueContext } from './enqueue.ts'
import { cancel } from './cancel.ts'
import { findWaiting } from './find-waiting.ts'
import { hold, release } from './hold.ts'
import { countStates, listDestinations, listItems } from './list.ts'
import { retry } from './retry.ts'
import type { Queue } from './types.ts'

export interface QueueOptions {
  readonly database: Database
  readonly keys: Pick<Keys, 'platform'>
  readonly clock: Clock
  /** In [0, 1): spreads retries. */
  readonly random: () => number
}

export interface OwnedQueue extends Queue {
  /** For the workers of this process. */
  readonly context: QueueContext
  /** Called when something may be due now; one listener, the worker's. */
  onWake(listener: QueueContext['wake']): void
}

export function createQueue({ database, keys, clock, random }: QueueOptions): OwnedQueue {
  let listener: QueueContext['wake'] = () => undefined
  const wake: QueueContext['wake'] = (woken) => listener(woken)
  const context: QueueContext = { database, keys: keys.platform, clock, random, wake }
  return {
    context,
    enqueue: (inputs) => enqueue(context, inputs),
    prepare: async (inputs) => {
      const sealed = await sealInputs(context, inputs)
      return (tx) => enqueueIn(context, tx, sealed)
    },
    list: (limit, selection) => listItems(database, limit, selection),
    findWaiting: (messageIds) => findWaiting(database, keys.platform, messageIds),
    destinations: (limit) => listDestinations(database, limit),
    count: () => countStates(database),
    hold: (tx, selection) => hold(tx, selection, clock.now()),
    release: (tx, selection) => release(context, tx, selection),
    retry: (tx, selection) => retry(context, tx, selection),
    cancel,
    onWake: (wanted) => {
      listener = wanted
    },
  }
}
