/** Nobody has the roles of a founder's seat any more, until its founder takes it as some person. */
import type { Tx } from '../../db/types.ts'
import { changeRow, deleted, findByLookup } from '../../directory/write/shelf.ts'
import type { PowersWriting } from '../../directory/write/writing.ts'
import { seatRoles, type SeatName } from '../seats.ts'
import { lookupOfSeat } from './take-seat.ts'

export async function endSeat(
  tx: Tx,
  writing: Pick<PowersWriting, 'keys' | 'audit'>,
  seat: SeatName,
): Promise<void> {
  for (const role of seatRoles[seat]) {
    const row = await findByLookup(tx, writing, 'role_grant', lookupOfSeat(writing, seat, role))
    if (row === undefined) continue
    await changeRow(tx, writing, 'role_grant', deleted(row))
    const ended = { event: 'revoke', toPrincipalId: row.parentId ?? '', granted: role } as const
    await writing.audit.record(tx, { kind: 'role', ...ended })
  }
}
