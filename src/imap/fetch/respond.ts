/** Writes one FETCH response. RFC 9051 §7.5.2, RFC 8514 §4.1, RFC 8970 §3.2. */
import assert from 'node:assert/strict'
import type { MessageFacts, Summary } from '../../store/types.ts'
import type { Session } from '../session.ts'
import { fetchHead } from '../updates.ts'
import { formatDateTime } from '../wire/dates.ts'
import { formatFlags } from '../wire/flags.ts'
import { formatEnvelope } from '../../mime/format-envelope.ts'
import { formatString } from '../../mime/format-string.ts'
import { formatStructure } from '../../mime/format-structure.ts'
import type { FetchItem } from '../wire/parse-fetch.ts'
import { Extract } from './extract.ts'
import type { Loaded } from './load.ts'

export function respondFetch(
  session: Session,
  index: number,
  loaded: Loaded,
  items: readonly FetchItem[],
): void {
  const { writer } = session
  // Made before anything is written: a section that cannot be had must not leave half a response.
  const extract = new Extract(loaded)
  const values = items.map((item) => valueOf(session, index, loaded, { item, extract }))
  let separator = `* ${fetchHead(session, index)} (`
  for (const value of values) {
    writer.text(separator)
    separator = ' '
    if (typeof value === 'string') writer.text(value)
    else {
      writer.text(`${value.label} ${value.isBinary ? '~' : ''}{${value.octets.length}}\r\n`)
      writer.octets(value.octets)
    }
  }
  writer.text(')\r\n')
}

interface Octets {
  readonly label: string
  readonly octets: Buffer
  readonly isBinary: boolean
}

interface Wanted {
  readonly item: FetchItem
  readonly extract: Extract
}

function valueOf(
  session: Session,
  index: number,
  loaded: Loaded,
  { item, extract }: Wanted,
): string | Octets {
  if (item.kind === 'section') {
    return octetsOf(item.label, extract.section(item.section, item.partial), false)
  }
  if (item.kind === 'binary') {
    const octets = extract.binary(item.section, item.partial)
    // literal8 only where it must be: many clients never learnt it (RFC 3516 §4.4).
    return octetsOf(item.label, octets, octets?.includes(0) === true)
  }
  if (item.kind === 'preview') return `PREVIEW ${formatString(extract.preview(), session.isUtf8)}`
  if (item.kind === 'binary-size') return `${item.label} ${extract.binarySize(item.section)}`
  return formatters[item.kind](session, index, loaded)
}

type SimpleKind = Exclude<FetchItem['kind'], 'section' | 'binary' | 'binary-size' | 'preview'>
type Formatter = (session: Session, index: number, loaded: Loaded) => string

const formatters: Readonly<Record<SimpleKind, Formatter>> = {
  flags: ({ mailbox }, index) =>
    `FLAGS ${formatFlags(mailbox.flagsAt(index), mailbox.keywordsAt(index))}`,
  uid: ({ mailbox }, index) => `UID ${mailbox.uidAt(index)}`,
  modseq: ({ mailbox }, index) => `MODSEQ (${mailbox.modSeqAt(index)})`,
  internaldate: (_, __, loaded) => `INTERNALDATE "${formatDateTime(factsOf(loaded).receivedAt)}"`,
  savedate: (_, __, loaded) => `SAVEDATE "${formatDateTime(factsOf(loaded).savedAt)}"`,
  size: (_, __, loaded) => `RFC822.SIZE ${factsOf(loaded).octets}`,
  emailid: (_, __, loaded) => `EMAILID (${factsOf(loaded).messageId})`,
  threadid: (_, __, loaded) => formatThreadId(factsOf(loaded).threadId),
  envelope: ({ isUtf8 }, _, loaded) =>
    `ENVELOPE ${formatEnvelope(summaryOf(loaded).envelope, isUtf8)}`,
  body: ({ isUtf8 }, _, loaded) =>
    `BODY ${formatStructure(summaryOf(loaded).structure, { isExtended: false, isUtf8 })}`,
  bodystructure: ({ isUtf8 }, _, loaded) =>
    `BODYSTRUCTURE ${formatStructure(summaryOf(loaded).structure, { isExtended: true, isUtf8 })}`,
}

function formatThreadId(id: string): string {
  return `THREADID ${id === '' ? 'NIL' : `(${id})`}`
}

function factsOf({ facts }: Loaded): MessageFacts {
  assert(facts !== undefined, 'the plan of a FETCH has the facts its items need')
  return facts
}

function summaryOf({ summary }: Loaded): Summary {
  assert(summary !== undefined, 'the plan of a FETCH has the summary its items need')
  return summary
}

function octetsOf(label: string, octets: Buffer | undefined, isBinary: boolean): string | Octets {
  if (octets === undefined) return `${label} NIL`
  return octets.length === 0 ? `${label} ""` : { label, octets, isBinary }
}
