/** Every "no" as a reply and an enhanced status (RFC 3463) for the queue and for reports. */
import type { RefusalCode } from '../base/refusal.ts'
import type { QueueReply } from '../queue/types.ts'

export const statuses = {
  'try-again': { code: 451, enhanced: '4.3.0', text: 'Temporary local problem' },
  'audit-unavailable': { code: 451, enhanced: '4.3.0', text: 'Temporary local problem' },
  'too-busy': { code: 451, enhanced: '4.3.2', text: 'System busy' },
  'bad-credentials': { code: 550, enhanced: '5.7.8', text: 'Not authenticated' },
  throttled: { code: 451, enhanced: '4.7.0', text: 'Too many attempts' },
  suspended: { code: 550, enhanced: '5.2.1', text: 'Mailbox disabled' },
  'not-permitted': { code: 550, enhanced: '5.7.1', text: 'Not permitted' },
  'needs-approval': { code: 550, enhanced: '5.7.1', text: 'Not approved' },
  'no-such-address': { code: 550, enhanced: '5.1.1', text: 'No such mailbox' },
  'relay-denied': { code: 550, enhanced: '5.7.1', text: 'Relaying denied' },
  'sender-not-yours': { code: 550, enhanced: '5.7.1', text: 'Sender not permitted' },
  'list-closed': { code: 550, enhanced: '5.7.2', text: 'Posting to this list is restricted' },
  'list-moderated': { code: 550, enhanced: '5.7.2', text: 'This list has no moderator' },
  'too-many-recipients': { code: 550, enhanced: '5.5.3', text: 'Too many recipients' },
  'mail-loop': { code: 554, enhanced: '5.4.6', text: 'Mail loop' },
  'over-quota': { code: 452, enhanced: '4.2.2', text: 'Mailbox full' },
  'too-large': { code: 552, enhanced: '5.3.4', text: 'Message too large' },
  'too-many': { code: 452, enhanced: '4.5.3', text: 'Too many' },
  'no-such-account': { code: 550, enhanced: '5.1.1', text: 'No such mailbox' },
  'no-such-mailbox': { code: 550, enhanced: '5.2.0', text: 'No such folder' },
  'mailbox-exists': { code: 550, enhanced: '5.2.0', text: 'Mailbox fault' },
  'mailbox-has-children': { code: 550, enhanced: '5.2.0', text: 'Mailbox fault' },
  'mailbox-not-deletable': { code: 550, enhanced: '5.2.0', text: 'Mailbox fault' },
  'no-such-message': { code: 550, enhanced: '5.2.0', text: 'Mailbox fault' },
  'message-held': { code: 550, enhanced: '5.2.0', text: 'Mailbox fault' },
  'unknown-charset': { code: 550, enhanced: '5.6.0', text: 'Content not understood' },
  'refused-by-policy': { code: 550, enhanced: '5.7.1', text: 'Refused by policy' },
  unauthenticated: {
    code: 550,
    enhanced: '5.7.26',
    text: 'Nothing shows that this comes from the domain it names (SPF, DKIM, DMARC)',
  },
  'authentication-unknown': {
    code: 451,
    enhanced: '4.7.24',
    text: 'The sender cannot be verified now, try again later',
  },
  'blocked-peer': { code: 554, enhanced: '5.7.1', text: 'Your server is on a list of bad ones' },
  greylisted: { code: 451, enhanced: '4.7.1', text: 'Not seen before, try again in a few minutes' },
  malware: { code: 554, enhanced: '5.7.1', text: 'The message contains malware' },
  spam: { code: 554, enhanced: '5.7.1', text: 'The message looks like spam' },
  'attachment-refused': {
    code: 554,
    enhanced: '5.7.1',
    text: 'An attachment is of a kind that is not accepted',
  },
  'grade-too-high': {
    code: 554,
    enhanced: '5.7.1',
    text: 'SECRET and TOP SECRET may not travel by this system; use the system approved for them',
  },
  'grade-in-clear': {
    code: 554,
    enhanced: '5.7.1',
    text: 'CONFIDENTIAL must be encrypted for its recipients; encrypt it and send again',
  },
  'grade-outside': {
    code: 554,
    enhanced: '5.7.1',
    text: 'CONFIDENTIAL may not leave for another system; remove the recipients outside',
  },
  'confirm-personal-data': {
    code: 554,
    enhanced: '5.7.1',
    text: 'Personal data would leave; remove it, or put [CONFIRMED: reason] in the subject',
  },
  'personal-data-refused': {
    code: 554,
    enhanced: '5.7.1',
    text: 'So much personal data may not leave for a public mail provider',
  },
  'too-fast': {
    code: 451,
    enhanced: '4.7.1',
    text: 'Too many recipients in so short a time, try again later',
  },
  'not-found': { code: 550, enhanced: '5.2.0', text: 'Mailbox fault' },
  'already-exists': { code: 550, enhanced: '5.2.0', text: 'Mailbox fault' },
  invalid: { code: 550, enhanced: '5.6.0', text: 'Message not acceptable' },
} as const satisfies Record<RefusalCode, QueueReply>

/** Whether it may go better later. */
export function isPassing(code: RefusalCode): boolean {
  return statuses[code].code < 500
}
