/**
 * Entries as the day compares them: what the specification (docs/audit.md, src/audit/events.ts) says
 * of each kind, without what nobody can know beforehand (ids of sessions, times). Persons, accounts
 * and objects stand by name: address, code of a department, or an id that was answered.
 */
import type { EntryKind } from '../../src/audit/events.ts'

export interface Fact {
  readonly kind: EntryKind
  readonly [field: string]: string | number | boolean | undefined
}

const who = ['principalId', 'role', 'onBehalfOf', 'reason', 'ticket', 'approvalId', 'result']
const place = ['accountId', 'mailboxId']

/** Fields that must agree, for each kind; a field that is missing must be missing in both. */
export const comparedFields: Readonly<Record<EntryKind, readonly string[]>> = {
  founding: ['stage'],
  node: ['event', 'nodeId'],
  void: [],
  'sign-in': ['principalId', 'door', 'outcome', 'mechanism', 'identity', 'reason'],
  'session-ended': [...who, 'ofPrincipalId', 'cause', 'count'],
  credential: [...who, 'event', 'credential', 'ofPrincipalId'],
  role: [...who, 'event', 'toPrincipalId', 'granted', 'departmentId'],
  delegation: [...who, ...place, 'event', 'toPrincipalId', 'rights'],
  privilege: [...who, 'act', 'objectId'],
  refused: [...who, 'act', 'objectId', 'code'],
  administration: [...who, 'act', 'objectId', 'departmentId'],
  policy: [...who, 'event', 'policy', 'isWeaker'],
  'audit-policy': [...who, 'event', 'setting'],
  protection: [...who, 'event', 'protection', 'objectId'],
  forwarding: [...who, 'event', 'accountId', 'targetAddress', 'isExternal'],
  'mail-override': [...who, 'rules'],
  hold: [...who, 'event', 'holdId', 'accountId'],
  key: [...who, 'event', 'keyId'],
  backup: [...who, 'event', 'stage'],
  approval: [...who, 'event', 'requestId', 'act', 'toPrincipalId', 'count'],
  'mail-read': [...who, ...place, 'uids'],
  'mail-delete': [...who, ...place, 'uids'],
  'mail-change': [...who, ...place, 'uids', 'change', 'event', 'toMailboxId'],
  'mail-send': [...who, 'accountId', 'as'],
  examination: [...who, 'event', 'accountId'],
  search: [...who, 'where', 'accountId', 'count'],
  trace: [...who, 'by'],
  'ledger-read': [...who, 'accountId'],
  'audit-read': [...who, 'event'],
  alarm: ['what'],
}

/** One line for one entry: the same line is the same entry. */
export function lineOf(fact: Fact): string {
  const fields = comparedFields[fact.kind]
  const unknown = Object.keys(fact).filter((name) => name !== 'kind' && !fields.includes(name))
  if (unknown.length > 0) throw new Error(`${fact.kind} is not compared by ${unknown.join(', ')}`)
  const said = fields
    .filter((name) => fact[name] !== undefined)
    .map((name) => `${name}=${String(fact[name])}`)
  return [fact.kind, ...said].join(' ')
}
