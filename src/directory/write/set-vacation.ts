/**
 * What is answered while the owner or present holder of an account is away (RFC 8621 §8). He alone says
 * so; it is in force in the name of who wrote it last, and ends with his being owner or holder.
 */
import { newId } from '../../base/id.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Tx } from '../../db/types.ts'
import { vacationOctetsMax, vacationSubjectCharactersMax } from '../limits.ts'
import type { DirectoryContent } from '../rows/nouns.ts'
import { getAccountOwner } from './account-owner.ts'
import { invalid } from './check.ts'
import { recordAct } from './record.ts'
import { changeRow, findByAccount, insertRow, lookups } from './shelf.ts'
import type { Granted, PowersWriting } from './writing.ts'

export type VacationContent = DirectoryContent['vacation']

/** What is not named stays; undefined takes it away. */
export type VacationChange = Partial<VacationContent>

/** Refusal('not-found' | 'invalid' | 'too-large' | 'not-permitted') */
export async function setVacation(
  tx: Tx,
  writing: PowersWriting,
  { accountId, change }: { readonly accountId: string; readonly change: VacationChange },
): Promise<void> {
  const { departmentId } = await getAccountOwner(tx, writing, accountId)
  const granted = await writing.requireGrant(tx, {
    act: 'vacation.set-own',
    object: { accountId, departmentId },
    input: {},
  })
  const [old] = await findByAccount(tx, writing, 'vacation', accountId)
  const content = { isEnabled: false, ...old?.content, ...change }
  check(content)
  const id = old?.id ?? newId(writing.clock)
  const draft = {
    id,
    departmentId,
    parentId: content.isEnabled ? writing.actor.principalId : undefined,
    accountId,
    state: 'active' as const,
    lookup: lookups.vacation(writing, accountId),
    content,
  }
  if (old === undefined) await insertRow(tx, writing, 'vacation', draft)
  else await changeRow(tx, writing, 'vacation', draft)
  const fields = Object.keys(change)
  const entry = { act: 'vacation.set-own', departmentId, objectId: id, fields } as const
  await recordAct(tx, writing, entry, granted)
}

/** Of who leaves. */
export async function endVacation(
  tx: Tx,
  writing: Pick<PowersWriting, 'keys' | 'audit' | 'actor'>,
  accountId: string,
  granted: Granted,
): Promise<void> {
  for (const row of await findByAccount(tx, writing, 'vacation', accountId)) {
    if (!row.content.isEnabled) continue
    const content = { ...row.content, isEnabled: false }
    await changeRow(tx, writing, 'vacation', { ...row, parentId: undefined, content })
    const { departmentId, id: objectId } = row
    const fields = ['isEnabled']
    await recordAct(
      tx,
      writing,
      { act: 'vacation.set-own', departmentId, objectId, fields },
      granted,
    )
  }
}

function check({ from, to, subject = '', text = '', html = '' }: VacationContent): void {
  if (from !== undefined && to !== undefined && to <= from)
    throw invalid('to', 'An absence ends after it begins.')
  if (subject.length > vacationSubjectCharactersMax || /[\p{Cc}\u2028\u2029]/u.test(subject))
    throw invalid('subject', `A subject is one line of ${vacationSubjectCharactersMax} characters.`)
  const octets = Buffer.byteLength(text) + Buffer.byteLength(html)
  if (octets > vacationOctetsMax) throw new Refusal('too-large', { octets })
}
