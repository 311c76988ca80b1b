/** The entry of sessions that ended against their owner: one for all of a person and a cause. */
import type { AuditEntry } from '../../audit/types.ts'
import type { EndedSessions } from '../sessions.ts'

export function endedEntry({ personId, cause, sessionIds }: EndedSessions): AuditEntry {
  const [only] = sessionIds
  const which = sessionIds.length === 1 && only !== undefined ? { ofSessionId: only } : {}
  const count = sessionIds.length
  return { kind: 'session-ended', ofPrincipalId: personId, ...which, cause, count }
}
