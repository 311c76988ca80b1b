/** Every expected "no", said in ManageSieve. RFC 5804 §1.3. */
import type { RefusalCode } from '../base/refusal.ts'

export interface Said {
  readonly code?: string
  readonly text: string
}

const later = { code: 'TRYLATER', text: 'Not possible just now, try again' }
const no = { text: 'You may not do this here' }
const wrong = { text: 'User name or password is wrong' }
const unlikely = { text: 'This cannot be done' }

export const refusals = {
  'try-again': later,
  'audit-unavailable': later,
  'too-busy': later,
  'bad-credentials': wrong,
  throttled: wrong,
  suspended: wrong,
  'not-permitted': no,
  'needs-approval': no,
  'not-found': { code: 'NONEXISTENT', text: 'There is no script of that name' },
  'already-exists': { code: 'ALREADYEXISTS', text: 'There is a script of that name' },
  invalid: { text: 'This cannot be used' },
  'too-many': { code: 'QUOTA/MAXSCRIPTS', text: 'There are too many scripts already' },
  'too-large': { code: 'QUOTA/MAXSIZE', text: 'The script is too long' },
  'over-quota': { code: 'QUOTA', text: 'There is no room for this' },
  'no-such-account': { code: 'NONEXISTENT', text: 'There is no such mailbox' },
  'no-such-mailbox': { code: 'NONEXISTENT', text: 'There is no such mailbox' },
  'no-such-address': unlikely,
  'relay-denied': no,
  'sender-not-yours': no,
  'list-closed': no,
  'list-moderated': no,
  'too-many-recipients': unlikely,
  'mail-loop': unlikely,
  'mailbox-exists': unlikely,
  'mailbox-has-children': unlikely,
  'mailbox-not-deletable': unlikely,
  'no-such-message': unlikely,
  'message-held': unlikely,
  'unknown-charset': unlikely,
  'refused-by-policy': unlikely,
  unauthenticated: unlikely,
  'authentication-unknown': later,
  'blocked-peer': unlikely,
  greylisted: later,
  malware: unlikely,
  spam: unlikely,
  'attachment-refused': unlikely,
  'grade-too-high': unlikely,
  'grade-in-clear': unlikely,
  'grade-outside': unlikely,
  'confirm-personal-data': unlikely,
  'personal-data-refused': unlikely,
  'too-fast': later,
} as const satisfies Record<RefusalCode, Said>
