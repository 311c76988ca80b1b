/** A SieveScript as JMAP shows it, and the state of all of an account. RFC 9661 §2. */
import { createHash } from 'node:crypto'
import type { Filter } from '../../directory/types.ts'
import type { Account } from '../core/account.ts'
import { accountOf, type MethodCall } from '../core/call.ts'
import { MethodError } from '../core/method-error.ts'

export interface SieveScript {
  readonly id: string
  readonly name: string
  readonly blobId: string
  readonly isActive: boolean
}

export const scriptProperties = ['id', 'name', 'blobId', 'isActive'] as const

/** Only of who owns the account, or holds the post; others' scripts are nobody's to see (ADR 0040). */
export function scriptAccountOf(call: MethodCall): Account {
  const account = accountOf(call)
  if (hasScripts(account)) return account
  throw new MethodError('accountNotSupportedByMethod')
}

export function hasScripts(account: Account): boolean {
  return account.may('filter.read-own')
}

/** Refusal('not-permitted'). */
export function filtersOf({ parts, principal, grant }: Account): readonly Filter[] {
  return parts.scripts.of(principal, grant)
}

export function scriptsOf(account: Account): readonly SieveScript[] {
  const active = account.parts.scripts.inForce(account.id)
  return filtersOf(account).map((filter) => ({
    id: filter.id,
    name: filter.name,
    blobId: scriptBlobId(filter),
    isActive: filter.id === active?.id,
  }))
}

/** Of what it says now: other words are another blob (RFC 8620 §6). */
export function scriptBlobId(filter: Pick<Filter, 'id' | 'script'>): string {
  const known = blobIds.get(filter)
  if (known !== undefined) return known
  const made = `S${filter.id}-${digest(filter.script)}`
  blobIds.set(filter, made)
  return made
}

/** States are told with every change of an account, and scripts may be long. */
const blobIds = new WeakMap<object, string>()

export function stateOf(account: Account): string {
  return digest(JSON.stringify(scriptsOf(account).toSorted((a, b) => (a.id < b.id ? -1 : 1))))
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 24)
}
