/**
 * Where we answer otherwise than Dovecot and mean to. Every difference the comparison finds must be
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
    mail: ['the same subject again', 'folded header fields'],
    why: 'unfolding takes out line breaks and nothing else (RFC 5322 §2.2.3)',
  },
  { command: /^ENVELOPE$/, why: looseAddresses },
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
]
