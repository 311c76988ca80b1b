/** Every "no", said in HTTP (RFC 9110 §15). */
import type { RefusalCode } from '../base/refusal.ts'

const statuses = {
  'try-again': 503,
  'audit-unavailable': 503,
  'too-busy': 503,
  'bad-credentials': 401,
  throttled: 429,
  suspended: 403,
  'not-permitted': 403,
  'needs-approval': 403,
  'no-such-address': 404,
  'relay-denied': 403,
  'sender-not-yours': 403,
  'list-closed': 403,
  'list-moderated': 403,
  'too-many-recipients': 422,
  'mail-loop': 422,
  'over-quota': 507,
  'too-large': 413,
  'too-many': 422,
  'no-such-account': 404,
  'no-such-mailbox': 404,
  'mailbox-exists': 409,
  'mailbox-has-children': 409,
  'mailbox-not-deletable': 409,
  'no-such-message': 404,
  'message-held': 409,
  'unknown-charset': 422,
  'not-found': 404,
  'already-exists': 409,
  invalid: 422,
} as const satisfies Record<RefusalCode, number>

export function statusOf(code: RefusalCode): number {
  return statuses[code]
}
