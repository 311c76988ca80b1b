/**
 * What is asked of all servers, in this order, in one session with the mailbox `Odd` open. What
 * begins with `B: ` is said in a second session; `{uidValidity}` and `{modSeq}` are what the server
 * told when the first one last opened a mailbox without QRESYNC.
 */
import { arrangeCommands } from './commands-arrange.ts'
import { searchCommands } from './commands-search.ts'
import { storeCommands } from './commands-store.ts'
import { syncCommands } from './commands-sync.ts'

/** Of every message. */
export const fetchItems: readonly string[] = [
  'ENVELOPE',
  'BODY',
  'BODYSTRUCTURE',
  'RFC822.SIZE',
  'RFC822.HEADER',
  'INTERNALDATE',
  'FLAGS',
  'BODY.PEEK[]',
  'BODY.PEEK[HEADER]',
  'BODY.PEEK[TEXT]',
  'BODY.PEEK[1]',
  'BODY.PEEK[2]',
  'BODY.PEEK[3]',
  'BODY.PEEK[1.MIME]',
  'BODY.PEEK[1.1]',
  'BODY.PEEK[1.1.MIME]',
  'BODY.PEEK[1.HEADER]',
  'BODY.PEEK[1.TEXT]',
  'BODY.PEEK[2.MIME]',
  'BODY.PEEK[2.HEADER]',
  'BODY.PEEK[2.TEXT]',
  'BODY.PEEK[2.1]',
  'BODY.PEEK[2.1.MIME]',
  'BODY.PEEK[2.1.1]',
  'BODY.PEEK[2.2]',
  'BODY.PEEK[2.2.HEADER]',
  'BODY.PEEK[2.2.TEXT]',
  'BODY.PEEK[2.2.1]',
  'BODY.PEEK[2.2.1.MIME]',
  'BODY.PEEK[2.HEADER.FIELDS (Subject)]',
  'BODY.PEEK[2.HEADER.FIELDS.NOT (Subject)]',
  'BODY.PEEK[2.2.HEADER.FIELDS (Subject)]',
  'BODY.PEEK[]<0.10>',
  'BODY.PEEK[]<5.100000>',
  'BODY.PEEK[TEXT]<3.5>',
  'BODY.PEEK[]<999999.5>',
  'BODY.PEEK[HEADER]<2.7>',
  'BODY.PEEK[1]<2.4>',
  'BODY.PEEK[2]<0.1>',
  'BODY.PEEK[1.MIME]<4.9>',
  'BODY.PEEK[HEADER.FIELDS (TO Subject)]',
  'BODY.PEEK[HEADER.FIELDS (To Subject)]<3.6>',
  'BODY.PEEK[HEADER.FIELDS.NOT (To Subject)]',
  'BODY.PEEK[HEADER.FIELDS.NOT (X-None)]',
  'BODY.PEEK[HEADER.FIELDS (X-None)]',
  'BINARY.PEEK[1]',
  'BINARY.PEEK[1]<1.3>',
  'BINARY.PEEK[2]',
  'BINARY.PEEK[2]<2.2>',
  'BINARY.PEEK[2.2.1]',
  'BINARY.PEEK[]<0.8>',
  'BINARY.SIZE[1]',
  'BINARY.SIZE[2]',
  'BINARY.SIZE[]',
]

export const commands: readonly string[] = [
  ...searchCommands,
  ...storeCommands,
  ...arrangeCommands,
  ...syncCommands,
]
