/** The audit entry of an administrative act: which fields changed, never their values. */
import type { Tx } from '../../db/types.ts'
import type { Writing } from './writing.ts'

export interface Administration {
  readonly act: string
  readonly departmentId?: string
  readonly objectId: string
  readonly fields: readonly string[]
}

export function recordAct(
  tx: Tx,
  writing: Pick<Writing, 'audit' | 'actor'>,
  administration: Administration,
): Promise<void> {
  return writing.audit.record(tx, { kind: 'administration', ...administration, ...writing.actor })
}
