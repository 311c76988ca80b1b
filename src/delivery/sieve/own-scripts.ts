/**
 * The scripts of an account (RFC 5228) as its owner or holder meets them at any door: read in memory, and
 * written as he, in one transaction with the entries of the trail.
 */
import type { Access, ActObject, Principal, WritingGate } from '../../access/types.ts'
import type { AccountId } from '../../base/id.ts'
import type { Database, Tx } from '../../db/types.ts'
import type { Directory, Filter } from '../../directory/types.ts'
import type { PowersWriting } from '../../directory/write/writing.ts'

export interface OwnScriptsParts {
  readonly database: Database
  readonly directory: Pick<Directory, 'filtersOf' | 'filterInForce' | 'refresh'>
  readonly access: Pick<Access, 'permit'> & { gateFor(principal: Principal): WritingGate }
  readonly writing: PowersWriting
}

export interface ScriptsBy {
  readonly principal: Principal
  readonly remoteAddress: string
}

/** Whose they are, as a grant has it. */
export type ScriptsOwner = Required<Pick<ActObject, 'accountId' | 'departmentId'>>

export interface OwnScripts {
  /** Refusal('not-permitted') */
  of(principal: Principal, owner: ScriptsOwner): readonly Filter[]
  /** What is run for mail that arrives now: a script in force of who has left an office is not. */
  inForce(accountId: AccountId): Filter | undefined
  /** What was written is seen by the next reading at this node. */
  write<T>(by: ScriptsBy, work: (tx: Tx, writing: PowersWriting) => Promise<T>): Promise<T>
}

export function createOwnScripts(parts: OwnScriptsParts): OwnScripts {
  const { database, directory, access, writing } = parts
  return {
    of(principal, owner) {
      access.permit(principal, 'filter.read-own', owner)
      return directory.filtersOf(owner.accountId)
    },
    inForce: (accountId) => directory.filterInForce(accountId, writing.clock.now()),
    async write({ principal, remoteAddress }, work) {
      const { id: principalId, sessionId } = principal
      const actor = { principalId, sessionId, remoteAddress }
      const his = { ...writing, actor, requireGrant: access.gateFor(principal) }
      const result = await database.transaction((tx) => work(tx, his))
      await directory.refresh()
      return result
    },
  }
}
