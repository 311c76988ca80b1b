/** Imports people from CSV: preview, dry run, or all of it in one transaction, or none of it. */
import { newId } from '../../base/id.ts'
import type { Database, Tx } from '../../db/types.ts'
import { importFaultsMax } from '../limits.ts'
import { insertRows } from '../rows/write-rows.ts'
import { madeBy } from '../write/made.ts'
import { makeAccount } from '../write/make-account.ts'
import { recordAct } from '../write/record.ts'
import { shelfOf } from '../write/shelf.ts'
import type { Writing } from '../write/writing.ts'
import { checkPeople, type CheckedPerson } from './check-people.ts'
import { readPeople, type ImportFault } from './read-people.ts'

export interface ImportRequest {
  readonly csv: string
  /**
   * `preview` reads and checks; `dry-run` does everything and undoes it; `import` does it. All three
   * find the same faults.
   */
  readonly mode: 'preview' | 'dry-run' | 'import'
  readonly onProgress?: (done: number, total: number) => void
}

export interface ImportReport {
  /** People that could be or were imported. */
  readonly people: number
  readonly appointments: number
  readonly byDepartment: Readonly<Record<string, number>>
  /** By line; nothing is imported while there is one. */
  readonly faults: readonly ImportFault[]
  readonly isImported: boolean
}

/** Thrown to undo a dry run; carries its report out of the transaction. */
class Undo extends Error {
  readonly report: ImportReport

  constructor(report: ImportReport) {
    super('undo')
    this.report = report
  }
}

export async function importPeople(
  database: Database,
  writing: Writing,
  request: ImportRequest,
): Promise<ImportReport> {
  try {
    return await database.transaction(async (tx) => {
      const { report } = await importPeopleIn(tx, writing, request)
      if (request.mode === 'import') return report
      throw new Undo({ ...report, isImported: false })
    })
  } catch (error) {
    if (error instanceof Undo) return error.report
    throw error
  }
}

export interface Imported {
  readonly report: ImportReport
  /** Those who were made, in the order of the file. */
  readonly personIds: readonly string[]
}

/** In the caller's transaction, which decides whether it stays. */
export async function importPeopleIn(
  tx: Tx,
  writing: Writing,
  request: ImportRequest,
): Promise<Imported> {
  const read = readPeople(request.csv)
  const checked = await checkPeople(tx, writing, read.people)
  const faults = [...read.faults, ...checked.faults].sort((a, b) => a.line - b.line)
  const { people } = checked
  const report = {
    people: people.length,
    appointments: people.filter((person) => person.postId !== undefined).length,
    byDepartment: countByDepartment(people),
    faults: faults.slice(0, importFaultsMax),
    isImported: faults.length === 0,
  }
  if (faults.length > 0 || request.mode === 'preview') return { report, personIds: [] }
  return { report, personIds: await writePeople(tx, writing, people, request.onProgress) }
}

async function writePeople(
  tx: Tx,
  writing: Writing,
  people: readonly CheckedPerson[],
  onProgress: ImportRequest['onProgress'],
): Promise<readonly string[]> {
  const entered: Entered[] = []
  for (const person of people) {
    const { departmentId } = person
    const accountId = await makeAccount(tx, writing, departmentId, 'person')
    const id = newId(writing.clock)
    entered.push({ person, id, accountId })
    const act = 'person.create'
    const { address } = person
    const asked = { act, object: { departmentId }, input: { address } } as const
    const granted = await writing.requireGrant(tx, asked)
    const fields = ['names', 'address']
    await recordAct(tx, writing, { act, departmentId, objectId: id, fields }, granted)
    onProgress?.(entered.length, people.length)
  }
  await insertEntered(tx, writing, entered)
  return entered.map(({ id }) => id)
}

interface Entered {
  readonly person: CheckedPerson
  readonly id: string
  readonly accountId: string
}

async function insertEntered(tx: Tx, writing: Writing, entered: readonly Entered[]): Promise<void> {
  const state = 'active'
  await insertRows(
    shelfOf(tx, writing, 'person'),
    entered.map(({ person: { departmentId, names }, id, accountId }) => ({
      id,
      departmentId,
      parentId: undefined,
      accountId,
      state,
      lookup: undefined,
      content: { names, made: madeBy(writing) },
    })),
  )
  await insertRows(
    shelfOf(tx, writing, 'address'),
    entered.map(({ person: { departmentId, address, lookup }, id }) => ({
      id: newId(writing.clock),
      departmentId,
      parentId: id,
      accountId: undefined,
      state,
      lookup,
      content: { address, kind: 'person', isPrimary: true },
    })),
  )
  await insertHoldings(tx, writing, entered)
}

async function insertHoldings(
  tx: Tx,
  writing: Writing,
  entered: readonly Entered[],
): Promise<void> {
  const from = writing.clock.now()
  const holders = entered.filter(({ person }) => person.postId !== undefined)
  await insertRows(
    shelfOf(tx, writing, 'post_holder'),
    holders.map(({ person, id }) => ({
      id: newId(writing.clock),
      departmentId: person.departmentId,
      parentId: person.postId,
      accountId: undefined,
      state: 'active' as const,
      lookup: undefined,
      content: { personId: id, from, isActing: false },
    })),
  )
  const fields = ['person', 'from', 'to', 'isActing']
  const act = 'post.appoint'
  for (const { person } of holders) {
    const { departmentId, address, postId: objectId = '' } = person
    // By address: the person is new, he has no id that an approval could have named.
    const asked = { act, object: { departmentId, objectId }, input: { address } } as const
    const granted = await writing.requireGrant(tx, asked)
    await recordAct(tx, writing, { act, departmentId, objectId, fields }, granted)
  }
}

function countByDepartment(people: readonly CheckedPerson[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const { departmentCode } of people)
    counts[departmentCode] = (counts[departmentCode] ?? 0) + 1
  return counts
}
