/** What the writers of credentials are given, and what they have in common. */
import type { Tx } from '../../db/types.ts'
import { getRow } from '../../directory/write/shelf.ts'
import type { Shelf } from '../../directory/rows/write-rows.ts'
import type { Granted, Writing } from '../../directory/write/writing.ts'
import type { ActInput } from '../types.ts'

export type CredentialWriting = Pick<Writing, 'keys' | 'clock' | 'audit' | 'actor' | 'requireGrant'>

export function credentialShelf(tx: Tx, writing: Pick<Writing, 'keys'>): Shelf {
  return { tx, keys: writing.keys, feed: 'credential', table: 'credential' }
}

/** For oneself alone: nobody has another act for it. */
export type OwnAct =
  | 'factor.add-own'
  | 'factor.remove-own'
  | 'factor.make-recovery-codes-own'
  | 'program.allow-own'
  | 'program.end-own'

export interface CredentialActs {
  /** When he does it for himself. */
  readonly own:
    | 'password.change-own'
    | 'app-password.create-own'
    | 'app-password.revoke-own'
    | OwnAct
    | 'factor.reset-for-another'
  readonly another:
    | OwnAct
    | 'factor.reset-for-another'
    | 'password.reset-for-another'
    | 'app-password.create-for-another'
    | 'app-password.revoke-for-another'
}

export interface MayWrite {
  readonly act: CredentialActs['own' | 'another']
  readonly departmentId: string
  readonly permission: Granted
  /** Another made it, and nobody agreed: see `Giving`. */
  readonly isProvisional: boolean | undefined
}

/** Whose the credential is decides which act it is; the gate decides whether it may be done. */
export async function requireMayWrite(
  tx: Tx,
  writing: CredentialWriting,
  of: { readonly personId: string; readonly acts: CredentialActs; readonly input: ActInput },
): Promise<MayWrite> {
  const { personId, acts, input } = of
  const { departmentId } = await getRow(tx, writing, 'person', personId)
  const act = writing.actor.principalId === personId ? acts.own : acts.another
  const object = { departmentId, personId }
  const permission = await writing.requireGrant(tx, { act, object, input })
  const isProvisional = act === acts.another && permission.approvalId === undefined
  return { act, departmentId, permission, isProvisional: isProvisional || undefined }
}

export function recordCredentialAct(
  tx: Tx,
  writing: CredentialWriting,
  { act, departmentId, permission }: MayWrite,
  of: { readonly objectId: string; readonly fields: string[] },
): Promise<void> {
  const kind = 'administration'
  return writing.audit.record(tx, {
    kind,
    act,
    departmentId,
    ...of,
    ...writing.actor,
    ...permission,
  })
}
