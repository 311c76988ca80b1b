/**
 * Scripts of an account (RFC 5228): put there, put in force, taken out. Only its owner or present holder
 * does so; at most one is in force. A script is checked whole before it is kept.
 */
import { newId } from '../../base/id.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Tx } from '../../db/types.ts'
import { compileScript } from '../../sieve/compile.ts'
import { filterNameCharactersMax, filtersMax } from '../limits.ts'
import { getAccountOwner } from './account-owner.ts'
import { invalid } from './check.ts'
import { recordAct } from './record.ts'
import { changeRow, deleted, findByAccount, insertRow, lookups, type FoundRow } from './shelf.ts'
import type { Granted, PowersWriting } from './writing.ts'

type FilterRow = FoundRow<'filter'>

export interface NamedFilter {
  readonly accountId: string
  readonly name: string
}

export type WrittenFilter = NamedFilter & { readonly script: string }

/**
 * Makes or replaces it; what is in force stays so. Refusal('invalid') with the fault's place.
 * @returns its id.
 */
export async function putFilter(
  tx: Tx,
  writing: PowersWriting,
  wanted: WrittenFilter,
): Promise<string> {
  return write(tx, writing, wanted, (old) => old)
}

/** As `putFilter`, of a name that is not there. Refusal('already-exists') */
export async function createFilter(
  tx: Tx,
  writing: PowersWriting,
  wanted: WrittenFilter,
): Promise<string> {
  return write(tx, writing, wanted, (old) => {
    if (old !== undefined) throw nameTaken()
    return old
  })
}

async function write(
  tx: Tx,
  writing: PowersWriting,
  { accountId, name, script }: WrittenFilter,
  replaced: (old: FilterRow | undefined) => FilterRow | undefined,
): Promise<string> {
  checkName(name)
  compileScript(script)
  const { departmentId, rows, granted } = await open(tx, writing, 'filter.set-own', accountId)
  const old = replaced(rows.find(({ content }) => content.name === name))
  if (old === undefined && rows.length >= filtersMax)
    throw new Refusal('too-many', { message: `A mailbox has at most ${filtersMax} scripts.` })
  const isInForce = old?.content.isInForce ?? false
  const id = old?.id ?? newId(writing.clock)
  const draft = {
    id,
    departmentId,
    // What is in force is his from now on who wrote it last.
    parentId: isInForce ? writing.actor.principalId : undefined,
    accountId,
    state: 'active' as const,
    lookup: lookups.filter(writing, accountId, name),
    content: { name, script, isInForce },
  }
  if (old === undefined) await insertRow(tx, writing, 'filter', draft)
  else await changeRow(tx, writing, 'filter', draft)
  const entry = { act: 'filter.set-own', departmentId, objectId: id, fields: ['script'] } as const
  await recordAct(tx, writing, entry, granted)
  return id
}

/** Undefined: none is in force from now on. Refusal('not-found') */
export async function putInForce(
  tx: Tx,
  writing: PowersWriting,
  { accountId, name }: { readonly accountId: string; readonly name: string | undefined },
): Promise<void> {
  const act = name === undefined ? 'filter.remove-own' : 'filter.set-own'
  const { departmentId, rows, granted } = await open(tx, writing, act, accountId)
  const wanted = name === undefined ? undefined : find(rows, name)
  for (const row of rows) {
    const isInForce = row === wanted
    if (row.content.isInForce === isInForce && !isInForce) continue
    const parentId = isInForce ? writing.actor.principalId : undefined
    await changeRow(tx, writing, 'filter', {
      ...row,
      parentId,
      content: { ...row.content, isInForce },
    })
    const entry = { act, departmentId, objectId: row.id, fields: ['isInForce'] } as const
    await recordAct(tx, writing, entry, granted)
  }
}

/** Refusal('not-found' | 'already-exists') */
export async function renameFilter(
  tx: Tx,
  writing: PowersWriting,
  { accountId, name, to }: NamedFilter & { readonly to: string },
): Promise<void> {
  checkName(to)
  const { departmentId, rows, granted } = await open(tx, writing, 'filter.set-own', accountId)
  const row = find(rows, name)
  if (rows.some(({ content }) => content.name === to)) throw nameTaken()
  const lookup = lookups.filter(writing, accountId, to)
  await changeRow(tx, writing, 'filter', { ...row, lookup, content: { ...row.content, name: to } })
  const entry = { act: 'filter.set-own', departmentId, objectId: row.id, fields: ['name'] } as const
  await recordAct(tx, writing, entry, granted)
}

/** RFC 5804 §2.10: what is in force is not removed. Refusal('not-found' | 'invalid') */
export async function removeFilter(
  tx: Tx,
  writing: PowersWriting,
  { accountId, name }: NamedFilter,
): Promise<void> {
  const { departmentId, rows, granted } = await open(tx, writing, 'filter.remove-own', accountId)
  const row = find(rows, name)
  if (row.content.isInForce)
    throw invalid('name', 'This script is in force: end it before you remove it.')
  await changeRow(tx, writing, 'filter', deleted(row))
  const entry = { act: 'filter.remove-own', departmentId, objectId: row.id, fields: [] } as const
  await recordAct(tx, writing, entry, granted)
}

/** Of who leaves. */
export async function endFilters(
  tx: Tx,
  writing: Pick<PowersWriting, 'keys' | 'audit' | 'actor'>,
  accountId: string,
  granted: Granted,
): Promise<void> {
  for (const row of await findByAccount(tx, writing, 'filter', accountId)) {
    if (!row.content.isInForce) continue
    const content = { ...row.content, isInForce: false }
    await changeRow(tx, writing, 'filter', { ...row, parentId: undefined, content })
    const { departmentId, id: objectId } = row
    const entry = {
      act: 'filter.remove-own',
      departmentId,
      objectId,
      fields: ['isInForce'],
    } as const
    await recordAct(tx, writing, entry, granted)
  }
}

async function open(
  tx: Tx,
  writing: PowersWriting,
  act: 'filter.set-own' | 'filter.remove-own',
  accountId: string,
) {
  const { departmentId } = await getAccountOwner(tx, writing, accountId)
  const granted = await writing.requireGrant(tx, {
    act,
    object: { accountId, departmentId },
    input: {},
  })
  const rows: readonly FilterRow[] = await findByAccount(tx, writing, 'filter', accountId)
  return { departmentId, rows, granted }
}

function find(rows: readonly FilterRow[], name: string): FilterRow {
  const row = rows.find(({ content }) => content.name === name)
  if (row !== undefined) return row
  throw new Refusal('not-found', { field: 'name', message: 'There is no script of that name.' })
}

function nameTaken(): Refusal {
  return new Refusal('already-exists', {
    field: 'name',
    message: 'There is a script of that name.',
  })
}

/** RFC 5804 §1.6. Refusal('invalid') */
export function checkName(name: string): void {
  const isSound = name.isWellFormed() && !/[\p{Cc}\u2028\u2029]/u.test(name)
  if (name === '' || Array.from(name).length > filterNameCharactersMax || !isSound)
    throw invalid('name', `A name has 1 to ${filterNameCharactersMax} characters.`)
}
