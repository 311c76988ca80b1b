/** What every verb of this room is given. */
import type { Role } from '../access/rules.ts'
import type { ActObject, ApprovalAsked } from '../access/types.ts'
import type { Audit } from '../audit/types.ts'
import type { Clock } from '../base/clock.ts'
import type { AccountId, DepartmentId, PrincipalId } from '../base/id.ts'
import { Refusal } from '../base/refusal.ts'
import type { Database, Db, Tx } from '../db/types.ts'
import type { Alarm } from '../directory/types.ts'
import type { Keys } from '../keys/types.ts'
import type { Making, Speaker } from './decide-voice.ts'
import type { ApprovalMemory } from './memory.ts'
import { findRow, lockFeeds, type ApprovalRow, type ApprovalTable } from './rows.ts'
import { stateAt } from './state.ts'
import type { ApprovalRequest } from './types.ts'

/** Who people are to this room; made from the directory and what roles they hold. */
export interface People {
  /** @throws Refusal('not-permitted') for who is not active. */
  speaker(id: PrincipalId): Speaker
  makings(id: PrincipalId): readonly Making[]
  /** His office; the operator of the machine has none that anybody else has. */
  departmentOf(id: PrincipalId): DepartmentId
  /** The owner of a person's account, the present holders of a post's, nobody of a shared one. */
  ownersOf(accountId: AccountId): readonly PrincipalId[]
  /** Whose owner may consent: the account itself, or that of a list's owner. */
  concernedBy(object: ActObject): AccountId | undefined
  /** In which of his roles he does the act; undefined: he may not. */
  roleFor(id: PrincipalId, asked: Pick<ApprovalAsked, 'act' | 'object'>): Role | undefined
}

export interface Parts {
  readonly database: Database
  readonly keys: Pick<Keys, 'directory' | 'authority'>
  readonly clock: Clock
  readonly audit: Audit
  readonly people: People
  readonly memory: ApprovalMemory
  readonly onAlarm: (alarm: Alarm) => void
  /** Transactions that only find out what must be asked for; they never commit. */
  readonly rehearsing: WeakMap<Tx, ApprovalAsked[]>
  /** Transactions in which the platform does what was approved. */
  readonly executing: WeakSet<Tx>
}

/** Who does something here, as it stands in the audit trail. */
export interface By {
  readonly principalId: PrincipalId
  readonly sessionId?: string
  readonly remoteAddress?: string
}

/** @throws Refusal('not-found'); a row that was altered or put back is alarmed and not there. */
export async function getLocked<T extends ApprovalTable>(
  tx: Tx,
  parts: Parts,
  table: T,
  id: string,
): Promise<ApprovalRow<T>> {
  await lockFeeds(tx)
  const row = await findBelieved(tx, parts, table, { id })
  if (row !== undefined) return row
  if (parts.memory.find(table, id) !== undefined)
    parts.onAlarm({ what: 'row-is-gone', table, rowId: id })
  throw new Refusal('not-found', { message: 'There is no such request.' })
}

export async function findBelieved<T extends ApprovalTable>(
  db: Db,
  parts: Parts,
  table: T,
  by: { readonly id: string } | { readonly lookup: Buffer },
): Promise<ApprovalRow<T> | undefined> {
  const row = await findRow(db, parts.keys, table, by, parts.onAlarm)
  if (row === undefined || !parts.memory.isOlder(table, row)) return row
  parts.onAlarm({ what: 'row-was-put-back', table, rowId: row.id })
  return undefined
}

/** Equal for the same act on the same thing with the same input by the same person. */
export function lookupOf({ keys }: Pick<Parts, 'keys'>, actorId: string, digest: string): Buffer {
  return keys.directory.hash('approval', `${actorId} ${digest}`)
}

export function requestOf(row: ApprovalRow<'approval'>, now: number): ApprovalRequest {
  return { ...row.content, id: row.id, version: row.version, state: stateAt(row.content, now) }
}
