/**
 * A founder says which person of the directory he is: that person has the roles of his seat from now
 * on, and whoever had them by this seat has them no more. Who calls it has verified the founder's
 * signature; the password is the founder's own choice, and what others knew opens nothing more.
 */
import { newId } from '../../base/id.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Tx } from '../../db/types.ts'
import { readRows, updateRow } from '../../directory/rows/write-rows.ts'
import {
  changeRow,
  findByLookup,
  findByParent,
  getRow,
  insertRow,
} from '../../directory/write/shelf.ts'
import type { CredentialContent } from '../credentials/content.ts'
import type { Keys } from '../../keys/types.ts'
import { isRole } from '../offices.ts'
import { findConflict, roles } from '../roles.ts'
import type { Role } from '../rules.ts'
import { seatRoles, type SeatName } from '../seats.ts'
import { credentialShelf, type CredentialWriting } from './credential-writing.ts'
import { setPassword } from './set-password.ts'

export interface TakenSeat {
  readonly seat: SeatName
  readonly personId: string
  readonly password: string
}

export async function takeSeat(
  tx: Tx,
  writing: CredentialWriting,
  input: TakenSeat,
): Promise<void> {
  const { seat, personId, password } = input
  const granted = await writing.requireGrant(tx, {
    act: 'platform.take-seat',
    object: { personId },
    input: { seat },
  })
  // In his name: nobody gives him this password.
  const his = { ...writing, actor: { principalId: personId }, requireGrant: async () => granted }
  await setPassword(tx, his, { personId, password })
  await revokeAppPasswords(tx, writing, personId)
  const person = await getRow(tx, writing, 'person', personId)
  if (person.state !== 'active') throw invalid('This person is suspended or has left.')
  await requireNoConflict(tx, writing, personId, seat)
  const from = writing.clock.now()
  for (const role of seatRoles[seat]) {
    const lookup = lookupOfSeat(writing, seat, role)
    const row = await findByLookup(tx, writing, 'role_grant', lookup)
    const { livesMs } = roles[role]
    const to = livesMs === Infinity ? undefined : from + livesMs
    const draft = {
      id: row?.id ?? newId(writing.clock),
      departmentId: person.departmentId,
      parentId: personId,
      accountId: undefined,
      state: 'active' as const,
      lookup,
      content: { role, seat, from, to },
    }
    if (row === undefined) await insertRow(tx, writing, 'role_grant', draft)
    else await changeRow(tx, writing, 'role_grant', draft)
    const event = { kind: 'role', event: 'grant', toPrincipalId: personId, granted: role } as const
    await writing.audit.record(tx, { ...event, ...(to !== undefined && { endsAt: to }) })
  }
}

/** By seat and not by person: a seat is one person's at a time. Stored data depends on it. */
export function lookupOfSeat(
  { keys }: { readonly keys: Pick<Keys, 'directory'> },
  seat: SeatName,
  role: Role,
): Buffer {
  return keys.directory.hash('role-of-seat', `${seat} ${role}`)
}

/** Roles of the very seat aside: taking it anew is how its roles are given for another while. */
async function requireNoConflict(
  tx: Tx,
  writing: CredentialWriting,
  personId: string,
  seat: SeatName,
): Promise<void> {
  const now = writing.clock.now()
  const held: Role[] = [...seatRoles[seat]]
  for (const { content } of await findByParent(tx, writing, 'role_grant', personId)) {
    const { role, to } = content
    if (!isRole(role) || content.seat === seat || (to ?? Infinity) <= now) continue
    // Two seats of one person would be two of the four who founded it.
    if (content.seat !== undefined) throw invalid('This person has another seat already.')
    held.push(role)
  }
  const conflict = findConflict(held)
  if (conflict === undefined) return
  const message = `The roles ${conflict.join(' and ')} are never one person’s.`
  throw new Refusal('not-permitted', { field: 'person', message })
}

async function revokeAppPasswords(
  tx: Tx,
  writing: CredentialWriting,
  personId: string,
): Promise<void> {
  const shelf = credentialShelf(tx, writing)
  for (const row of await readRows<CredentialContent>(shelf, 'parent_id', personId))
    if (row.content.kind === 'app-password') await updateRow(shelf, { ...row, state: 'deleted' })
}

function invalid(message: string): Refusal {
  return new Refusal('invalid', { field: 'person', message })
}
