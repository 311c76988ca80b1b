/**
 * FETCH of many messages at once: what a program asks when it meets a mailbox for the first time, or anew.
 * Its items become writers once, and each message is written by them as octets. Only what is known without
 * a message's content goes this way. RFC 9051 §7.5.2.
 */
import { setImmediate } from 'node:timers/promises'
import type { PartName } from '../../store/packs/pack-cache.ts'
import type { PackParts } from '../../store/packs/parts.ts'
import type { SelectedMailbox } from '../selected-mailbox.ts'
import type { Session } from '../session.ts'
import { formatDateTime } from '../wire/dates.ts'
import { formatFlags } from '../wire/flags.ts'
import { OctetWriter } from '../wire/octet-writer.ts'
import type { FetchItem } from '../wire/parse-fetch.ts'
import { fieldsWriter } from './packed-fields.ts'

/** Where a message is in a pack. */
interface Packed {
  readonly parts: PackParts
  readonly place: number
}

export interface Message {
  readonly index: number
  /** Undefined where only the view is asked. */
  readonly packed: Packed | undefined
}

type Write = (out: OctetWriter, message: Message) => void

export interface ManyPlan {
  readonly parts: readonly PartName[]
  readonly writers: readonly Write[]
  /** Told of a message in another form to clients that know UTF-8. */
  readonly tellsForms: boolean
}

/** Undefined: one of the items needs more than packs have. */
export function planMany(session: Session, items: readonly FetchItem[]): ManyPlan | undefined {
  const parts = new Set<PartName>()
  const writers: Write[] = []
  for (const item of items) {
    const writer = writerOf(session.mailbox, item)
    if (writer === undefined) return undefined
    if (writer.part !== undefined) parts.add(writer.part)
    writers.push(writer.write)
  }
  return { parts: [...parts], writers, tellsForms: parts.has('forms') }
}

interface Writer {
  /** Undefined: the view knows it. */
  readonly part?: PartName
  readonly write: Write
}

function writerOf(view: SelectedMailbox, item: FetchItem): Writer | undefined {
  if (item.kind === 'section') return sectionWriter(item)
  switch (item.kind) {
    case 'flags':
      return { write: flagsWriter(view) }
    case 'uid':
      return { write: (out, { index }) => tell(out, 'UID ', view.uidAt(index)) }
    case 'modseq':
      return { write: (out, { index }) => tell(out, 'MODSEQ (', view.modSeqAt(index), ')') }
    case 'size':
      return ofFacts((out, { sizes }, place) => tell(out, 'RFC822.SIZE ', sizes[place] ?? 0))
    case 'internaldate':
      return ofFacts((out, facts, place) => {
        out.text(`INTERNALDATE "${formatDateTime(facts.receivedAts[place] ?? 0)}"`)
      })
    case 'savedate':
      return ofFacts((out, facts, place) => {
        out.text(`SAVEDATE "${formatDateTime(facts.savedAts[place] ?? 0)}"`)
      })
    case 'emailid':
      return ofFacts((out, facts, place) => out.text(`EMAILID (${facts.messageIdAt(place)})`))
    case 'threadid':
      return ofFacts((out, facts, place) => out.text(`THREADID (${facts.threadIdAt(place)})`))
    case 'envelope':
      return formWriter('ENVELOPE ', 0)
    case 'bodystructure':
      return formWriter('BODYSTRUCTURE ', 1)
    // Only the content says these, or the client's own manner.
    case 'body':
    case 'binary':
    case 'binary-size':
    case 'preview':
      break
  }
  return undefined
}

function tell(out: OctetWriter, label: string, value: number, end = ''): void {
  out.text(label)
  out.number(value)
  if (end !== '') out.text(end)
}

