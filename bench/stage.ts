/** What every measure is given, and how it takes the cost of a piece of work. */
import { availableParallelism } from 'node:os'
import { cpuSince, cpuUse, machineBusyMs, type CpuUse } from './processes.ts'
import type { Target, TargetUser } from './target.ts'

export interface Stage {
  readonly target: Target
  /** Those who take part in the common load. */
  readonly users: readonly TargetUser[]
  readonly isQuick: boolean
  /** Messages of the big mailbox, where somebody asked for a number. */
  readonly messages?: number | undefined
  /** All that arrived is packed for search, as it would be in ten minutes. */
  readonly packTexts: () => Promise<void>
  /** The server ends and begins anew on the same data: what it knew is forgotten. @returns where it is now. */
  readonly restart: () => Promise<Target>
}

export interface Cost {
  readonly elapsedMs: number
  readonly cpu: CpuUse
  /** Share of the machine that neither the server nor this process used: 0.1 disturbs. */
  readonly othersShare: number
}

export async function costOf(
  { target }: { readonly target: Pick<Target, 'pids'> },
  work: () => Promise<void>,
): Promise<Cost> {
  const before = cpuUse(target.pids)
  const machineBefore = machineBusyMs()
  const ownBefore = process.cpuUsage()
  const startedAt = performance.now()
  await work()
  const elapsedMs = performance.now() - startedAt
  const cpu = cpuSince(before, cpuUse(target.pids))
  const own = process.cpuUsage(ownBefore)
  // Where what is measured runs in this process it is counted already.
  const ownMs = target.pids.includes(process.pid) ? 0 : (own.user + own.system) / 1000
  const othersMs = machineBusyMs() - machineBefore - cpu.totalMs - ownMs
  const othersShare = Math.max(0, othersMs) / (elapsedMs * availableParallelism())
  return { elapsedMs, cpu, othersShare }
}

/** Runs `work` for 0 to `count`, so many at a time. */
export async function spread(
  count: number,
  atOnce: number,
  work: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0
  const lane = async () => {
    while (next < count) await work(next++)
  }
  await Promise.all(Array.from({ length: Math.min(count, atOnce) }, lane))
}

export const percent = (share: number) => `${Math.round(share * 100)}%`

/** How a cost is shared, and whether the machine was ours. */
export function costNote({ cpu, othersShare }: Cost, per: number): string {
  const share = (ms: number) => (ms / per).toFixed(2)
  const node = share(cpu.totalMs - cpu.databaseMs)
  const ours = `node ${node} + PostgreSQL ${share(cpu.databaseMs)} ms`
  return `${ours}; others used ${percent(othersShare)} of the machine`
}
