/** Why an answer of ours may differ from another server's. docs/standards.md points at the lists. */

export interface Explained {
  /** Commands, or FETCH items. */
  readonly command: RegExp
  /** Names of mail it concerns; all of it when absent. */
  readonly mail?: readonly string[]
  readonly why: string
}

/** Reasons that hold against several. */
export const looseAddresses =
  'an address without a domain has an empty host: NIL would begin or end a group (RFC 9051 §7.5.2), and a placeholder would be an address nobody wrote'
export const noField = 'a line that is no header field begins the body or is in no list of fields'
export const asText =
  'a multipart without parts is told with one text part, so that a person can read it'

export const beforeDelimiter =
  'the line break before a delimiter belongs to the delimiter, at the end of an inner multipart too (RFC 2046 §5.1.1)'
export const wholeDelimiter =
  'a delimiter is compared whole: the boundary "abc" does not end within "--abcdef"'
export const messageGlobal = 'message/global is a message like message/rfc822 (RFC 6532 §3.7)'
export const noHeader = 'only a message has a header; a part has MIME fields (RFC 9051 §6.4.5.1)'
export const opaque = 'what cannot be told apart, or lies too deep, is one opaque part'
export const asWritten =
  'a broken Content-Type is what RFC 2045 §5.2 makes of it; parameters stand as they are written, continuations included'

/** Reasons about commands. */
export const toldAgain =
  'flags that were as asked already are told as well (RFC 9051 §6.4.6); keywords that differ in case are one'
export const strictSyntax = 'what the grammar of RFC 9051 §9 does not know is BAD, and says why'
export const namesGoTogether =
  'a new mailbox is subscribed, and a renamed one under its new name too; only its client takes a name from the list'
export const askedTwice = 'what is asked for twice is told twice'
export const lastOfTwo =
  'of a field that may stand once the last counts, as in JMAP; recipients are of all such fields'
export const latin1 =
  'strings are UTF-8 (RFC 9051 §4.3): octets without a charset that are none are read as ISO 8859-1'
export const goneIsNotTold =
  'what changed is told before the answer, of messages that are gone not at all'
export const utf8Names = 'names in UTF-8 are taken of every program (RFC 9051 §5.1)'
