/** Which state the platform is in: being founded, a demo, or founded. A row that only grows on. */
import type { Millis } from '../base/clock.ts'
import type { Db } from '../db/types.ts'
import type { Keys, MacColumn } from '../keys/types.ts'

export type PlatformState = 'founding' | 'demo' | 'founded'

export interface StateRow {
  readonly version: number
  readonly state: PlatformState
  readonly changedAt: Millis
  readonly statement: string
}

interface StoredState {
  readonly version: number
  readonly state: PlatformState
  readonly changed_at: Millis
  readonly statement: string
  readonly mac: Buffer
}

/** Undefined: there is none, or it does not verify: nothing that needs a state is allowed. */
export async function findPlatformState(
  db: Db,
  keys: Pick<Keys, 'authority'>,
  onAlarm: (version: number) => void,
): Promise<StateRow | undefined> {
  const row = await db.row<StoredState>({
    name: 'access.findPlatformState',
    text: `SELECT version, state, changed_at, statement, mac FROM platform_state
      ORDER BY version DESC LIMIT 1`,
  })
  if (row === undefined) return undefined
  const { version, state, statement, mac } = row
  const found = { version, state, statement, changedAt: row.changed_at }
  if (keys.authority.verify('platform_state', stateColumns(found), mac)) return found
  onAlarm(version)
  return undefined
}

export function stateColumns(row: StateRow): readonly MacColumn[] {
  return [row.version, row.state, row.changedAt, row.statement]
}
