/**
 * What a log line may carry: a closed list. A field that is not here is not logged, whatever its
 * value; a value that could be content is not let through. Logs are read by more people than mail is.
 */
import { createHmac, randomBytes } from 'node:crypto'
import { fieldOctetsMax } from './limits.ts'

/** `code`: words of our own or of a standard. `address`: shown as a pseudonym only. */
type FieldKind = 'id' | 'code' | 'number' | 'flag' | 'peer' | 'address'

export const fieldKinds = {
  accountId: 'id',
  departmentId: 'id',
  mailboxId: 'id',
  messageId: 'id',
  principalId: 'id',
  postId: 'id',
  listId: 'id',
  queueId: 'id',
  sessionId: 'id',
  nodeId: 'id',
  keyId: 'id',
  objectId: 'id',
  act: 'code',
  basis: 'code',
  code: 'code',
  command: 'code',
  door: 'code',
  event: 'code',
  listener: 'code',
  mechanism: 'code',
  method: 'code',
  outcome: 'code',
  place: 'code',
  reason: 'code',
  role: 'code',
  route: 'code',
  signal: 'code',
  state: 'code',
  table: 'code',
  tls: 'code',
  version: 'code',
  what: 'code',
  attempt: 'number',
  count: 'number',
  durationMs: 'number',
  modSeq: 'number',
  octets: 'number',
  port: 'number',
  recipients: 'number',
  seq: 'number',
  status: 'number',
  uid: 'number',
  until: 'number',
  worker: 'number',
  isTls: 'flag',
  isDuplicate: 'flag',
  remoteAddress: 'peer',
  address: 'address',
  reversePath: 'address',
  forwardPath: 'address',
  identity: 'address',
} as const satisfies Record<string, FieldKind>

export type FieldName = keyof typeof fieldKinds
export type FieldValue = string | number | boolean | undefined
export type LogFields = Readonly<Partial<Record<FieldName, FieldValue>>>

/** Words, ids and paths of our own making; nothing a person writes in a sentence. */
const codePattern = /^[\w.:/+-]{1,128}$/
const peerPattern = /^[0-9a-fA-F.:%\w]{2,64}$/

/** Hides what is not allowed. Fields that were left out are named, so that a mistake is seen. */
export function admitFields(
  fields: Readonly<Record<string, unknown>>,
  pseudonym: Pseudonym,
): Record<string, unknown> {
  const admitted: Record<string, unknown> = {}
  const left: string[] = []
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue
    const shown = admitValue(kindOf(name), value, pseudonym)
    if (shown === undefined) left.push(name)
    else admitted[name] = shown
  }
  if (left.length > 0) admitted['leftOut'] = left
  return admitted
}

function kindOf(name: string): FieldKind | undefined {
  // `hasOwn` makes the name one of the table's.
  return Object.hasOwn(fieldKinds, name) ? fieldKinds[name as FieldName] : undefined
}

function admitValue(
  kind: FieldKind | undefined,
  value: unknown,
  pseudonym: Pseudonym,
): string | number | boolean | undefined {
  if (kind === undefined) return undefined
  if (kind === 'number') return typeof value === 'number' ? value : undefined
  if (kind === 'flag') return typeof value === 'boolean' ? value : undefined
  if (typeof value === 'number' && kind === 'code') return value
  if (typeof value !== 'string' || value.length > fieldOctetsMax) return undefined
  if (kind === 'address') return pseudonym(value)
  const pattern = kind === 'peer' ? peerPattern : codePattern
  return pattern.test(value) ? value : undefined
}

/** The same address has the same pseudonym within one run, and nobody can compute it outside. */
export type Pseudonym = (address: string) => string

export function createPseudonym(key: Uint8Array = randomBytes(32)): Pseudonym {
  return (address) =>
    address === ''
      ? '~'
      : `~${createHmac('sha256', key).update(address.toLowerCase()).digest('hex').slice(0, 12)}`
}
