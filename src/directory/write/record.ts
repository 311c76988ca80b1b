/** The audit entry of an administrative act: which fields changed, never their values. */
import type { Tx } from '../../db/types.ts'
import type { DirectoryAct, Granted, Writing } from './writing.ts'

export interface Administration {
  readonly act: DirectoryAct
  readonly departmentId?: string
  readonly objectId: string
  readonly fields: readonly string[]
}

export function recordAct(
  tx: Tx,
  writing: Pick<Writing, 'audit' | 'actor'>,
  administration: Administration,
  granted: Granted,
): Promise<void> {
  const entry = { kind: 'administration', ...administration, ...writing.actor, ...granted } as const
  return writing.audit.record(tx, entry)
}
