/** Many people at once: import them, change them, see the batches, undo one. */
import { z } from 'zod'
import { Refusal } from '../../base/refusal.ts'
import { importPeopleIn } from '../../directory/import/import-people.ts'
import { exampleId, id, millis, millisOrNull, ref, text } from '../fields.ts'
import { codeOf, getDepartment, getPerson } from '../find.ts'
import { changesMax, importOctetsMax } from '../limits.ts'
import type { AdminPorts } from '../ports.ts'
import { changing, listing, type Verb } from '../verb.ts'
import { changePerson, differences, fieldsOf } from './change-people.ts'
import { type Batch, findBatch, insertBatch, listBatches, markUndone } from './rows.ts'
import type { PersonFields } from './rows.ts'
import { tryOrWrite } from './trial.ts'
import { undoItem } from './undo.ts'

const isDryRun = z.boolean().default(false).describe('Do it, and take it back.')
const states = ['active', 'suspended', 'left'] as const

const importPeople = changing({
  id: 'people.import',
  path: '/people/imports',
  act: 'person.create',
  summary: 'Makes people from CSV: all of them or none. A dry run does it and takes it back.',
  bodyOctetsMax: importOctetsMax,
  hasProgress: true,
  input: z.object({ csv: z.string(), isDryRun }),
  output: z.strictObject({
    /** What undoes it; null when nothing was done. */
    batchId: z.string().nullable(),
    people: z.int(),
    appointments: z.int(),
    byDepartment: z.record(z.string(), z.int()),
    faults: z.array(z.strictObject({ line: z.int(), sentence: z.string() })),
    isDone: z.boolean(),
  }),
  example: {
    batchId: exampleId,
    people: 240,
    appointments: 12,
    byDepartment: { TD: 240 },
    faults: [],
    isDone: true,
  },
  run: async (ports, { csv, isDryRun }) => {
    const { actor, writing, onProgress } = ports
    const by = actor.principalId
    const { report, batchId } = await tryOrWrite(ports, isDryRun, async (tx) => {
      const imported = await importPeopleIn(tx, writing, { csv, mode: 'import', onProgress })
      const items = imported.personIds.map((personId) => ({ personId }))
      const isEmpty = items.length === 0
      const batch = isEmpty ? null : await insertBatch(tx, ports, { kind: 'import', by, items })
      return { report: imported.report, batchId: batch }
    })
    const { people, appointments, byDepartment, faults, isImported } = report
    const isDone = isImported && !isDryRun
    return {
      batchId: isDone ? batchId : null,
      people,
      appointments,
      byDepartment: { ...byDepartment },
      faults: faults.map(({ line, message: sentence }) => ({ line, sentence })),
      isDone,
    }
  },
})

const changed = z.strictObject({
  person: z.string(),
  /** `state: active → suspended` */
  changes: z.array(z.string()),
})

const changePeople = changing({
  id: 'people.change-many',
  path: '/people/changes',
  act: ['person.rename', 'person.move', 'person.suspend', 'person.resume', 'person.leave'],
  summary: 'Changes many people: all of them or none. A dry run shows what would become of each.',
  bodyOctetsMax: importOctetsMax,
  hasProgress: true,
  input: z.object({
    changes: z
      .array(
        z.strictObject({
          person: ref('The person'),
          name: text('The English name').optional(),
          nameZh: z.string().max(1_024).optional(),
          department: text('The department').optional(),
          state: z.enum(states).optional(),
        }),
      )
      .min(1, 'Name at least one person.')
      .max(changesMax, `At most ${changesMax} people are changed at once.`),
    isDryRun,
  }),
  output: z.strictObject({
    batchId: z.string().nullable(),
    people: z.array(changed),
    isDone: z.boolean(),
  }),
  example: {
    batchId: exampleId,
    people: [{ person: 'chan.tai.man@td.example', changes: ['state: active → suspended'] }],
    isDone: true,
  },
  run: async (ports, { changes, isDryRun }) => {
    const { directory, writing, actor } = ports
    const wanted = changes.map(({ person: whom, name, nameZh, department, state }) => {
      const person = getPerson(directory, whom)
      const before = fieldsOf(person)
      const departmentId =
        department === undefined ? before.departmentId : getDepartment(directory, department).id
      const after: PersonFields = {
        name: name ?? before.name,
        nameZh: nameZh ?? before.nameZh,
        departmentId,
        state: state ?? before.state,
      }
      return { person, before, after }
    })
    const batchId = await tryOrWrite(ports, isDryRun, async (tx) => {
      for (const [at, { person, after }] of wanted.entries()) {
        await changePerson(tx, writing, person, after)
        ports.onProgress(at + 1, wanted.length)
      }
      const items = wanted.map(({ person, before, after }) => ({
        personId: person.id,
        before,
        after,
      }))
      return insertBatch(tx, ports, { kind: 'change', by: actor.principalId, items })
    })
    const people = wanted.map(({ person, before, after }) => ({
      person: person.address,
      changes: differences(before, after).map((name) => sayChange(ports, name, before, after)),
    }))
    return { batchId: isDryRun ? null : batchId, people, isDone: !isDryRun }
  },
})

