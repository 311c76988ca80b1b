/** What programs keep about mailboxes and accounts. RFC 5464. */

/** Something a program keeps about a mailbox or an account (RFC 5464). */
export interface Annotation {
  readonly isShared: boolean
  /** In lower case, without its `/private` or `/shared`. */
  readonly entry: string
  readonly value: Buffer
}
