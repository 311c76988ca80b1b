/**
 * Takes back an import or a change of many people. Who was imported and has nothing yet is removed;
 * who has a password or mail is suspended, because a person with mail is nobody's mistake. Who was
 * changed becomes what he was, unless somebody changed him since.
 */
import type { Tx } from '../../db/types.ts'
import type { Person } from '../../directory/types.ts'
import { endAppointment } from '../../directory/write/end-appointment.ts'
import { removeUnusedPerson } from '../../directory/write/remove-person.ts'
import { setPersonState } from '../../directory/write/set-person-state.ts'
import type { AdminPorts } from '../ports.ts'
import { changePerson, differences, fieldsOf } from './change-people.ts'
import type { BatchContent } from './rows.ts'

export interface Undone {
  readonly person: string
  readonly result: 'removed' | 'suspended' | 'restored' | 'left as he is'
}

type Item = BatchContent['items'][number]

export async function undoItem(
  tx: Tx,
  ports: AdminPorts,
  kind: BatchContent['kind'],
  item: Item,
): Promise<Undone> {
  const person = ports.directory.person(item.personId)
  // He is gone, or in another department: not this caller's to touch.
  if (person === undefined) return { person: '', result: 'left as he is' }
  const result =
    kind === 'import' ? await undoEntry(tx, ports, person) : await restore(tx, ports, person, item)
  return { person: person.address, result }
}

async function undoEntry(tx: Tx, ports: AdminPorts, person: Person): Promise<Undone['result']> {
  const { writing, directory, clock } = ports
  const { id: personId } = person
  for (const { post, holding } of directory.holdingsOf(personId))
    if ((holding.to ?? Infinity) > clock.now())
      await endAppointment(tx, writing, { postId: post.id, personId })
  const hasCredential = await ports.credentials.hasAny(tx, personId)
  if (await removeUnusedPerson(tx, writing, { personId, hasCredential })) return 'removed'
  await setPersonState(tx, writing, { personId, state: 'suspended' })
  return 'suspended'
}

async function restore(
  tx: Tx,
  { writing }: AdminPorts,
  person: Person,
  { before, after }: Item,
): Promise<Undone['result']> {
  const isTouched = after === undefined || differences(fieldsOf(person), after).length > 0
  if (before === undefined || isTouched) return 'left as he is'
  await changePerson(tx, writing, person, before)
  return 'restored'
}
