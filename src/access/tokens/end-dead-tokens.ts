/**
 * Takes away tokens that open nothing any more, with an entry that says why: they were idle, their day
 * was over, or what they rested on is no more. Every node looks; who deletes a row writes its entry.
 */
import type { Audit } from '../../audit/types.ts'
import type { Clock } from '../../base/clock.ts'
import { tokenYoungMs } from '../limits.ts'
import { together, type EndCause, type Sessions } from '../sessions.ts'
import { endedEntry } from '../trail/ended-entry.ts'
import { basisOf } from './basis.ts'
import { deleteToken, everyToken } from './session-rows.ts'
import type { TokenRow, TokenShelf } from './session-rows.ts'

export interface DeadTokenParts extends TokenShelf {
  readonly clock: Clock
  readonly sessions: Sessions
  readonly audit: Audit
}

export async function endDeadTokens(
  parts: DeadTokenParts,
  isLiving: (row: TokenRow) => boolean,
): Promise<void> {
  await endDeadOf(parts, await everyToken(parts), isLiving)
}

/** Of these, those that open nothing any more. */
export async function endDeadOf(
  parts: DeadTokenParts,
  rows: readonly TokenRow[],
  isLiving: (row: TokenRow) => boolean,
): Promise<void> {
  const dead = rows.flatMap((row) => {
    const cause = causeOf(parts, row) ?? (isLiving(row) ? undefined : 'expired')
    return cause === undefined ? [] : [{ row, cause }]
  })
  const keys = new Map(dead.map(({ row }) => [row.id, row.key]))
  const ended = dead.map(({ row: { personId, id: sessionId }, cause }) => {
    return { personId, sessionId, cause }
  })
  for (const group of together(ended))
    await parts.database.transaction(async (tx) => {
      const gone: string[] = []
      for (const id of group.sessionIds)
        if (await deleteToken(tx, parts.table, keys.get(id) ?? Buffer.alloc(0))) gone.push(id)
      if (gone.length > 0) await parts.audit.record(tx, endedEntry({ ...group, sessionIds: gone }))
    })
}

function causeOf({ clock, sessions }: DeadTokenParts, row: TokenRow): EndCause | undefined {
  // This node may not have heard yet of the person or the password it rests on.
  if (clock.now() - row.content.createdAt < tokenYoungMs) return undefined
  const { personId: id, content } = row
  const { departmentId } = content
  return sessions.causeOf({ id, departmentId }, basisOf({ content, expiresAt: undefined }))
}
