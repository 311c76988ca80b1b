/**
 * Mutated commands through the reader and every parser: whatever comes, the only thing thrown is
 * BadSyntax, and the work is bounded. `npm run test:fuzz -- imap`.
 */
import { commands } from './commands/table.ts'
import { Session, type Channel, type SessionPorts } from './session.ts'
import { KeywordReader } from '../store/keywords.ts'
import { EntryColumns } from '../store/mirror/entry-columns.ts'
import { SelectedMailbox } from './selected-mailbox.ts'
import { readLimitsFor } from './client.ts'
import { BadSyntax } from './wire/bad-syntax.ts'
import { Cursor } from './wire/cursor.ts'
import { CommandReader, type RawCommand } from './wire/reader.ts'
import { ResponseWriter } from './wire/writer.ts'
import { defaultLimits } from './limits.ts'
import { Writable } from 'node:stream'

const corpus = [
  'a LOGIN {5+}\r\nalice "se\\"cret"\r\n',
  'a AUTHENTICATE PLAIN AGEAYg==\r\n',
  'a ID ("name" "x" "version" NIL)\r\n',
  'a ENABLE CONDSTORE QRESYNC\r\n',
  'a SELECT INBOX (CONDSTORE QRESYNC (67890007 20050715194045000 41,43:211 (1:9 2:10)))\r\n',
  'a CREATE "&U,BTFw-" (USE (\\Sent))\r\n',
  'a RENAME a/b c\r\n',
  'a LIST (SUBSCRIBED RECURSIVEMATCH) "" ("INBOX" % *) RETURN (STATUS (MESSAGES SIZE) CHILDREN)\r\n',
  'a LSUB "" *\r\n',
  'a STATUS INBOX (MESSAGES UNSEEN HIGHESTMODSEQ)\r\n',
  'a APPEND INBOX (\\Seen $x) " 1-Feb-2026 10:00:00 +0800" {3+}\r\nabc ~{3+}\r\na\0c\r\n',
  'a APPEND INBOX UTF8 (~{3+}\r\nabc)\r\n',
  'a FETCH 1:*,3 (FLAGS BODY.PEEK[1.2.HEADER.FIELDS.NOT (To "x y")]<5.10> BINARY.SIZE[1]) (CHANGEDSINCE 5)\r\n',
  'a UID FETCH $ FULL\r\n',
  'a SEARCH RETURN (MIN SAVE) CHARSET BIG5 OR (NOT FROM {3+}\r\n\xa4\xa4x) 2:* SENTON 1-Feb-2026\r\n',
  'a UID SEARCH MODSEQ "/flags/\\\\Draft" all 620162338 HEADER X "" KEYWORD $a LARGER 9\r\n',
  'a STORE 1:2 (UNCHANGEDSINCE 5) +FLAGS.SILENT (\\Deleted $a)\r\n',
  'a UID MOVE 2,9:4 "Posts/SEO(A)2"\r\n',
  'a SETQUOTA "" (STORAGE 512 MESSAGE 9)\r\n',
  'a SETACL INBOX bob +lrs\r\n',
  'a SORT RETURN (PARTIAL -1:-9 COUNT UPDATE) (REVERSE DATE SUBJECT DISPLAYFROM) UTF-8 OLDER 5\r\n',
  'a UID THREAD REFERENCES UTF-8 SAVEDON 1-Feb-2026 NOT TEXT x\r\n',
  'a UID FETCH 1:* (PREVIEW (LAZY) SAVEDATE) (PARTIAL 5:1)\r\n',
  'a ESEARCH IN (selected subtree-one (a "b c") mailboxes INBOX) RETURN (MIN) SUBJECT x\r\n',
  'a NOTIFY SET STATUS (selected-delayed (MessageNew (UID) MessageExpunge)) (subtree a NONE)\r\n',
  'a APPEND x CATENATE (URL "/a;UIDVALIDITY=1/;UID=2/;SECTION=1.MIME" TEXT {3+}\r\nabc)\r\n',
  'a UID REPLACE 5 Drafts (\\Draft) {3+}\r\nabc\r\n',
  'a UIDBATCHES 500 1:2\r\n',
  'a CANCELUPDATE "a" "b"\r\n',
]
const grains = [
  '(',
  ')',
  '"',
  '\\',
  '{',
  '{9+}\r\n',
  '}',
  '[',
  ']',
  '<',
  '*',
  '%',
  '&',
  ' ',
  '\r\n',
]
const moreGrains = [
  '\0',
  '\xff',
  '$',
  ':',
  ',',
  '0',
  '99999999999',
  'NIL',
  'NOT ',
  '~',
  '.',
  'x'.repeat(200),
]
const allGrains = [...grains, ...moreGrains]

