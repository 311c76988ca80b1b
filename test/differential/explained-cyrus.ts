/**
 * Where we answer otherwise than Cyrus and mean to. Every difference the comparison finds must be
 * here, and everything here must still be found.
 */
import {
  askedTwice,
  lastOfTwo,
  latin1,
  goneIsNotTold,
  namesGoTogether,
  noHeader,
  strictSyntax,
  toldAgain,
  utf8Names,
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
    why: latin1,
  },
  { command: /^(?:BODY|BINARY|ENVELOPE|RFC822)/, mail: ['folds before any field'], why: noField },
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
      'file names by RFC 2231',
    ],
    why: asWritten,
  },
  {
    command: /\[2(?:\.2)?\.HEADER\.FIELDS/,
    mail: [
      'file names by RFC 2231',
      'a report',
      'a signed letter with a letter inside',
      'base64 with rubbish in it',
      'an encoded subject',
      'alternative within mixed',
      'EUC-JP and Shift_JIS in one message',
      'no end boundary',
      'cut within a delimiter',
      'delimiters one after another',
    ],
    why: noHeader,
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
      /^(?:UID )?(?:SORT(?: RETURN \(.*\))? \(SUBJECT\)|THREAD (?:REFERENCES|ORDEREDSUBJECT)) U/,
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
  { command: /^ENVELOPE$/, mail: ['every field twice'], why: lastOfTwo },
  {
    command: /^ENVELOPE$/,
    mail: ['comments and quoted pairs in addresses'],
    why: 'the name of somebody who stands without one is in a comment (RFC 5322 §3.4); no space ends a subject',
  },
  {
    command: /^SORT \(FROM\) UTF-8 ALL$/,
    why: 'the first address of the envelope is the group’s name (RFC 5256 §3)',
  },
  {
    command: /^SEARCH (?:CHARSET "UTF-8" SUBJECT|CHARSET UTF-8 FROM)/,
    why: 'UTF-8 that nobody labelled is read too',
  },
  { command: /^SEARCH (?:SINCE 32|YOUNGER 0|SUBJECT "un)/, why: strictSyntax },
  {
    command: /^SEARCH HEADER (?:Subject ""|From "Tai Man")$/,
    why: 'a line after a first fold is no field; comments are part of one',
  },
  { command: /^SEARCH BODY \{0/, why: 'whatever is there contains the empty string' },
  {
    command: / \$(?: |$)|\(SAVE|^NOTIFY /,
    why: unknown,
  },
  { command: /^FETCH 1 \(UID UID\)$/, why: askedTwice },
  { command: /^FETCH 1 BODY\.PEEK\[0\]$|^APPEND Nowhere "32|^APPEND Other "no/, why: strictSyntax },
  {
    command: /^(?:FETCH 99999999999 \(UID\)|STORE 999 .*|COPY 999 Other)$/,
    why: 'a sequence number that no message has is BAD (RFC 9051 §9, seq-number)',
  },
  { command: /^STORE 1(?::2)? [+-]FLAGS \((?:|ONE|never-set)\)$/, why: toldAgain },
  {
    command: /STORE .*FLAGS\.SILENT/,
    why: 'after .SILENT no flags are told',
  },
  {
    command: /^STATUS Other \(MESSAGES DELETED\)$/,
    why: 'DELETED is IMAP4rev2’s (RFC 9051 §6.3.11)',
  },
  { command: /^CREATE "q\/\/r"$/, why: 'a level of the hierarchy has a name' },
  { command: /^LIST "" "(?:inbox|InBoX)"$/, why: 'INBOX is INBOX in any case of its letters' },
  { command: /^(?:LSUB|UNSUBSCRIBE) |^LIST .*SUBSCRIBED/, why: namesGoTogether },
  { command: /^(?:B: STORE 1 .*|FETCH 1 \(UID\))$/, why: goneIsNotTold },
  { command: /^ENABLE NONSENSE$/, why: 'ENABLED is said, of nothing too (RFC 9051 §7.2.1)' },
  {
    command: /QRESYNC \(\{|VANISHED\)$/,
    why: 'what vanished is told exactly; Cyrus adds what went before',
  },
  { command: /^CREATE \{6/, why: utf8Names },
]
