/**
 * An expected "no". Lower rooms throw it, each door translates every code by a total table.
 * Anything else that is thrown is a bug: logged whole, answered as a temporary failure.
 */

/** What a refusal is about. Each door has an answer for every code or does not compile. */
export type RefusalCode =
  /** The database, the object store or a key is out of reach for now. */
  | 'try-again'
  /** Others' data is shown only while the audit process takes its entries. */
  | 'audit-unavailable'
  /** The node has as much work as it may hold; the client should come back. */
  | 'too-busy'
  | 'bad-credentials'
  | 'throttled'
  /** The person, post or mailbox exists and is suspended. */
  | 'suspended'
  | 'not-permitted'
  /** Allowed only with a second person's consent, which is not there. */
  | 'needs-approval'
  | 'no-such-address'
  | 'relay-denied'
  | 'sender-not-yours'
  | 'list-closed'
  | 'list-moderated'
  | 'too-many-recipients'
  | 'mail-loop'
  | 'over-quota'
  | 'too-large'
  | 'too-many'
  | 'no-such-account'
  | 'no-such-mailbox'
  | 'mailbox-exists'
  | 'mailbox-has-children'
  | 'mailbox-not-deletable'
  | 'no-such-message'
  | 'message-held'
  | 'unknown-charset'
  /** A rule of the policy is against it. */
  | 'refused-by-policy'
  /** Nothing shows that it comes from who it says. */
  | 'unauthenticated'
  /** Whether it comes from who it says cannot be told now. */
  | 'authentication-unknown'
  /** The peer is on a list of bad ones. */
  | 'blocked-peer'
  /** A stranger is to come back a little later. */
  | 'greylisted'
  | 'malware'
  | 'spam'
  | 'attachment-refused'
  /** SECRET or TOP SECRET: not by this system. */
  | 'grade-too-high'
  /** CONFIDENTIAL that is not encrypted from person to person. */
  | 'grade-in-clear'
  /** CONFIDENTIAL for another system. */
  | 'grade-outside'
  /** Personal data leaves: the sender is to say that he knows, and why. */
  | 'confirm-personal-data'
  | 'personal-data-refused'
  | 'too-fast'
  | 'not-found'
  | 'already-exists'
  | 'invalid'

/** Facts for our own log. Never content, never a full address at info level. */
export type RefusalFacts = Readonly<
  Record<string, string | number | boolean | readonly string[] | undefined>
>

export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: RefusalCode
  readonly facts: RefusalFacts

  constructor(code: RefusalCode, facts: RefusalFacts = {}, options?: ErrorOptions) {
    super(code, options)
    this.code = code
    this.facts = facts
  }
}

export function isRefusal(error: unknown, code?: RefusalCode): error is Refusal {
  return error instanceof Refusal && (code === undefined || error.code === code)
}
