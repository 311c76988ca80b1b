/** What messages are compared by. RFC 5256 §2.2 and §3, RFC 5957 §3. */
import { parseDate } from '../../mime/date.ts'
import { decodeWords } from '../../mime/encoded-word.ts'
import { foldField } from '../../mime/fold.ts'
import type { EnvelopeAddress } from '../../mime/types.ts'
import type { Summary } from '../../store/types.ts'
import { loadMessages, type Loaded } from '../fetch/load.ts'
import type { Progress } from '../progress.ts'
import type { SelectedMailbox } from '../selected-mailbox.ts'
import type { Session } from '../session.ts'
import type { Criterion, CriterionKind } from '../wire/parse-sort.ts'
import { baseSubject } from './base-subject.ts'

/** One value for each criterion, in their order. */
export type SortKey = readonly (string | number)[]

export interface Keyed {
  readonly uid: number
  readonly key: SortKey
}

interface Reading {
  readonly view: SelectedMailbox
  readonly uids: readonly number[]
  readonly criteria: readonly Criterion[]
  readonly progress: Progress
}

/** Summaries are read by the hundred, and not at all where cheap columns will do. */
export async function readSortKeys(session: Session, reading: Reading): Promise<readonly Keyed[]> {
  const { view, uids, criteria, progress } = reading
  const isCheap = criteria.every(({ kind }) => kind === 'ARRIVAL' || kind === 'SIZE')
  const level = isCheap ? 'facts' : 'summary'
  const keyed: Keyed[] = []
  for await (const batch of loadMessages(session, { view, uids, level, needsContent: false })) {
    for (const loaded of batch) {
      keyed.push({ uid: loaded.uid, key: criteria.map(({ kind }) => valueOf(kind, loaded)) })
    }
    progress.tell(keyed.length, uids.length)
  }
  return keyed
}

function valueOf(kind: CriterionKind, { facts, summary }: Loaded): string | number {
  if (kind === 'ARRIVAL') return facts?.receivedAt ?? 0
  if (kind === 'SIZE') return facts?.octets ?? 0
  if (summary === undefined) return ''
  const { envelope } = summary
  switch (kind) {
    case 'DATE':
      return sentAt(summary)
    case 'SUBJECT':
      return baseSubject(envelope.subject).text
    case 'FROM':
      return mailboxOf(envelope.from)
    case 'TO':
      return mailboxOf(envelope.to)
    case 'CC':
      return mailboxOf(envelope.cc)
    case 'DISPLAYFROM':
      return displayOf(envelope.from)
    case 'DISPLAYTO':
      break
  }
  return displayOf(envelope.to)
}

/** The Date field in UTC, or when the message came where that cannot be read (RFC 5256 §2.2). */
export function sentAt({ envelope, receivedAt }: Summary): number {
  return (envelope.date === undefined ? undefined : parseDate(envelope.date)?.at) ?? receivedAt
}

/** addr-mailbox of the first address. */
function mailboxOf([first]: readonly EnvelopeAddress[]): string {
  return foldField(first?.mailbox ?? '')
}

/** The name of the first address, or the address where it has none (RFC 5957 §3). */
function displayOf([first]: readonly EnvelopeAddress[]): string {
  if (first === undefined) return ''
  const { name, mailbox = '', host = '' } = first
  if (name !== undefined && name !== '') return foldField(decodeWords(name))
  return foldField(host === '' ? mailbox : `${mailbox}@${host}`)
}
