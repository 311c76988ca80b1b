/** Backups and drills by the clock, where the configuration says how often. */
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openTestDatabase } from '../../test/support/database.ts'
import type { BackupListed } from '../admin/backup/port.ts'
import { rehearseAdmin, rehearsedBackups } from '../admin/rehearsal.ts'
import { dayMs, hourMs } from '../base/clock.ts'
import { keepBackups, keepDrilling, type ScheduleGround } from './scheduled-backups.ts'

async function open(keep: { backupEveryHours: number; drillEveryDays: number }) {
  const stack = new AsyncDisposableStack()
  const t = stack.use(await openTestDatabase())
  const r = stack.use(await rehearseAdmin(t.database))
  const folder = mkdtempSync(join(tmpdir(), 'tamar-scheduled-'))
  stack.defer(() => rmSync(folder, { recursive: true, force: true }))
  const { clock, keys, writing } = r
  const made: BackupListed[] = []
  const backups = {
    ...rehearsedBackups,
    list: async () => made.toReversed(),
    make: async () => {
      const name = `${made.length}.tamar`
      writeFileSync(join(folder, name), '')
      const head = { backupId: name, takenAt: clock.now() }
      made.push({ name, octets: 0, head })
      return { ...(await rehearsedBackups.make(() => undefined)), name }
    },
  }
  // What is read of a node: its folder and how often, its database, its clock, its trail.
  const node = {
    config: { backups: folder, keep: { ...keep, backupDays: 3 } },
    ground: { database: t.database, keys },
    clock,
    audit: writing.audit,
    nodeId: 'node-1',
  } as unknown as ScheduleGround
  return {
    clock,
    made,
    exists: (name: string) => existsSync(join(folder, name)),
    look: async () => {
      await keepBackups(node, backups)
      await keepDrilling(node, backups)
    },
    trail: () =>
      r.entries
        .filter((entry) => entry.kind === 'backup')
        .map(({ event, stage, result = '' }) => `${event} ${stage} ${result}`.trim()),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

test('a node makes a backup a day and tries one a week, and the old ones go', async () => {
  await using t = await open({ backupEveryHours: 24, drillEveryDays: 7 })
  for (let hour = 0; hour < 8 * 24; hour++) {
    await t.look()
    t.clock.advance(hourMs)
  }
  assert.equal(t.made.length, 8)
  const trail = t.trail()
  assert.equal(trail.filter((what) => what === 'make ended done').length, 8)
  assert.equal(trail.filter((what) => what === 'drill ended done').length, 2)
  assert.deepEqual(
    t.made.map(({ name }) => t.exists(name)),
    [false, false, false, false, true, true, true, true],
  )
})

test('a node of which nobody asks it makes none', async () => {
  await using t = await open({ backupEveryHours: 0, drillEveryDays: 0 })
  await t.look()
  t.clock.advance(30 * dayMs)
  await t.look()
  assert.deepEqual(t.trail(), [])
})
