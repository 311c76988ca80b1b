/** One method call as a method is given it. RFC 8620 §3.5. */
import type { Principal } from '../../access/types.ts'
import type { JmapParts } from '../ports.ts'
import { accountsOf, type Account, type AccountReading } from './account.ts'
import type { Arguments } from './arguments.ts'
import type { JsonObject } from './json.ts'
import { MethodError } from './method-error.ts'
import type { Turns } from './turns.ts'

/** What the calls of one request share. */
export interface RequestScope {
  readonly parts: JmapParts
  readonly principal: Principal
  readonly createdIds: Map<string, string>
  /** The capabilities that the client says it knows. */
  readonly using: ReadonlySet<string>
  readonly remoteAddress: string
  /** Of all requests of this door. */
  readonly turns: Turns
  /**
   * Accounts as the calls before this one read them, none of which could change
   * anything; undefined for one that may. */
  readonly readings: Map<string, AccountReading> | undefined
}

export interface MethodCall extends RequestScope {
  readonly args: Arguments
  /** Capabilities that the request uses. */
  readonly using: ReadonlySet<string>
}

/** One response, or several where a call makes others (RFC 8621 §7.5, RFC 8620 §5.4). */
export type MethodResult = object | readonly (readonly [name: string, values: object])[]

export interface Method {
  readonly capability: string
  readonly run: (call: MethodCall) => Promise<MethodResult>
}

export function accountOf(call: MethodCall, name = 'accountId'): Account {
  const id = call.args.id(name)
  const account = accountsOf(call.parts, call.principal, call.readings).find(
    (each) => each.id === id,
  )
  if (account !== undefined) return account
  throw new MethodError(name === 'fromAccountId' ? 'fromAccountNotFound' : 'accountNotFound')
}

export type { JsonObject }
