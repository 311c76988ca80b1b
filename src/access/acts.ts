/**
 * The one catalogue of acts, as data: what each is in plain words, who may do it, and whose consent
 * it needs (architecture D9, D10). Which role may do which stands in `roles.ts`; both together are
 * the matrix of `docs/roles.md`. Ids stand in audit entries: add, never rename.
 *
 * Three reasons mark an act for a second person: somebody can read afterwards what he could not read
 * before; somebody has a power afterwards that he had not; something that protects others is less.
 */
import { dayMs, hourMs } from '../base/clock.ts'
import type { ActRule, ApprovalRule, Need } from './rules.ts'

const right = (letter: string): Need => ({ kind: 'right', letter })
const signedIn: Need = { kind: 'signed-in' }
const own: Need = { kind: 'own' }
const owner: Need = { kind: 'owner' }
const role: Need = { kind: 'role' }
const platform: Need = { kind: 'platform' }

/** Joiners, movers and leavers: the holder agrees, or an officer of the department's or the centre. */
const byHolder = (why: string): ApprovalRule => ({
  consent: 'owner-or-holder',
  approvers: ['department-administrator', 'central-administrator', 'security-officer'],
  count: 1,
  otherOffice: false,
  livesMs: 7 * dayMs,
  why,
})

/** What nobody's mail is concerned with alone, or where his consent would be worth nothing. */
const bySecurity = (why: string): ApprovalRule => ({
  consent: 'none',
  approvers: ['security-officer'],
  count: 1,
  otherOffice: false,
  livesMs: 3 * dayMs,
  why,
})

/** Another's mail is opened: he agrees himself, or the security officer, for a day. */
const toOpenMail = (why: string): ApprovalRule => ({
  consent: 'owner-or-holder',
  approvers: ['security-officer'],
  count: 1,
  otherOffice: true,
  livesMs: dayMs,
  why,
})

/** The few acts that change the ground: two approvers, of whom one is of another office. */
const byTwo = (why: string): ApprovalRule => ({
  consent: 'none',
  approvers: ['security-officer', 'central-administrator'],
  count: 2,
  otherOffice: true,
  livesMs: dayMs,
  why,
})

