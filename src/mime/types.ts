/**
 * The structure of a message (RFC 5322, RFC 2045 to 2049, RFC 2231) as offsets into its octets:
 * nothing is copied, nothing is changed, and no octets make the parser throw.
 */

/** One header field. Offsets are into the whole message; the value excludes the final CRLF. */
export interface HeaderField {
  /** As written. */
  readonly name: string
  readonly lowerName: string
  readonly start: number
  readonly valueStart: number
  readonly end: number
}

export type Parameters = ReadonlyMap<string, string>

/** A leaf, a multipart, or a message/rfc822 with the message inside. */
export interface Part {
  /** Where the header begins. */
  readonly start: number
  /** Where the body begins, after the empty line. */
  readonly bodyStart: number
  /** Where the body ends: before the CRLF that belongs to the boundary. */
  readonly end: number
  readonly fields: readonly HeaderField[]
  /** Lower case, defaulted as RFC 2045 §5.2 and RFC 2046 §5.1.5 say. */
  readonly type: string
  readonly subtype: string
  /** Names in lower case, RFC 2231 continuations joined and decoded, encoded-words tolerated. */
  readonly parameters: Parameters
  readonly disposition: { readonly value: string; readonly parameters: Parameters } | undefined
  /** Lower case; `7bit` when absent. */
  readonly encoding: string
  readonly id: string | undefined
  readonly description: string | undefined
  readonly md5: string | undefined
  readonly language: readonly string[]
  readonly location: string | undefined
  /** Lines of the body, counted as RFC 9051 BODYSTRUCTURE wants them. */
  readonly lines: number
  /** Children of a multipart. */
  readonly children: readonly Part[]
  /** The message within message/rfc822 (or message/global). */
  readonly message: Part | undefined
}

/** One address as IMAP's ENVELOPE and JMAP want it. Group syntax as RFC 9051 §7.5.2. */
export interface EnvelopeAddress {
  /** Raw, encoded-words as written; undefined is NIL. */
  readonly name: string | undefined
  readonly route: string | undefined
  /** Group start: the group's name here and host undefined. Group end: both undefined. */
  readonly mailbox: string | undefined
  readonly host: string | undefined
}

/** RFC 9051 §7.5.2 "ENVELOPE": raw values, unfolded, undecoded. */
export interface ImapEnvelope {
  readonly date: string | undefined
  readonly subject: string | undefined
  readonly from: readonly EnvelopeAddress[]
  readonly sender: readonly EnvelopeAddress[]
  readonly replyTo: readonly EnvelopeAddress[]
  readonly to: readonly EnvelopeAddress[]
  readonly cc: readonly EnvelopeAddress[]
  readonly bcc: readonly EnvelopeAddress[]
  readonly inReplyTo: string | undefined
  readonly messageId: string | undefined
}

/** A body part as BODYSTRUCTURE tells it (RFC 9051 §7.5.2), protocol-neutral. */
export interface BodyStructure {
  readonly type: string
  readonly subtype: string
  readonly parameters: readonly (readonly [string, string])[]
  readonly id?: string
  readonly description?: string
  readonly encoding: string
  readonly octets: number
  readonly lines: number
  readonly md5?: string
  readonly disposition?: {
    readonly value: string
    readonly parameters: readonly (readonly [string, string])[]
  }
  readonly language: readonly string[]
  readonly location?: string
  readonly children: readonly BodyStructure[]
  readonly message?: { readonly envelope: ImapEnvelope; readonly structure: BodyStructure }
}
