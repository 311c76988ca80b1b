/**
 * The object store of a node: one folder, or several that each hold everything, of which a quorum must
 * have an object before its message is acknowledged. What a folder missed is brought to it.
 */
import { stat } from 'node:fs/promises'
import { hourMs, minuteMs, type Clock } from '../base/clock.ts'
import { isRefusal, Refusal } from '../base/refusal.ts'
import { openDirectoryStore } from '../blob/directory-store.ts'
import { createLateStore } from '../blob/late-store.ts'
import { createQuorumStore, type QuorumStore } from '../blob/quorum-store.ts'
import type { ObjectId, ObjectStore } from '../blob/types.ts'
import type { Telemetry } from '../telemetry/create-telemetry.ts'
import type { Config } from './config.ts'
import { StartFault } from './start-fault.ts'

export interface Objects extends AsyncDisposable {
  readonly store: ObjectStore
  /** Undefined where there is one folder. */
  readonly copies: ObjectCopies | undefined
}

export interface ObjectCopies {
  /** Objects that this process knows some folder to lack. */
  readonly missed: number
  /** Brings what is known to be missing. */
  repair(): Promise<void>
  /** Goes through all folders, for what nobody knows to be missing. @returns how many copies it made. */
  mend(): Promise<number>
}

/** What is beyond it, while a folder is away for long, is found by the daily walk. */
const missedMax = 100_000

type ObjectPlaces = Pick<Config, 'objects' | 'objectCopies' | 'objectQuorum'>

export async function openObjects(places: ObjectPlaces, clock: Clock): Promise<Objects> {
  const { objects: root, objectCopies } = places
  if (objectCopies.length === 0) {
    const store = await openDirectoryStore({ root, clock })
    return { store, copies: undefined, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() }
  }
  const folders = [root, ...objectCopies]
  const writeQuorum = quorumOf(places)
  await requireQuorum(folders, writeQuorum)
  const missed = new Set<ObjectId>()
  const store = createQuorumStore({
    stores: folders.map((folder) => createLateStore(() => openCopy(folder, clock), clock)),
    writeQuorum,
    onMissed: (id) => {
      if (missed.size < missedMax) missed.add(id)
    },
  })
  const copies = copiesOf(store, missed, clock)
  return { store, copies, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() }
}

/** A majority, when nobody says how many. */
function quorumOf({ objectCopies, objectQuorum }: ObjectPlaces): number {
  return objectQuorum ?? Math.floor((objectCopies.length + 1) / 2) + 1
}

/** @throws StartFault when nothing could be accepted. */
async function requireQuorum(folders: readonly string[], writeQuorum: number): Promise<void> {
  const found = await Promise.allSettled(folders.map((folder) => stat(folder)))
  const missing = folders.filter((_, n) => found[n]?.status === 'rejected')
  if (folders.length - missing.length >= writeQuorum) return
  throw new StartFault(
    `Of ${folders.length} folders for objects ${writeQuorum} must be there, and these are not: ${missing.join(', ')}. ` +
      'Mount or make them; where several are named, none is made by itself.',
  )
}

/** One of several folders is never made: below a mount that is not there it would be a folder of the wrong disk. */
async function openCopy(root: string, clock: Clock): Promise<ObjectStore> {
  try {
    await stat(root)
  } catch (cause) {
    throw new Refusal('try-again', { what: 'object store' }, { cause })
  }
  return openDirectoryStore({ root, clock })
}

function copiesOf(store: QuorumStore, missed: Set<ObjectId>, clock: Clock): ObjectCopies {
  return {
    get missed() {
      return missed.size
    },
    repair: async () => {
      for (const id of missed) {
        try {
          await store.repair(id)
        } catch (error) {
          // Nobody has it: its message was not accepted, or it has been collected.
          if (!isRefusal(error, 'not-found')) throw error
        }
        missed.delete(id)
      }
    },
    // What is younger may be on its way.
    mend: () => store.mend(clock.now() - hourMs),
  }
}

/** Each minute until disposed. */
export function startObjectRepair(
  copies: ObjectCopies,
  { log, metrics }: Pick<Telemetry, 'log' | 'metrics'>,
): Disposable {
  let isRunning = false
  const round = async () => {
    if (isRunning) return
    isRunning = true
    try {
      await copies.repair()
    } catch (error) {
      log.refused('objects lack copies', error, { count: copies.missed })
    } finally {
      metrics.objectsMissed.set(copies.missed)
      isRunning = false
    }
  }
  const timer = setInterval(() => void round(), minuteMs).unref()
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
