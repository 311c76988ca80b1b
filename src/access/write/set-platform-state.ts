/** The platform's next state. From founded there is no way back to the acts of a founding. */
import { Refusal } from '../../base/refusal.ts'
import type { Tx } from '../../db/types.ts'
import type { Writing } from '../../directory/write/writing.ts'
import { findPlatformState, stateColumns, type PlatformState } from '../platform-state.ts'

export interface NextState {
  readonly state: PlatformState
  /** What the founders signed, or what the demo says of itself. */
  readonly statement: string
}

const allowed: Readonly<Record<PlatformState | 'none', readonly PlatformState[]>> = {
  none: ['founding', 'demo'],
  founding: ['founded', 'demo'],
  demo: [],
  founded: [],
}

export async function setPlatformState(
  tx: Tx,
  writing: Pick<Writing, 'keys' | 'clock' | 'audit' | 'actor'>,
  { state, statement }: NextState,
): Promise<void> {
  const refuse = () => {
    throw new Refusal('not-permitted', { message: 'The platform cannot go to this state.' })
  }
  const before = await findPlatformState(tx, writing.keys, refuse)
  if (!allowed[before?.state ?? 'none'].includes(state)) refuse()
  const row = {
    version: (before?.version ?? 0) + 1,
    state,
    changedAt: writing.clock.now(),
    statement,
  }
  await tx.execute({
    name: 'access.insertPlatformState',
    text: `INSERT INTO platform_state (version, state, changed_at, statement, mac)
      VALUES ($1, $2, $3, $4, $5)`,
    values: [
      row.version,
      row.state,
      row.changedAt,
      row.statement,
      writing.keys.authority.mac('platform_state', stateColumns(row)),
    ],
  })
  await writing.audit.record(tx, {
    kind: 'administration',
    act: 'platform.set-state',
    objectId: `platform-state ${row.version}`,
    fields: ['state', 'statement'],
    ...writing.actor,
  })
}
