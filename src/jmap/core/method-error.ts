/** A method's "no": the rest of the request goes on. RFC 8620 §3.6.2; set errors of §5.3. */
import { Refusal, type RefusalCode } from '../../base/refusal.ts'

export type MethodErrorType =
  | 'serverUnavailable'
  | 'serverFail'
  | 'serverPartialFail'
  | 'unknownMethod'
  | 'invalidArguments'
  | 'invalidResultReference'
  | 'forbidden'
  | 'accountNotFound'
  | 'accountNotSupportedByMethod'
  | 'blobNotFound'
  | 'accountReadOnly'
  | 'requestTooLarge'
  | 'stateMismatch'
  | 'cannotCalculateChanges'
  | 'anchorNotFound'
  | 'unsupportedSort'
  | 'unsupportedFilter'
  | 'tooManyChanges'
  | 'fromAccountNotFound'
  | 'unknownDataType'

export class MethodError extends Error {
  override readonly name = 'MethodError'
  readonly type: MethodErrorType
  readonly details: object

  /** `cause`: the bug behind it. */
  constructor(type: MethodErrorType, details: object = {}, cause?: unknown) {
    super(type, { cause })
    this.type = type
    this.details = details
  }
}

export function invalidArguments(description: string): MethodError {
  return new MethodError('invalidArguments', { description })
}

/** Why one object could not be made, changed or destroyed. */
export interface SetError {
  readonly type: string
  readonly description?: string
  readonly properties?: readonly string[]
  readonly [more: string]: unknown
}

/** Thrown where an object is read and its error told of it alone. */
export class SetRefusal extends Error {
  override readonly name = 'SetRefusal'
  readonly error: SetError

  constructor(error: SetError) {
    super(error.type)
    this.error = error
  }
}

export function invalidProperties(...properties: readonly string[]): SetRefusal {
  return new SetRefusal({ type: 'invalidProperties', properties })
}

interface Said {
  readonly method: MethodErrorType
  /** Of one object in a set call. */
  readonly set: string
  /** What the user can do about it. */
  readonly description?: string
}

const said = {
  'try-again': { method: 'serverUnavailable', set: 'serverFail' },
  'audit-unavailable': { method: 'serverUnavailable', set: 'serverFail' },
  'too-busy': { method: 'serverUnavailable', set: 'rateLimit' },
  'bad-credentials': { method: 'forbidden', set: 'forbidden' },
  throttled: { method: 'serverUnavailable', set: 'rateLimit' },
  suspended: { method: 'forbidden', set: 'forbidden' },
  'not-permitted': { method: 'forbidden', set: 'forbidden' },
  'needs-approval': { method: 'forbidden', set: 'forbidden' },
  'no-such-address': { method: 'invalidArguments', set: 'invalidRecipients' },
  'relay-denied': { method: 'forbidden', set: 'forbiddenToSend' },
  'sender-not-yours': { method: 'forbidden', set: 'forbiddenFrom' },
  'list-closed': { method: 'forbidden', set: 'forbiddenToSend' },
  'list-moderated': { method: 'forbidden', set: 'forbiddenToSend' },
  'too-many-recipients': { method: 'forbidden', set: 'tooManyRecipients' },
  'mail-loop': { method: 'forbidden', set: 'forbiddenToSend' },
  'over-quota': { method: 'forbidden', set: 'overQuota' },
  'too-large': { method: 'requestTooLarge', set: 'tooLarge' },
  'too-many': { method: 'forbidden', set: 'overQuota' },
  'no-such-account': { method: 'accountNotFound', set: 'forbidden' },
  'no-such-mailbox': { method: 'invalidArguments', set: 'notFound' },
  'mailbox-exists': { method: 'invalidArguments', set: 'invalidProperties' },
  'mailbox-has-children': { method: 'invalidArguments', set: 'mailboxHasChild' },
  'mailbox-not-deletable': { method: 'forbidden', set: 'forbidden' },
  'no-such-message': { method: 'invalidArguments', set: 'notFound' },
  'message-held': { method: 'forbidden', set: 'forbidden' },
  'unknown-charset': { method: 'invalidArguments', set: 'invalidProperties' },
  'refused-by-policy': {
    method: 'forbidden',
    set: 'forbiddenToSend',
    description: 'Refused by policy',
  },
  unauthenticated: { method: 'forbidden', set: 'forbiddenToSend' },
  'authentication-unknown': { method: 'serverUnavailable', set: 'serverFail' },
  'blocked-peer': { method: 'forbidden', set: 'forbiddenToSend' },
  greylisted: { method: 'serverUnavailable', set: 'serverFail' },
  malware: {
    method: 'forbidden',
    set: 'forbiddenToSend',
    description: 'The message contains malware',
  },
  spam: { method: 'forbidden', set: 'forbiddenToSend' },
  'attachment-refused': {
    method: 'forbidden',
    set: 'forbiddenToSend',
    description: 'An attachment is of a kind that is not accepted',
  },
  'grade-too-high': {
    method: 'forbidden',
    set: 'forbiddenToSend',
    description:
      'SECRET and TOP SECRET may not travel by this system; use the system approved for them',
  },
  'grade-in-clear': {
    method: 'forbidden',
    set: 'forbiddenToSend',
    description: 'CONFIDENTIAL must be encrypted for its recipients; encrypt it and send again',
  },
  'grade-outside': {
    method: 'forbidden',
    set: 'forbiddenToSend',
    description: 'CONFIDENTIAL may not leave for another system; remove the recipients outside',
  },
  'confirm-personal-data': {
    method: 'forbidden',
    set: 'forbiddenToSend',
    description: 'Personal data would leave; remove it, or put [CONFIRMED: reason] in the subject',
  },
  'personal-data-refused': {
    method: 'forbidden',
    set: 'forbiddenToSend',
    description: 'So much personal data may not leave for a public mail provider',
  },
  'too-fast': { method: 'serverUnavailable', set: 'rateLimit' },
  'not-found': { method: 'invalidArguments', set: 'notFound' },
  'already-exists': { method: 'invalidArguments', set: 'invalidProperties' },
  invalid: { method: 'invalidArguments', set: 'invalidProperties' },
} as const satisfies Record<RefusalCode, Said>

export function methodErrorOf(refusal: Refusal): MethodErrorType {
  return said[refusal.code].method
}

/**
 * The error of one object among several. What is about the call as a whole is thrown on while nothing is changed; a
 * method that answers with an error has changed nothing, or says so (RFC 8620 §3.6.2).
 */
export function setErrorWithin(error: unknown, isChanged: boolean): SetError {
  if (error instanceof SetRefusal) return error.error
  if (!(error instanceof Refusal))
    throw isChanged ? new MethodError('serverPartialFail', {}, error) : error
  if (!isChanged && said[error.code].method === 'serverUnavailable') throw error
  const { set, description }: Said = said[error.code]
  return { type: set, ...(description === undefined ? {} : { description }) }
}
