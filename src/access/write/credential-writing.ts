/** What the writers of credentials are given, and what they have in common. */
import type { Tx } from '../../db/types.ts'
import { getRow } from '../../directory/write/shelf.ts'
import type { Shelf } from '../../directory/rows/write-rows.ts'
import type { GrantingAct, Writing } from '../../directory/write/writing.ts'

export type CredentialWriting = Pick<Writing, 'keys' | 'clock' | 'audit' | 'actor' | 'requireGrant'>

export function credentialShelf(tx: Tx, writing: Pick<Writing, 'keys'>): Shelf {
  return { tx, keys: writing.keys, feed: 'credential', table: 'credential' }
}

/** His department; asks the grant when another than he does the act. */
export async function requireMayWrite(
  tx: Tx,
  writing: CredentialWriting,
  personId: string,
  act: GrantingAct,
): Promise<string> {
  if (writing.actor.principalId !== personId) await writing.requireGrant(tx, act)
  return (await getRow(tx, writing, 'person', personId)).departmentId
}

export function recordCredentialAct(
  tx: Tx,
  writing: CredentialWriting,
  act: string,
  of: { readonly departmentId: string; readonly objectId: string; readonly fields: string[] },
): Promise<void> {
  return writing.audit.record(tx, { kind: 'administration', act, ...of, ...writing.actor })
}
