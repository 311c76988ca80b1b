/**
 * Drills of restoration that measure themselves: the newest backup is brought back into a database of its
 * own on the same machine, verified whole, and thrown away. Requirement DR: what was not tried does not
 * work. The report says how old the backup was and how long it took.
 */
import { z } from 'zod'
import { newId } from '../../base/id.ts'
import { backupName } from '../backup/verbs.ts'
import { recorded } from '../backup/recorded.ts'
import { exampleId, id, millis } from '../fields.ts'
import { changing, listing, type Verb } from '../verb.ts'
import { insertDrill, listDrills, type Drill } from './rows.ts'

const drill = z.strictObject({
  id,
  node: z.string(),
  begunAt: millis,
  result: z.enum(['passed', 'failed']),
  backup: z.string(),
  backupId: id,
  takenAt: millis,
  octets: z.int(),
  /** How old the backup was: what would be lost. */
  ageMs: z.int(),
  /** Until everything was in an empty database again. */
  restoreMs: z.int(),
  /** Until every message had been opened and every row and chain looked at. */
  verifyMs: z.int(),
  rows: z.int(),
  objects: z.int(),
  accounts: z.int(),
  messages: z.int(),
  faults: z.int(),
  /** The first faults, with ids and no content. */
  sentences: z.array(z.string()),
})
const example = {
  id: exampleId,
  node: 'node-1',
  begunAt: 1_767_229_200_000,
  result: 'passed',
  backup: '2026-11-30T184100.000Z.tamar',
  backupId: exampleId,
  takenAt: 1_767_225_600_000,
  octets: 9_441_280,
  ageMs: 3_600_000,
  restoreMs: 184_000,
  verifyMs: 96_000,
  rows: 8_412,
  objects: 31,
  accounts: 73,
  messages: 2_410,
  faults: 0,
  sentences: [] as string[],
} as const

const list = listing({
  id: 'drills.list',
  path: '/drills',
  act: ['drill.run', 'platform.status'],
  summary: 'Drills of restoration and what each measured, the newest first.',
  input: z.object({}),
  item: drill,
  example: { ...example, sentences: [] },
  run: async ({ database, writing }) => (await listDrills(database, writing.keys)).map(viewOf),
})

const run = changing({
  id: 'drills.run',
  path: '/drills',
  act: 'drill.run',
  summary:
    'Brings a backup back into a database of its own, verifies all of it, measures how long that takes.',
  status: 201,
  input: z.object({ backup: backupName.optional() }),
  output: drill,
  example: { ...example, sentences: [] },
  hasProgress: true,
  run: async (ports, { backup }) => {
    const { clock, nodeId, database, writing } = ports
    const begunAt = clock.now()
    const report = await recorded(
      ports,
      { act: 'drill.run', event: 'drill' },
      () => ports.backups.drill(backup, ports.onProgress),
      ({ backupId, rows: count, restoreMs, faults }) => ({
        backupId,
        count,
        durationMs: restoreMs,
        faults,
        result: faults === 0 ? 'done' : 'failed',
      }),
    )
    const one = { id: newId(clock), nodeId, begunAt, report }
    await database.transaction((tx) => insertDrill(tx, writing.keys, one))
    return viewOf(one)
  },
})

function viewOf({ id: drillId, nodeId: node, begunAt, report }: Drill): z.input<typeof drill> {
  const result = report.faults === 0 ? 'passed' : 'failed'
  return { id: drillId, node, begunAt, result, ...report, sentences: [...report.sentences] }
}

export const drillVerbs: readonly Verb[] = [list, run]
