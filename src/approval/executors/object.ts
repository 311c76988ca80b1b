/** What a request is about, as its act's writer needs it. */
import assert from 'node:assert/strict'
import type { AccountId, PrincipalId } from '../../base/id.ts'
import type { ApprovalRequest } from '../types.ts'

export function objectIdOf({ object }: ApprovalRequest): string {
  assert(object.objectId !== undefined, 'this act names an object')
  return object.objectId
}

export function personIdOf({ object }: ApprovalRequest): PrincipalId {
  assert(object.personId !== undefined, 'this act names a person')
  return object.personId
}

export function accountIdOf({ object }: ApprovalRequest): AccountId {
  assert(object.accountId !== undefined, 'this act names an account')
  return object.accountId
}