export const acts = {
  // Mail, by right. RFC 4314 §2.1, §4; digits are rights of our own (RFC 4314 §2).
  'mail.lookup': { words: 'see that a mailbox is there', need: right('l') },
  'mail.read': { words: 'read messages', need: right('r') },
  'mail.seen': { words: 'mark messages as read', need: right('s') },
  'mail.write': { words: 'set flags and keywords', need: right('w') },
  'mail.insert': { words: 'put messages into a mailbox', need: right('i') },
  'mail.submit': { words: 'send mail as the account', need: right('p') },
  'mail.create': { words: 'make mailboxes', need: right('k') },
  'mail.delete-mailbox': { words: 'delete or rename mailboxes', need: right('x') },
  'mail.delete-message': { words: 'mark messages as deleted', need: right('t') },
  'mail.expunge': { words: 'expunge messages', need: right('e') },
  // Who may delete for good may undo it; a reader of a shared mailbox has no business there.
  'mail.recover': { words: 'have deleted messages back', need: right('e') },
  'mail.administer': { words: 'see who has which right in a mailbox', need: right('a') },
  'mail.submit-on-behalf': { words: 'send mail on behalf of the account', need: right('0') },

  // What is one's own.
  'ledger.delay': {
    words: 'delay what an owner is told of who opened his mailbox',
    need: role,
    approval: bySecurity('somebody opens a mailbox and its owner does not hear of it yet'),
  },
  'directory.look-up': { words: 'look up a person in the address book', need: signedIn },
  'password.change-own': { words: 'change his own password', need: own },
  'app-password.create-own': { words: 'make an app password for himself', need: own },
  'app-password.revoke-own': { words: 'revoke his own app password', need: own },
  'app-password.read-own': { words: 'list his own app passwords', need: own },
  'factor.add-own': { words: 'add a passkey or codes to his own sign-in', need: own },
  'factor.remove-own': { words: 'remove one of his own second factors', need: own },
  'factor.make-recovery-codes-own': { words: 'make recovery codes for himself', need: own },
  'program.allow-own': { words: 'let a mail program in by OAuth', need: own },
  'program.end-own': { words: 'end a mail program of his own', need: own },
  'session.end-own': { words: 'end his own sessions', need: own },
  'push.subscribe-own': { words: 'have a device of his told that something changed', need: own },
  'push.end-own': { words: 'end what a device of his is told', need: own },
  'ledger.read-own': { words: 'see who opened his mailbox', need: own },
  'audit.read-own': { words: 'see in the audit trail what he did himself', need: own },
  'redirect.set-own': {
    words: 'send his own mail on to an address of the government',
    need: owner,
  },
  'redirect.set-external': {
    words: 'send his own mail on out of the government, until a date',
    need: owner,
    approval: bySecurity('mail of the government goes to where nobody here keeps it'),
  },
  'redirect.remove-own': { words: 'end a redirect of his own mail', need: owner },
  'redirect.read-own': { words: 'see where his own mail is sent on to', need: owner },
  'filter.set-own': { words: 'say by a script what is done with his own mail', need: owner },
  'filter.remove-own': { words: 'end or remove a script of his own', need: owner },
  'filter.read-own': { words: 'see his own scripts', need: owner },
  'share-notice.dismiss': {
    words: 'put aside what he was told of rights in others’ mailboxes',
    need: signedIn,
  },
  'vacation.set-own': { words: 'say what is answered while he is away', need: owner },
  'vacation.read-own': { words: 'see what is answered while he is away', need: owner },
  'list.moderate': { words: 'let through or refuse what waits for a list of his', need: owner },
  'held.request': { words: 'see what was set aside of his mail, and ask for it', need: owner },
  'delegation.grant': { words: 'let somebody into his own mailbox', need: owner },
  'delegation.revoke': { words: 'end a delegation of his own mailbox', need: owner },
  'delegation.read': { words: 'see the delegations of his own mailbox', need: owner },

  // Approvals; what each needs beside being signed in stands in the request.
  'approval.read': { words: 'see requests that concern him', need: signedIn },
  'approval.decide': { words: 'agree to a request or refuse it', need: signedIn },
  'approval.withdraw': { words: 'withdraw his own request', need: signedIn },
  'approval.review': { words: 'review what was done with an approval', need: role },

  // The directory.
  'directory.read': { words: 'list people, posts, mailboxes and lists', need: role },
  'department.create': { words: 'make a department', need: role },
  'department.rename': { words: 'rename a department', need: role },
  'department.set-limit': { words: 'limit the room of a department', need: role },
  'domain.add': {
    words: 'make a domain internal',
    need: role,
    approval: bySecurity('mail to that domain no longer leaves the platform'),
  },
  'domain.remove': {
    words: 'make a domain external',
    need: role,
    approval: bySecurity('mail to that domain leaves the platform'),
  },
  'person.create': { words: 'make a person', need: role },
  'person.rename': { words: 'rename a person', need: role },
  'person.move': { words: 'move a person to another department', need: role },
  'person.suspend': { words: 'suspend a person', need: role },
  'person.resume': { words: 'let a suspended person in again', need: role },
  'person.leave': { words: 'say that a person has left', need: role },
  'person.reactivate': {
    words: 'let back who had left',
    need: role,
    approval: bySecurity('who had left reads again what is his, and what came since'),
  },
  'post.create': { words: 'make a post', need: role },
  'post.rename': { words: 'rename a post', need: role },
  'post.appoint': {
    words: 'appoint somebody to a post',
    need: role,
    approval: byHolder('the holder of a post reads all its mail'),
  },
  'post.end-appointment': { words: 'end an appointment', need: role },
  'post.remove': { words: 'remove a post that is empty', need: role },
  'shared.create': { words: 'make a shared mailbox', need: role },
  'shared.rename': { words: 'rename a shared mailbox', need: role },
  'shared.add-member': {
    words: 'make somebody a member of a shared mailbox',
    need: role,
    approval: byHolder('a member of a shared mailbox reads it'),
  },
  'shared.remove-member': { words: 'take a member out of a shared mailbox', need: role },
  'list.create': { words: 'make a distribution list', need: role },
  'list.rename': { words: 'rename a distribution list', need: role },
  'list.add-member': {
    words: 'put an address on a list',
    need: role,
    approval: byHolder('a member of a list gets what is sent to it'),
  },
  'list.remove-member': { words: 'take an address off a list', need: role },
  'list.set-owner': {
    words: 'give a list another owner',
    need: role,
    approval: byHolder('the owner of a list gets its moderated mail and its failures'),
  },
  'list.remove': { words: 'remove a list without members', need: role },
  'list.set-posting': { words: 'say who may post to a list', need: role },
  'address.add-alias': {
    words: 'give somebody one more address',
    need: role,
    approval: byHolder('who has an address reads what is sent to it'),
  },
  'address.reassign': {
    words: 'give somebody an address that was another’s',
    need: role,
    approval: bySecurity('mail that is meant for the one before goes to the other'),
  },
  'address.set-primary': { words: 'say which address is the first', need: role },
  'address.remove-alias': { words: 'take an alias away', need: role },
  'quota.set': { words: 'set how much room an account has', need: role },
  'redirect.set': {
    words: 'send another’s mail on to an address',
    need: role,
    approval: byHolder('who has that address reads what is sent on'),
  },
  'redirect.read': { words: 'see where another’s mail is sent on to', need: role },
  'redirect.remove': { words: 'end a redirect', need: role },

  // Who may sign in.
  'password.reset-for-another': {
    words: 'give another a new password',
    need: role,
    approval: byHolder('who knows the password of another signs in as him'),
  },
  'factor.reset-for-another': {
    words: 'take away another’s second factors',
    need: role,
    approval: byHolder('then a password alone is asked of him, and who knows it adds his own'),
  },
  'app-password.create-for-another': {
    words: 'make an app password for another',
    need: role,
    approval: byHolder('who knows an app password of another signs in as him'),
  },
  'app-password.revoke-for-another': { words: 'revoke another’s app password', need: role },
  'app-password.read': { words: 'list the app passwords of another, by label', need: role },
  'session.read': { words: 'list sessions', need: role },
  'session.end': { words: 'end another’s sessions', need: role },
  'delegation.grant-for-another': {
    words: 'let somebody into another’s mailbox',
    need: role,
    approval: byHolder('the owner did not make this delegation himself'),
  },
  'delegation.revoke-for-another': { words: 'end another’s delegation', need: role },
  'delegation.read-of-another': { words: 'list the delegations of another', need: role },

  // Others' mail.
  'mailbox.examine': {
    words: 'examine another’s mailbox',
    need: role,
    approval: toOpenMail('somebody reads mail that is not his'),
  },
  'mailbox.close': { words: 'end an examination or a takeover of mail', need: role },
  'mail.export': {
    words: 'export another’s mail',
    need: role,
    approval: toOpenMail('somebody gets a copy of mail that is not his'),
  },
  'mail.restore-to-another': {
    words: 'restore mail to another than its owner',
    need: role,
    approval: toOpenMail('somebody gets mail that was another’s'),
  },
  'mail.take-over': {
    words: 'take over the mail of who has left',
    need: role,
    approval: toOpenMail('somebody reads the mail of who has left'),
  },
  'hold.place': { words: 'place a hold', need: role },
  'hold.release': {
    words: 'release a hold',
    need: role,
    approval: {
      consent: 'none',
      approvers: ['records-manager', 'access-to-information-officer', 'security-officer'],
      count: 1,
      otherOffice: false,
      livesMs: 7 * dayMs,
      why: 'what was held may be destroyed',
    },
  },
  'held.release': {
    words: 'let go or refuse mail that was set aside and that its owner asked for',
    need: role,
  },
  'trace.search': { words: 'follow a message through the platform', need: role },

  // Rules and powers.
  'policy.read': { words: 'see policies and who set them', need: role },
  'policy.raise': { words: 'make a policy stricter', need: role },
  'policy.lower': {
    words: 'make a policy weaker',
    need: role,
    approval: byTwo('what protects everybody becomes less'),
  },
  'role.read': { words: 'see who holds which role', need: role },
  'role.grant': {
    words: 'give somebody a role',
    need: role,
    approval: bySecurity('somebody has a power that he had not'),
    neverHimself: true,
    neverByMachine: true,
  },
  'role.grant-security': {
    words: 'make somebody a central administrator or a security officer',
    need: role,
    approval: byTwo('he can approve what others ask for'),
    neverHimself: true,
    neverByMachine: true,
  },
  'role.grant-auditor': {
    words: 'make somebody an auditor',
    need: role,
    approval: bySecurity('he sees who did what'),
    neverHimself: true,
    neverByMachine: true,
  },
  'role.revoke': { words: 'end a role', need: role },
  'role.revoke-auditor': {
    words: 'end the role of an auditor',
    need: role,
    approval: bySecurity('nobody looks at the trail any more'),
  },

  // The trail.
  'audit.read': { words: 'read the audit trail', need: role },
  'audit.verify': { words: 'export and verify the audit trail', need: role },
  'audit.resolve': {
    words: 'find out whom a pseudonym means',
    need: role,
    approval: bySecurity('the trail becomes a record of one person'),
  },
  'audit.change-settings': {
    words: 'change how the audit trail is kept',
    need: role,
    approval: byTwo('less may be recorded, or for a shorter time'),
  },

  // Operation: ids, counts and times, no user data.
  'platform.status': { words: 'see health, capacity and versions', need: role },
  'report.read': {
    words: 'see what other systems reported of our mail, as counts',
    need: role,
  },
  'queue.read': { words: 'see the queue by opaque ids', need: role },
  'queue.retry': { words: 'try waiting mail again', need: role },
  'queue.hold': { words: 'hold back waiting mail', need: role },
  'queue.release': { words: 'let held back mail go', need: role },
  'queue.remove': { words: 'remove waiting mail', need: role },
  'node.stop': { words: 'stop a node', need: role },
  'node.drain': { words: 'drain a node', need: role },
  'certificate.renew': { words: 'see and replace the certificate of a node', need: role },
  'task.read': { words: 'see tasks and their progress', need: role },
  'task.cancel': { words: 'cancel a task', need: role },
  'backup.make': { words: 'make a sealed backup', need: role },
  'backup.verify': { words: 'verify a backup', need: role },
  'search.rebuild': { words: 'pack the texts of mail for search anew', need: role },
  'platform.verify': { words: 'verify what is stored', need: role },
  'drill.run': { words: 'try whether a backup can be brought back', need: role },
  'key.rotate': { words: 'rotate keys', need: role },
  'break-glass': {
    words: 'break the glass',
    need: role,
    approval: { ...byTwo('every rule but this one is set aside for an hour'), livesMs: hourMs },
  },

  // The platform by itself.
  'platform.set-state': { words: 'go on to the next state of the platform', need: platform },
  'platform.take-seat': { words: 'give a founder the roles of his seat', need: platform },
} as const satisfies Record<string, ActRule>

export type Act = keyof typeof acts

/** The rule of an act, with the optional parts that the catalogue's literal types leave out. */
export function ruleOf(act: Act): ActRule {
  return acts[act]
}

export const allActs = Object.keys(acts) as readonly Act[]
