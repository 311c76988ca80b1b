/**
 * What each field of an audit entry is, to those who may not know people: shipped as it is, or as a
 * pseudonym. Total: a new field does not compile until somebody has decided.
 */
import type { AuditEntry } from '../events.ts'

/**
 * `plain`: words and numbers of ours. `id`: a person, an account or whatever an act is about.
 * `address`: a mail or network address. `text`: what somebody wrote. `uids`: a list of numbers.
 */
export type FieldClass = 'plain' | 'id' | 'address' | 'text' | 'uids'

type FieldOf<T> = T extends unknown ? keyof T : never
export type EntryField = FieldOf<AuditEntry>

export const fieldClasses = {
  kind: 'plain',
  principalId: 'id',
  role: 'plain',
  onBehalfOf: 'id',
  sessionId: 'plain',
  remoteAddress: 'address',
  reason: 'text',
  ticket: 'text',
  approvalId: 'plain',
  result: 'plain',
  // A founder's seat, public key and signature, and the statement they sign, names included.
  founders: 'text',
  statement: 'text',
  heads: 'plain',
  event: 'plain',
  nodeId: 'plain',
  mac: 'plain',
  door: 'plain',
  outcome: 'plain',
  mechanism: 'plain',
  identity: 'id',
  ofPrincipalId: 'id',
  ofSessionId: 'plain',
  cause: 'plain',
  count: 'plain',
  credential: 'plain',
  credentialId: 'plain',
  toPrincipalId: 'id',
  granted: 'plain',
  departmentId: 'plain',
  endsAt: 'plain',
  accountId: 'id',
  mailboxId: 'plain',
  toMailboxId: 'plain',
  rights: 'plain',
  act: 'plain',
  objectId: 'id',
  code: 'plain',
  fields: 'plain',
  policy: 'plain',
  policyVersion: 'plain',
  isWeaker: 'plain',
  setting: 'plain',
  value: 'plain',
  protection: 'plain',
  targetAddress: 'address',
  isExternal: 'plain',
  holdId: 'plain',
  keyId: 'plain',
  backupId: 'plain',
  durationMs: 'plain',
  faults: 'plain',
  requestId: 'plain',
  stage: 'plain',
  uids: 'uids',
  change: 'plain',
  as: 'plain',
  messageId: 'plain',
  where: 'plain',
  query: 'text',
  by: 'plain',
  what: 'plain',
  table: 'plain',
  rowId: 'id',
  rules: 'plain',
} as const satisfies Record<EntryField, FieldClass>
