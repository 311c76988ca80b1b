/**
 * The mail of the demo government: threads and bulletins over half a year, as the copies that lie in
 * each account. The same seed and the same day give the same octets.
 */
import { type Clock, dayMs, hourMs, type Millis, minuteMs } from '../../base/clock.ts'
import type { SystemFlag } from '../../store/types.ts'
import { type Attachment, escapeXml, makeCsv, makeDocx, makePdf, makePng } from './attachments.ts'
import { makeBulletin } from './bulletins.ts'
import { compose, type DemoParty } from './compose.ts'
import type { DemoGovernment } from './government.ts'
import { between, type Random } from './random.ts'
import { type AttachmentKind, type Topic, topics, type Turn } from './topics.ts'

/** One message in one mailbox of one account. */
export interface DemoMessage {
  /** Primary address of a person, post or shared mailbox. */
  readonly accountAddress: string
  /** `INBOX`, `Sent`, or a folder with `/` between its components; to be made when it is missing. */
  readonly mailbox: string
  readonly octets: Buffer
  readonly receivedAt: Millis
  readonly flags: readonly SystemFlag[]
}

const bulletinCount = 40
const spanMs = 180 * dayMs

export function* demoMessages(
  gov: DemoGovernment,
  clock: Clock,
  random: Random,
): Iterable<DemoMessage> {
  const book = makeAddressBook(gov)
  const bulletins = Array.from({ length: bulletinCount }, (_, at) => makeBulletin(at, random))
  // Days, not moments: a demo that is set up twice on one day is the same.
  const today = Math.floor(clock.now() / dayMs) * dayMs
  const all = [...topics, ...bulletins].map((topic) => ({
    topic,
    at: today - Math.floor(random() * random() * spanMs) - 2 * dayMs,
  }))
  const copies: DemoMessage[] = []
  for (const { topic, at } of all) copies.push(...makeThread({ topic, at, book, random, today }))
  yield* copies.sort((a, b) => a.receivedAt - b.receivedAt)
}

interface AddressBook {
  readonly party: (address: string) => DemoParty
  /** The accounts that mail to an address ends in; none for a stranger. */
  readonly accounts: (address: string) => readonly string[]
}

function makeAddressBook(gov: DemoGovernment): AddressBook {
  const holders = [...gov.people, ...gov.posts, ...gov.shared]
  const isAccount = new Set(holders.map(({ address }) => address))
  const lists = new Map(gov.lists.map((list) => [list.address, list.members]))
  const nameOf = new Map(
    [...holders, ...gov.lists].map(({ address, names }) => [address, `${names.en} ${names.zh}`]),
  )
  const accounts = (address: string): readonly string[] =>
    isAccount.has(address) ? [address] : (lists.get(address) ?? []).flatMap(accounts)
  return {
    party: (address) => ({ name: nameOf.get(address) ?? strangerName(address), address }),
    accounts,
  }
}

function strangerName(address: string): string {
  const local = address.slice(0, address.indexOf('@'))
  return local.replace('.', ' ').replace(/\b[a-z]/g, (letter) => letter.toUpperCase())
}

interface ThreadWork {
  readonly topic: Topic
  readonly at: Millis
  readonly book: AddressBook
  readonly random: Random
  readonly today: Millis
}

function makeThread(work: ThreadWork): readonly DemoMessage[] {
  const { topic, random } = work
  const copies: DemoMessage[] = []
  const references: string[] = []
  let at = work.at + between(random, 1, 9) * hourMs
  let quoted: { readonly turn: Turn; readonly at: Millis } | undefined
  for (const [index, turn] of topic.turns.entries()) {
    at = Math.min(at + between(random, 7, 600) * minuteMs, work.today)
    const domain = turn.by.slice(turn.by.indexOf('@') + 1)
    const messageId = `<${Math.floor(random() * 2 ** 40).toString(36)}.${at.toString(36)}@${domain}>`
    const octets = composeTurn(work, { turn, index, at, messageId, references, quoted })
    copies.push(...makeCopies(work, { turn, index, at, octets }))
    references.push(messageId)
    quoted = { turn, at }
  }
  return copies
}

interface TurnWork {
  readonly turn: Turn
  readonly index: number
  readonly at: Millis
}

