/** Who is nobody: the machine's operator, and the platform itself. RFC 9562 §5.8. */
import type { Actor } from './decide.ts'
import type { PlatformState } from './platform-state.ts'

/** Stands in audit entries for whoever had the machine in his hands. */
export const operatorId = '00000000-0000-8000-8000-000000000001'

/** Stands for the platform itself, where an id is asked for. */
export const platformId = '00000000-0000-8000-8000-000000000002'

export function platformActor(state: PlatformState | undefined): Actor {
  const kind = 'platform'
  return { kind, id: platformId, accounts: new Map(), offices: [], session: 'office', state }
}
