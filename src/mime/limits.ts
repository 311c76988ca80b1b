/** Every number of this room with its reason. Beyond a limit the octets stay; only meaning ends. */

/** What one message may cost the parser. */
export interface ParseLimits {
  readonly partsMax: number
  readonly depthMax: number
  readonly headerOctetsMax: number
  readonly fieldsMax: number
}

export const defaultLimits: ParseLimits = {
  /** The largest digests in real mail have some hundreds of parts. */
  partsMax: 1_000,
  /** Forwards of forwards reach ten; recursion and the section numbers of IMAP stay short. */
  depthMax: 40,
  /** One header. Mail that passed many relays and lists has 30 KiB. */
  headerOctetsMax: 256 * 1024,
  /** Fields of the whole message, nested headers included. */
  fieldsMax: 5_000,
}

/** A delimiter line longer than this is text: RFC 5322 §2.1.1 ends a line at 998 octets. */
export const delimiterLineOctetsMax = 998

/** RFC 2046 §5.1.1 says 70; some senders write more. */
export const boundaryOctetsMax = 250

/** Parameters of one field; RFC 2231 continuations count each. */
export const parametersMax = 200

/** Addresses in one field of the ENVELOPE. */
export const addressesMax = 10_000

/** RFC 5322 comments nest; deeper ones are read as ending. */
export const commentDepthMax = 50

/** Text kept for search from one message; what a person would ever have typed or read fits. */
export const searchTextMax = 1024 * 1024

/** Octets of one part that are decoded for its text: HTML carries its styles and images along. */
export const textPartOctetsMax = 4 * 1024 * 1024

/** Octets decoded for a preview: HTML has a head of styles before the first word. */
export const previewOctetsMax = 64 * 1024

/** Characters of a preview (RFC 8970 §4 recommends 200). */
export const previewMax = 200
