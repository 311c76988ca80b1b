/**
 * Where we answer otherwise than Cyrus and mean to. Every difference the comparison finds must be
 * here, and everything here must still be found.
 */
import {
  asText,
  asWritten,
  beforeDelimiter,
  looseAddresses,
  messageGlobal,
  noField,
  opaque,
  wholeDelimiter,
  type Explained,
} from './explained.ts'

const unknown = 'Cyrus does not know it'

export const explainedCyrus: readonly Explained[] = [
  {
    command: /^ENVELOPE$/,
    mail: ['groups and routes', 'raw UTF-8 header fields', 'unending angle brackets'],
    why: looseAddresses,
  },
  {
    command: /^ENVELOPE$/,
    mail: ['raw ISO 8859-1 header field'],
    why: 'strings are UTF-8 (RFC 9051 §4.3): octets without a charset that are none are read as ISO 8859-1',
  },
  { command: /^(?:BODY|BINARY|ENVELOPE)/, mail: ['folds before any field'], why: noField },
  { command: /^(?:BODY|BINARY)/, mail: ['a part without header'], why: noField },
  { command: /HEADER\.FIELDS\.NOT/, mail: ['mbox line first'], why: noField },
  {
    command: /^(?:BODY|BINARY)/,
    mail: ['a forwarded letter', 'message within a message', 'boundary that begins another'],
    why: beforeDelimiter,
  },
  {
    command: /^(?:BODY|BINARY)/,
    mail: ['boundary that looks like a close', 'the same boundary twice'],
    why: wholeDelimiter,
  },
  {
    command: /^(?:BODY|BINARY)/,
    mail: ['inner end boundary missing'],
    why: 'the delimiter of an outer multipart ends an inner one that was left open (RFC 2046 §5.1.2)',
  },
  { command: /^BODY/, mail: ['message/global with UTF-8 header'], why: messageGlobal },
  {
    command: /^(?:BODY|BINARY)/,
    mail: [
      'multipart without boundary parameter',
      'multipart whose boundary never comes',
      'multipart that closes at once',
    ],
    why: asText,
  },
  {
    command: /^(?:BODY|BINARY)/,
    mail: [
      'header cut by a delimiter of the outer',
      'encoded message/rfc822',
      'absurd nesting of multiparts',
      'absurd nesting of messages',
    ],
    why: opaque,
  },
  {
    command: /^BODY(?:STRUCTURE)?$/,
    mail: [
      'Content-Type of one word',
      'parameters without order',
      'continuations without order',
      'RFC 2231 file name in continuations',
    ],
    why: asWritten,
  },
  {
    command: /\[2\.HEADER\.FIELDS/,
    mail: [
      'an encoded subject',
      'alternative within mixed',
      'EUC-JP and Shift_JIS in one message',
      'no end boundary',
      'cut within a delimiter',
      'delimiters one after another',
    ],
    why: 'only a message has a header; a part has MIME fields (RFC 9051 §6.4.5.1)',
  },
  { command: /^BINARY/, mail: ['uuencoded attachment'], why: 'uuencode is known' },
  {
    command: /^(?:SEARCH FROM ""|SORT \(TO\) UTF-8 ALL)$/,
    why: 'an address that is none has no mailbox to sort by; the field is there, and contains the empty string',
  },
  {
    command: /^SEARCH CHARSET UTF-8 (?:SUBJECT|BODY|TEXT)/,
    why: 'Big5 within an alternative, GB 18030, and UTF-8 that nobody labelled are read too',
  },
  {
    command: / NO-SUCH-CHARSET /,
    why: 'a charset nobody knows is a NO with BADCHARSET (RFC 9051 §6.4.4)',
  },
  {
    command:
      /^(?:UID )?(?:SORT(?: RETURN \(.*\))? \(SUBJECT\)|THREAD (?:REFERENCES|ORDEREDSUBJECT)) UTF-8/,
    why: 'spaces in a row are one in a base subject (RFC 5256 §2.1), and raw or rare charsets are read; MIN and MAX are the first and last in the order asked for (RFC 5267 §3.1)',
  },
  {
    command: /^SORT \(CC REVERSE SIZE\) UTF-8 ALL$/,
    why: 'the first address of the envelope is the group’s name (RFC 5256 §3)',
  },
  { command: /^(?:UID SEARCH RETURN \(SAVE\).*|FETCH \$ .*|SEARCH \$)$/, why: unknown },
  { command: /^(?:UID SEARCH RETURN \(UPDATE\).*|CANCELUPDATE .*)$/, why: unknown },
  { command: /^SEARCH RETURN \(PARTIAL/, why: unknown },
  {
    command: /^STORE (?:1 [+-]FLAGS|2:3 \+?FLAGS(?:\.SILENT)?) \(\\(?:Flagged|Seen)\)$/,
    why: 'a search that is kept up to date says what enters and leaves it; flags that were as asked are told, and after .SILENT none',
  },
  {
    command: /^(?:FETCH (?:999|0) \(UID\)|MOVE 61 Other)$/,
    why: 'a sequence number that no message has is BAD (RFC 9051 §9, seq-number)',
  },
  {
    command: /^CREATE "bad & name"$/,
    why: 'a name that is no modified UTF-7 cannot be parsed (RFC 3501 §5.1.3)',
  },
  { command: /^RENAME z z\/under$/, why: 'no mailbox moves into itself' },
]
