/**
 * Backups by the clock, and drills of them: on a node whose configuration says so. What is older than
 * backups are kept goes. Entries say that each began and how it ended, as of those that people ask for.
 */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { insertDrill, listDrills } from '../admin/drill/rows.ts'
import type { Backups } from '../admin/backup/port.ts'
import type { AuditEntry } from '../audit/types.ts'
import { dayMs, hourMs } from '../base/clock.ts'
import { newId } from '../base/id.ts'
import { isRefusal } from '../base/refusal.ts'
import { createBackups } from './backups.ts'
import type { Platform } from './platform.ts'

export type ScheduleGround = Pick<Platform, 'config' | 'ground' | 'clock' | 'audit' | 'nodeId'>

type BackupEntry = Extract<AuditEntry, { readonly kind: 'backup' }>

const untold = () => undefined

/** Looked at each hour. `backups` are those of the node. */
export async function keepBackups(
  ground: ScheduleGround,
  backups: Backups = createBackups(ground),
): Promise<void> {
  const { config, clock } = ground
  const { backupEveryHours, backupDays } = config.keep
  if (backupEveryHours === 0) return
  const now = clock.now()
  const listed = await backups.list()
  const newestAt = Math.max(-Infinity, ...listed.map(({ head }) => head?.takenAt ?? -Infinity))
  // Half an hour early is better than an hour late: it is looked at each hour.
  if (now - newestAt < backupEveryHours * hourMs - hourMs / 2) return
  await recorded(ground, 'make', async () => {
    const { backupId, rows } = await backups.make(untold)
    return { backupId, count: rows }
  })
  for (const { name, head } of listed)
    if (head !== undefined && now - head.takenAt > backupDays * dayMs)
      await rm(join(config.backups, name), { force: true })
}

/** Of the newest backup of this node. That there is none yet is no fault. */
export async function keepDrilling(
  ground: ScheduleGround,
  backups: Backups = createBackups(ground),
): Promise<void> {
  const { config, clock, nodeId } = ground
  const { database, keys } = ground.ground
  const { drillEveryDays } = config.keep
  if (drillEveryDays === 0) return
  const begunAt = clock.now()
  const [last] = (await listDrills(database, keys)).filter((drill) => drill.nodeId === nodeId)
  if (last !== undefined && begunAt - last.begunAt < drillEveryDays * dayMs - hourMs / 2) return
  if (!(await backups.list()).some(({ head }) => head !== undefined)) return
  await recorded(ground, 'drill', async () => {
    const report = await backups.drill(undefined, untold)
    await database.transaction((tx) =>
      insertDrill(tx, keys, { id: newId(clock), nodeId, begunAt, report }),
    )
    const { backupId, rows: count, restoreMs: durationMs, faults } = report
    const result = faults === 0 ? 'done' : 'failed'
    return { backupId, count, durationMs, faults, result } as const
  })
}

async function recorded(
  { audit }: Pick<ScheduleGround, 'audit'>,
  event: BackupEntry['event'],
  work: () => Promise<Omit<BackupEntry, 'kind' | 'event' | 'stage'>>,
): Promise<void> {
  const entry = { kind: 'backup', event } as const
  await audit.recordAlone({ ...entry, stage: 'begun' })
  try {
    const end = await work()
    await audit.recordAlone({ ...entry, stage: 'ended', result: 'done', ...end })
  } catch (error) {
    await audit.recordAlone({ ...entry, stage: 'ended', result: 'failed' })
    // Somebody tries one himself just now: that is one, too.
    if (!isRefusal(error, 'too-busy')) throw error
  }
}