const limits = { ...readLimitsFor(1_000), lineOctetsMax: 4_000, literalOctetsMax: 500 }

export function fuzzOne(random: () => number): void {
  const octets = Buffer.from(mutate(pick(corpus, random), random), 'latin1')
  const reader = new CommandReader()
  const session = fuzzSession(random)
  for (let at = 0; at < octets.length;) {
    const length = 1 + Math.floor(random() * octets.length)
    reader.push(octets.subarray(at, at + length))
    at += length
    for (let event = reader.next(limits); event !== undefined; event = reader.next(limits)) {
      if (event.kind === 'command') tryParse(session, event.command)
      // What follows a fatal refusal is never read: the connection ends.
      if (event.kind === 'refused' && event.isFatal) return
    }
  }
}

function tryParse(session: Session, raw: RawCommand): void {
  const cursor = new Cursor(raw)
  try {
    cursor.tag()
    cursor.space()
    const first = cursor.word()
    let verb = first
    if (first === 'UID') {
      cursor.space()
      verb = `UID ${cursor.word()}`
    }
    commands.get(verb)?.prepare(cursor, session, 'a')
  } catch (error) {
    if (!(error instanceof BadSyntax)) throw error
  }
}

function mutate(text: string, random: () => number): string {
  let mutated = text
  const times = Math.floor(random() * 6)
  for (let time = 0; time < times; time += 1) {
    const at = Math.floor(random() * mutated.length)
    const cut = Math.floor(random() * 4)
    const added = random() < 0.7 ? pick(allGrains, random) : mutated.slice(at, at + 20)
    mutated = mutated.slice(0, at) + added + mutated.slice(at + cut)
  }
  return mutated
}

function pick<T>(from: readonly T[], random: () => number): T {
  const chosen = from[Math.floor(random() * from.length)]
  if (chosen === undefined) throw new Error('nothing to pick from')
  return chosen
}

const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })

/** Parsing asks a session for its modes and the time, and nothing else. */
function fuzzSession(random: () => number): Session {
  const ports = { clock: { now: () => 0 }, limits: defaultLimits }
  // The other ports are never reached while parsing; reaching one would throw and be found.
  const session = new Session(ports as unknown as SessionPorts, channel, writer())
  session.enabled.isUtf8Accept = random() < 0.3
  session.enabled.isQresync = random() < 0.5
  session.selected = emptyView()
  return session
}

function writer(): ResponseWriter {
  return new ResponseWriter({ stream: nowhere })
}

const refuse = (): never => {
  throw new Error('parsing must not touch the connection')
}

const channel: Channel = {
  remoteAddress: '',
  isTls: true,
  channelBinding: undefined,
  canStartTls: false,
  isCompressed: false,
  readLine: refuse,
  startTls: refuse,
  startCompression: refuse,
  sayBye: refuse,
  hangUp: refuse,
}

function emptyView(): SelectedMailbox {
  const grant = {
    accountId: '',
    departmentId: '',
    kind: 'person',
    basis: 'own',
    name: '',
    rights: '',
    address: '',
  } as const
  const mailbox = {
    id: '',
    accountId: '',
    name: 'INBOX',
    role: undefined,
    isSubscribed: true,
    uidValidity: 1,
    uidNext: 1,
    messages: 0,
    octets: 0,
    highestModSeq: 1,
  }
  const place = { mount: { prefix: '', grant }, name: 'INBOX' }
  const columns = new EntryColumns([], 1)
  const keywords = new KeywordReader([])
  return new SelectedMailbox(place, { mailbox, columns, keywords }, false)
}
