/**
 * Where we answer otherwise than Dovecot and mean to. Every difference the comparison finds must be
 * here, and everything here must still be found.
 */
import {
  askedTwice,
  asText,
  asWritten,
  goneIsNotTold,
  lastOfTwo,
  latin1,
  namesGoTogether,
  strictSyntax,
  toldAgain,
  utf8Names,
  beforeDelimiter,
  looseAddresses,
  messageGlobal,
  noField,
  opaque,
  wholeDelimiter,
  type Explained,
} from './explained.ts'

export const explainedDovecot: readonly Explained[] = [
  {
    command: /^BODY(?:STRUCTURE)?$/,
    mail: [
      'a forwarded letter',
      'alternative within mixed',
      'message within a message',
      'nested message in a digest',
      'uuencoded attachment',
      'no end boundary',
      'delimiters one after another',
    ],
    why: 'no charset is invented where none is written: RFC 2045 §5.2 gives one to a missing Content-Type only',
  },
  {
    command: /BODY|BINARY/,
    mail: [
      'a forwarded letter',
      'alternative within mixed',
      'message within a message',
      'the same boundary twice',
      'boundary that looks like a close',
    ],
    why: beforeDelimiter,
  },
  {
    command: /BODY|BINARY/,
    mail: ['boundary that begins another'],
    why: wholeDelimiter,
  },
  {
    command: /BODY|BINARY/,
    mail: ['message/global with UTF-8 header'],
    why: messageGlobal,
  },
  {
    command: /BODY|BINARY/,
    mail: [
      'a part without header',
      'body without header',
      'folds before any field',
      'mbox line first',
      'line without colon in a header',
      'space before the colon',
    ],
    why: noField,
  },
  {
    command: /BODY|BINARY/,
    mail: [
      'multipart without boundary parameter',
      'multipart whose boundary never comes',
      'multipart that closes at once',
    ],
    why: asText,
  },
  {
    command: /BODY|BINARY/,
    mail: [
      'header cut by a delimiter of the outer',
      'encoded message/rfc822',
      'absurd nesting of multiparts',
      'absurd nesting of messages',
      'cut within a delimiter',
    ],
    why: opaque,
  },
  {
    command: /^BODY(?:STRUCTURE)?$/,
    mail: [
      'broken Content-Type',
      'Content-Type of one word',
      'parameters without order',
      'continuations without order',
      'RFC 2231 file name in continuations',
    ],
    why: asWritten,
  },
  {
    command: /\[\d\.1(?:\.MIME)?\]/,
    why: 'a part that is not multipart has no part 1 of its own; only a message has (RFC 9051 §6.4.5.1)',
  },
  {
    command: /^BINARY/,
    mail: ['quoted-printable text', 'uuencoded attachment', 'UTF-8 in every place'],
    why: 'broken quoted-printable is decoded as far as it goes, and uuencode is known',
  },
  {
    command: /^BINARY\.SIZE\[\]$|^BINARY\.PEEK\[\]/,
    why: 'BINARY[] is the message as it is: only a part has a transfer encoding (RFC 3516 §4.2)',
  },
  {
    command: /^ENVELOPE$/,
    mail: ['the same subject again', 'folded header fields', 'white lines in a header'],
    why: 'unfolding takes out line breaks and nothing else (RFC 5322 §2.2.3)',
  },
  {
    command: /^ENVELOPE$/,
    mail: ['groups and routes', 'unending angle brackets'],
    why: looseAddresses,
  },
  { command: /^ENVELOPE$/, mail: ['raw ISO 8859-1 header field'], why: latin1 },
  { command: /^ENVELOPE$/, mail: ['folds before any field'], why: noField },
  { command: /^ENVELOPE$/, mail: ['every field twice'], why: lastOfTwo },
  {
    command: /^ENVELOPE$/,
    mail: ['comments and quoted pairs in addresses'],
    why: 'the first comment is the name of somebody who stands without one (RFC 5322 §3.4)',
  },
  {
    command: /HEADER\.FIELDS/,
    mail: ['header without body'],
    why: 'the empty line is always there (RFC 9051 §6.4.5.1)',
  },
  {
    command: /^SEARCH BCC x$/,
    why: 'Dovecot finds the x of its own placeholder for a missing address',
  },
  {
    command: /^SEARCH CHARSET UTF-8 SUBJECT/,
    why: 'a subject in a charset of its own, unlabelled, is read too',
  },
  {
    command: /^STORE 2:3 FLAGS/,
    why: 'flags that were as asked already are told as well (RFC 9051 §6.4.6)',
  },
  {
    command: /^SEARCH TEXT "road works"$/,
    why: 'in header fields white space of any length is one space, in TEXT as in SUBJECT',
  },
  {
    command: /^(?:SORT \(SUBJECT\)|THREAD ORDEREDSUBJECT) UTF-8 ALL$/,
    why: 'the subjects of mail without a proper header, and of 8-bit mail without a charset, are others',
  },
  {
    command: /^SORT \((?:FROM|TO)\) UTF-8 ALL$/,
    why: 'an address that is none has no mailbox to sort by',
  },
  {
    command: /^LIST "(?:|a\/)" .*/,
    why: 'the superiors of a new name are mailboxes as well (RFC 9051 §6.3.4), and stay',
  },
  {
    command: /^CREATE "bad & name"$/,
    why: 'a name that is no modified UTF-7 cannot be parsed (RFC 3501 §5.1.3)',
  },
  {
    command: /^(?:STORE 1 \+FLAGS \(\\Seen\)|EXPUNGE)$/,
    why: 'a mailbox open for reading says that nothing was changed',
  },
  {
    command: /^RENAME INBOX Old$/,
    why: 'renaming INBOX moves its messages (RFC 9051 §6.3.6)',
  },
  {
    command: /^(?:BODY|BINARY)/,
    mail: ['a signed letter with a letter inside', 'base64 with rubbish in it'],
    why: 'no charset is invented, and only a part’s own transfer encoding is taken off, as far as it goes',
  },
  { command: /^BODYSTRUCTURE$/, mail: ['file names by RFC 2231'], why: asWritten },
  {
    command: /^RFC822\.HEADER$/,
    mail: ['body without header', 'folds before any field'],
    why: noField,
  },
  { command: /^SEARCH KEYWORD \\Seen$|^SEARCH SINCE 32|^SEARCH SUBJECT "un/, why: strictSyntax },
  {
    command: /^SEARCH CHARSET "UTF-8" SUBJECT/,
    why: 'a subject in a charset of its own, unlabelled, is read too',
  },
  {
    command: /^SEARCH SENTBEFORE 1-Jan-1990$/,
    why: 'mail without a date was not sent before any',
  },
  {
    command: /^SEARCH HEADER (?:Subject ""|subject "ROAD WORKS")$/,
    why: 'a line after a first fold is no field; white space of any length is one space',
  },
  { command: /^FETCH 1 \(UID UID\)$/, why: askedTwice },
  {
    command: /^FETCH 1 (?:BODY|BINARY)\.PEEK\[(?:0\]|\]<0\.0>|\]<5>|HEADER\])$/,
    why: strictSyntax,
  },
  { command: /^STORE 1(?::2)? [+-]FLAGS \((?:|ONE|never-set)\)$/, why: toldAgain },
  {
    command: /^(?:APPEND Nowhere "32-Jan|NOTIFY SET|NOOP with words)/,
    why: strictSyntax,
  },
  {
    command: /^STATUS Other \(MESSAGES DELETED\)$/,
    why: 'DELETED is IMAP4rev2’s (RFC 9051 §6.3.11)',
  },
  {
    command: /^LIST \((?:|REMOTE|SUBSCRIBED.*)\) "" "/,
    why: 'whether there are children is always said',
  },
  { command: /^(?:LSUB|UNSUBSCRIBE) /, why: namesGoTogether },
  { command: /^(?:B: STORE 1 .*|FETCH 1 \(UID\))$/, why: goneIsNotTold },
  { command: /^ENABLE NONSENSE$/, why: 'ENABLED is said, of nothing too (RFC 9051 §7.2.1)' },
  { command: /^CREATE \{6/, why: utf8Names },
  {
    command: /^(?:SORT \((?:REVERSE )?DATE\)|UID THREAD REFERENCES) UTF-8 ALL$/,
    why: lastOfTwo,
  },
]
