/** This node among the others: it says each few seconds that it runs, and hears when it is to end. */
import { noteSeen, noteStart } from '../admin/node/rows.ts'
import { isRefusal } from '../base/refusal.ts'
import type { Platform } from './platform.ts'
import { readVersion } from './version.ts'

const beatEveryMs = 2_000

/** Once for each node, by its first process. Resolves when the node is known. */
export async function startNodeBeat(
  { ground, nodeId, clock, telemetry }: Pick<Platform, 'ground' | 'nodeId' | 'clock' | 'telemetry'>,
  onStop: () => void,
): Promise<Disposable> {
  const { database } = ground
  await noteStart(database, { nodeId, version: readVersion(), at: clock.now() })
  let isBeating = false
  const beat = async () => {
    if (isBeating) return
    isBeating = true
    try {
      if (await noteSeen(database, nodeId, clock.now())) onStop()
    } catch (error) {
      // That the database is away is another check's news.
      if (!isRefusal(error, 'try-again')) telemetry.log.error('node not noted', error)
    } finally {
      isBeating = false
    }
  }
  const timer = setInterval(() => void beat(), beatEveryMs).unref()
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