function composeTurn(
  { topic, book, random }: ThreadWork,
  turnWork: TurnWork & {
    readonly messageId: string
    readonly references: readonly string[]
    readonly quoted: { readonly turn: Turn; readonly at: Millis } | undefined
  },
): Buffer {
  const { turn, index, at, messageId, references, quoted } = turnWork
  const from = book.party(turn.by)
  const sign = `${turn.text}\n\n-- \n${from.name}\n`
  const quote =
    quoted === undefined ? '' : `\n${quoteText(book.party(quoted.turn.by), quoted.turn)}\n`
  return compose({
    from,
    to: recipientsOf(topic, turn).map(book.party),
    cc: (topic.cc ?? []).filter((address) => address !== turn.by).map(book.party),
    subject: index === 0 ? topic.subject : `Re: ${topic.subject}`,
    at,
    messageId,
    references: [...references],
    text: sign + quote,
    html: topic.hasHtml === true ? htmlOf(turn, from) : undefined,
    attachments: (turn.attach ?? []).map(([kind, name]) =>
      makeAttachment(kind, name, topic, random),
    ),
    encoding: topic.encoding ?? '8bit',
    isRawHeader: topic.isRawHeader === true,
  })
}

/** Whoever opened the thread hears the answers. */
function recipientsOf(topic: Topic, turn: Turn): readonly string[] {
  const opener = topic.turns[0]?.by
  const all = opener === undefined ? topic.to : [opener, ...topic.to]
  const others = [...new Set(all)].filter((address) => address !== turn.by)
  return others.length > 0 ? others : topic.to
}

function quoteText(by: DemoParty, turn: Turn): string {
  const lines = turn.text.split('\n').map((line) => (line === '' ? '>' : `> ${line}`))
  return `${by.name} wrote 寫道：\n${lines.join('\n')}`
}

function htmlOf(turn: Turn, from: DemoParty): string {
  const paragraphs = turn.text
    .split('\n\n')
    .map((text) => `<p>${escapeXml(text).replaceAll('\n', '<br>\n')}</p>`)
  return `<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title>${escapeXml(from.name)}</title></head>\n<body style="font-family: sans-serif">\n${paragraphs.join('\n')}\n<hr>\n<p>${escapeXml(from.name)}</p>\n</body></html>\n`
}

function makeAttachment(
  kind: AttachmentKind,
  fileName: string,
  { subject, turns }: Topic,
  random: Random,
): Attachment {
  const lines = (turns[0]?.text ?? '').split('\n')
  const makers: Record<AttachmentKind, () => Attachment> = {
    pdf: () => makePdf(fileName, [`Ref. ${fileName}`, '', ...lines]),
    csv: () => makeCsv(fileName, tableOf(random)),
    png: () => makePng(fileName, 96, 64, random),
    photo: () => makePng(fileName, 360, 240, random),
    docx: () => makeDocx(fileName, [subject, ...lines]),
    txt: () => ({ fileName, type: 'text/plain', octets: Buffer.from(lines.join('\r\n'), 'utf8') }),
  }
  return makers[kind]()
}

function tableOf(random: Random): readonly (readonly string[])[] {
  const rows = Array.from({ length: between(random, 8, 30) }, (_, at) => [
    `${at + 1}`,
    `${between(random, 1, 28)}`,
    `${between(random, 10, 4000)}`,
    at % 4 === 0 ? '待覆, see note' : '',
  ])
  return [['No. 編號', 'Day 日', 'Count 數目', 'Remarks 備註'], ...rows]
}

function makeCopies(
  { topic, book, random, today }: ThreadWork,
  { turn, index, at, octets }: TurnWork & { readonly octets: Buffer },
): readonly DemoMessage[] {
  const copies: DemoMessage[] = []
  const isOld = today - at > 14 * dayMs
  const isAnswered = index < topic.turns.length - 1
  for (const accountAddress of book.accounts(turn.by))
    copies.push({ accountAddress, mailbox: 'Sent', octets, receivedAt: at, flags: ['\\Seen'] })
  const addresses = [...recipientsOf(topic, turn), ...(topic.cc ?? [])]
  const accounts = new Set(addresses.flatMap((address) => book.accounts(address)))
  for (const accountAddress of accounts) {
    if (accountAddress === turn.by) continue
    const isFiled = topic.filed !== undefined && isOld
    const flags: SystemFlag[] = isOld || random() < 0.4 ? ['\\Seen'] : []
    if (isAnswered && topic.turns[index + 1]?.by === accountAddress) flags.push('\\Answered')
    if (topic.isFlagged === true && index === 0) flags.push('\\Flagged')
    const mailbox = isFiled ? (topic.filed ?? 'INBOX') : 'INBOX'
    copies.push({ accountAddress, mailbox, octets, receivedAt: at, flags })
  }
  return copies
}