function sayChange(ports: AdminPorts, name: string, before: PersonFields, after: PersonFields) {
  const say = (fields: PersonFields) =>
    name === 'departmentId'
      ? codeOf(ports, fields.departmentId)
      : String(new Map(Object.entries(fields)).get(name))
  return `${name === 'departmentId' ? 'department' : name}: ${say(before)} → ${say(after)}`
}

const list = listing({
  id: 'batches.list',
  path: '/batches',
  act: ['person.create', 'person.rename'],
  summary: 'Imports and changes of many people of the last month.',
  input: z.object({}),
  item: z.strictObject({
    id,
    kind: z.enum(['import', 'change']),
    by: z.string().nullable(),
    people: z.int(),
    madeAt: millis,
    undoneAt: millisOrNull,
  }),
  example: {
    id: exampleId,
    kind: 'import',
    by: 'wong.siu.ming@td.example',
    people: 240,
    madeAt: 1_767_225_600_000,
    undoneAt: null,
  },
  run: async (ports) => {
    const batches = await listBatches(ports.database, ports.writing.keys.platform)
    return batches
      .filter((batch) => isInCare(ports, batch))
      .map(({ id, madeAt, undoneAt, content: { kind, by, items } }) => ({
        id,
        kind,
        by: by === undefined ? null : ports.nameOf.person(by) || null,
        people: items.length,
        madeAt,
        undoneAt: undoneAt ?? null,
      }))
  },
})

/** Somebody of it must be in his care; what is undone concerns those alone. */
function isInCare({ directory }: AdminPorts, { content }: Batch): boolean {
  const seen = new Set(directory.people().map((person) => person.id))
  return content.items.some(({ personId }) => seen.has(personId))
}

const undo = changing({
  id: 'batches.undo',
  path: '/batches/{batch}/undo',
  hasProgress: true,
  act: ['person.leave', 'person.rename'],
  summary:
    'Undoes an import or a change: who was imported and has nothing is removed, who has mail or a ' +
    'password is suspended, who was changed becomes what he was.',
  input: z.object({ batch: z.uuid('The id of a batch is a UUID.'), isDryRun }),
  output: z.strictObject({
    people: z.array(
      z.strictObject({
        person: z.string(),
        result: z.enum(['removed', 'suspended', 'restored', 'left as he is']),
      }),
    ),
    isDone: z.boolean(),
  }),
  example: {
    people: [{ person: 'chan.tai.man@td.example', result: 'removed' }],
    isDone: true,
  },
  run: async (ports, { batch: batchId, isDryRun }) => {
    const people = await tryOrWrite(ports, isDryRun, async (tx) => {
      const batch = await findBatch(tx, ports.writing.keys.platform, batchId)
      if (batch === undefined || !isInCare(ports, batch))
        throw new Refusal('not-found', { message: 'There is no such batch. See: tamar batch list' })
      if (batch.undoneAt !== undefined)
        throw new Refusal('already-exists', { message: 'This batch is undone already.' })
      const undone = []
      const { kind, items } = batch.content
      for (const item of items) {
        undone.push(await undoItem(tx, ports, kind, item))
        ports.onProgress(undone.length, items.length)
      }
      await markUndone(tx, batchId, ports.clock.now())
      return undone
    })
    return { people, isDone: !isDryRun }
  },
})

export const batchVerbs: readonly Verb[] = [importPeople, changePeople, list, undo]
