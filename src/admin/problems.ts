/**
 * Every "no", in plain words for an administrator: what is wrong and what to do next. RFC 9457. The
 * room that refused knows better which field and which limit it was, and is heard first.
 */
import type { Refusal, RefusalCode } from '../base/refusal.ts'

export interface Problem {
  readonly title: string
  readonly status: number
  /** The refusal's code, for programs. */
  readonly code: string
  readonly detail: string
  readonly next?: string
  /** The request that waits for a second person. */
  readonly approvalId?: string
}

interface Answer {
  readonly status: number
  readonly detail: string
  /** What the caller does now. */
  readonly next?: string
}

const later = 'Try again in a minute.'

const answers = {
  'try-again': { status: 503, detail: 'The database cannot be reached.', next: later },
  'audit-unavailable': {
    status: 503,
    detail: 'The audit trail cannot take the entry, and nothing is done without it.',
    next: later,
  },
  'too-busy': { status: 503, detail: 'The node is busy.', next: later },
  'bad-credentials': {
    status: 401,
    detail: 'The sign-in is not right, or it has ended.',
    next: 'Sign in again: POST /admin/v1/sessions, or tamar login.',
  },
  throttled: { status: 429, detail: 'There were too many attempts.', next: 'Wait a few minutes.' },
  suspended: { status: 403, detail: 'The person or mailbox is suspended.' },
  'not-permitted': {
    status: 403,
    detail: 'You may not do this.',
    next: 'Ask somebody whose role it is; docs/roles.md says which.',
  },
  'needs-approval': {
    status: 403,
    detail: 'Somebody could read mail through this: it needs a second person’s consent.',
    next: 'Say why (--reason, or the field Tamar-Reason), and it is asked for.',
  },
  'no-such-address': { status: 404, detail: 'Nobody has this address.' },
  'relay-denied': { status: 403, detail: 'Mail to this address is not passed on.' },
  'sender-not-yours': { status: 403, detail: 'This sender belongs to somebody else.' },
  'list-closed': { status: 403, detail: 'This list does not take mail from there.' },
  'list-moderated': { status: 403, detail: 'Mail to this list waits for its moderator.' },
  'too-many-recipients': { status: 422, detail: 'There are too many recipients.' },
  'mail-loop': { status: 422, detail: 'The message goes round in circles.' },
  'over-quota': {
    status: 507,
    detail: 'There is no room left.',
    next: 'Raise the limit or make room.',
  },
  'too-large': { status: 413, detail: 'It is larger than the limit.' },
  'too-many': { status: 422, detail: 'There are too many of them.' },
  'no-such-account': { status: 404, detail: 'There is no such account.' },
  'no-such-mailbox': { status: 404, detail: 'There is no such mailbox.' },
  'mailbox-exists': { status: 409, detail: 'There is a mailbox of this name already.' },
  'mailbox-has-children': { status: 409, detail: 'The mailbox contains other mailboxes.' },
  'mailbox-not-deletable': { status: 409, detail: 'This mailbox cannot be deleted.' },
  'no-such-message': { status: 404, detail: 'There is no such message.' },
  'message-held': { status: 409, detail: 'The message is held and cannot be destroyed.' },
  'unknown-charset': { status: 422, detail: 'The character set is not known.' },
  'refused-by-policy': { status: 403, detail: 'Refused by policy.' },
  unauthenticated: {
    status: 403,
    detail: 'Nothing shows that this comes from the domain it names (SPF, DKIM, DMARC).',
  },
  'authentication-unknown': {
    status: 503,
    detail: 'The sender cannot be verified now, try again later.',
  },
  'blocked-peer': { status: 403, detail: 'Your server is on a list of bad ones.' },
  greylisted: { status: 503, detail: 'Not seen before, try again in a few minutes.' },
  malware: { status: 403, detail: 'The message contains malware.' },
  spam: { status: 403, detail: 'The message looks like spam.' },
  'attachment-refused': { status: 403, detail: 'An attachment is of a kind that is not accepted.' },
  'grade-too-high': {
    status: 403,
    detail:
      'SECRET and TOP SECRET may not travel by this system; use the system approved for them.',
  },
  'grade-in-clear': {
    status: 403,
    detail: 'CONFIDENTIAL must be encrypted for its recipients; encrypt it and send again.',
  },
  'grade-outside': {
    status: 403,
    detail: 'CONFIDENTIAL may not leave for another system; remove the recipients outside.',
  },
  'confirm-personal-data': {
    status: 403,
    detail: 'Personal data would leave; remove it, or put [CONFIRMED: reason] in the subject.',
  },
  'personal-data-refused': {
    status: 403,
    detail: 'So much personal data may not leave for a public mail provider.',
  },
  'too-fast': { status: 429, detail: 'Too many recipients in so short a time, try again later.' },
  'not-found': { status: 404, detail: 'There is no such thing.' },
  'already-exists': { status: 409, detail: 'It exists already.' },
  invalid: { status: 422, detail: 'Something in it is not right.' },
} as const satisfies Record<RefusalCode, Answer>

export function problemOf({ code, facts }: Refusal): Problem {
  const answer: Answer = answers[code]
  const { message, approvalId } = facts
  const isAsked = code === 'needs-approval' && typeof approvalId === 'string'
  const next = isAsked ? 'It is done with the last yes.' : answer.next
  const detail = typeof message === 'string' ? message : answer.detail
  return {
    // The request was taken down: it is not a failure, but it is not done either.
    ...problem(isAsked ? 202 : answer.status, code, detail, next),
    ...(isAsked ? { approvalId } : {}),
  }
}

export function problem(status: number, code: string, detail: string, next?: string): Problem {
  const title = status === 202 ? 'It waits' : status >= 500 ? 'It did not work' : 'It was not done'
  return { title, status, code, detail, ...(next === undefined ? {} : { next }) }
}