/** Few different sets of flags stand in one mailbox: each is written once. */
function flagsWriter(view: SelectedMailbox): Write {
  const known = new Map<readonly string[], (Buffer | undefined)[]>()
  let lately: readonly string[] | undefined
  let texts: (Buffer | undefined)[] = []
  return (out, { index }) => {
    const bits = view.flagsAt(index)
    const keywords = view.keywordsAt(index)
    if (keywords !== lately) {
      lately = keywords
      texts = known.get(keywords) ?? []
      known.set(keywords, texts)
    }
    out.octets((texts[bits] ??= Buffer.from(`FLAGS ${formatFlags(bits, keywords)}`)))
  }
}

function ofFacts(
  write: (out: OctetWriter, facts: PackParts['facts'], place: number) => void,
): Writer {
  return {
    part: 'facts',
    write(out, { packed }) {
      if (packed !== undefined) write(out, packed.parts.facts, packed.place)
    },
  }
}

function formWriter(label: string, which: 0 | 1): Writer {
  return {
    part: 'forms',
    write(out, { packed }) {
      if (packed === undefined) return
      const { starts, texts } = packed.parts.forms
      const at = 2 * packed.place + which
      out.text(label)
      out.octets(texts, starts[at], starts[at + 1])
    },
  }
}

/** The header of the message, or some fields of it. */
function sectionWriter(item: FetchItem & { kind: 'section' }): Writer | undefined {
  const { section, partial, label } = item
  if (section.path.length > 0 || partial !== undefined) return undefined
  const { text } = section
  if (text.kind === 'header') {
    return {
      part: 'heads',
      write(out, { packed }) {
        if (packed === undefined) return
        const { heads, headStarts } = packed.parts.heads
        const [from = 0, to = 0] = [headStarts[packed.place], headStarts[packed.place + 1]]
        out.text(label)
        if (from === to) return out.text(' ""')
        out.text(` {${to - from}}\r\n`)
        out.octets(heads, from, to)
      },
    }
  }
  if (text.kind !== 'fields') return undefined
  const write = fieldsWriter(label, text)
  return {
    part: 'heads',
    write: (out, { packed }) => packed && write(out, packed.parts.heads, packed.place),
  }
}

/** `view`: nothing but what the view knows. */
export async function tellOfView(
  session: Session,
  indexes: readonly number[],
  plan: ManyPlan,
): Promise<void> {
  const out = new OctetWriter((piece) => session.writer.octets(piece))
  for (const [done, index] of indexes.entries()) {
    writeOne(session, out, plan, { index, packed: undefined })
    if (done % packedSlice === packedSlice - 1) {
      const drained = session.writer.relieve()
      if (drained !== undefined) await drained
      else await setImmediate()
    }
  }
  out.flush()
}

/** Messages written between two looks at the peer. */
const packedSlice = 2_048

/** @param parts have all that the plan asks for. @returns UIDs that were not told. */
export async function tellOfPack(
  session: Session,
  uids: readonly number[],
  parts: PackParts,
  plan: ManyPlan,
): Promise<readonly number[]> {
  const view = session.mailbox
  const out = new OctetWriter((piece) => session.writer.octets(piece))
  const others: number[] = []
  const isOther = plan.tellsForms && session.isUtf8 ? parts.forms.isOtherInUtf8 : undefined
  let place = 0
  let index = view.firstIndexFrom(uids[0] ?? 0)
  for (const uid of uids) {
    while ((parts.facts.uids[place] ?? Infinity) < uid) place += 1
    while (index < view.count && view.uidAt(index) < uid) index += 1
    if (isOther?.[place] === 1) others.push(uid)
    else writeOne(session, out, plan, { index, packed: { parts, place } })
  }
  out.flush()
  const drained = session.writer.relieve()
  if (drained !== undefined) await drained
  else await setImmediate()
  return others
}

function writeOne(session: Session, out: OctetWriter, plan: ManyPlan, message: Message): void {
  out.text('* ')
  if (session.enabled.isUidOnly) tell(out, '', session.mailbox.uidAt(message.index), ' UIDFETCH ')
  else tell(out, '', message.index + 1, ' FETCH ')
  let separator = '('
  for (const write of plan.writers) {
    out.text(separator)
    write(out, message)
    separator = ' '
  }
  out.text(')\r\n')
}
