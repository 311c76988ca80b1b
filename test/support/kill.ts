/** Cuts a node, its PostgreSQL, or both at once as when the power goes; the node is down afterwards. */
import type { Platform } from './platform.ts'
import { findPostmaster, killPostmaster } from './postmaster.ts'
import { until } from './until.ts'

export const victims = ['node', 'database', 'both'] as const
export type Victim = (typeof victims)[number]

const endTimeoutMs = 15_000

export async function kill(platform: Platform, victim: Victim): Promise<void> {
  const postmaster = findPostmaster(platform.data)
  if (postmaster === undefined) throw new Error('the node runs without its PostgreSQL')
  if (victim !== 'database') await platform.kill()
  if (victim === 'node') return
  await killPostmaster(postmaster)
  await until('the node to end with its database', endTimeoutMs, () => platform.child.hasEnded)
  if (victim === 'database') await platform.ended()
}
