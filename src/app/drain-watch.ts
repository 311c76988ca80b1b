/** Whether this node is drained: looked at every two seconds, for all its processes alike. */
import { isOfNode, listDrained } from '../admin/node/rows.ts'
import { isRefusal } from '../base/refusal.ts'
import type { Database } from '../db/types.ts'

const lookEveryMs = 2_000

export interface DrainWatch extends Disposable {
  readonly isDrained: boolean
}

/** Resolves when it has looked once. */
export async function watchDrain(database: Database, nodeId: string): Promise<DrainWatch> {
  let isDrained = false
  const look = async () => {
    const drained = await listDrained(database)
    isDrained = drained.some((one) => isOfNode(nodeId, one.nodeId))
  }
  await look()
  const timer = setInterval(() => {
    // A database that is away says nothing new; that it is away is another check's news.
    look().catch((error: unknown) => {
      if (!isRefusal(error, 'try-again')) throw error
    })
  }, lookEveryMs).unref()
  return {
    get isDrained() {
      return isDrained
    },
    [Symbol.dispose]: () => clearInterval(timer),
  }
}
