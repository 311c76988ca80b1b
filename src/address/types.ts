/** Addresses as SMTP and header fields write them. RFC 5321 §4.1.2, RFC 5322 §3.4.1, RFC 6531. */

/** `localPart@domain`. */
export interface Address {
  /** Without quotes and backslashes; NFC. Its case is the sender's (RFC 5321 §2.4). */
  readonly localPart: string
  /** As A-labels in lower case, or an address literal with its brackets. */
  readonly domain: string
  readonly isLiteral: boolean
}

/** What stands between `<` and `>` after MAIL FROM: and RCPT TO:. */
export interface Path {
  /** Undefined for the null reverse-path `<>` and for `<Postmaster>` without a domain. */
  readonly address: Address | undefined
  /** `<Postmaster>` without a domain, in any case (RFC 5321 §4.5.1). */
  readonly isPostmaster: boolean
  /** Where the parameters begin: after the `>`. */
  readonly end: number
}
