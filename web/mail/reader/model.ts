/** The right pane: a conversation, which of its messages are open, and what of each is shown. */
import type { AccountStore } from '../../kit/jmap/account-store.ts'
import { contentAsked, contentProperties, marksProperty } from '../../kit/jmap/properties.ts'
import type { BodyPart, Email, EmailContent } from '../../kit/jmap/types.ts'

/** A conversation longer than this shows its newest. */
export const messagesShownMax = 200

/** Messages of the conversation, oldest first. */
export async function readThread(store: AccountStore, threadId: string): Promise<readonly Email[]> {
  if (!store.threads.has(threadId)) {
    const { list } = await store.call<{
      list: readonly { id: string; emailIds: readonly string[] }[]
    }>('Thread/get', { ids: [threadId] })
    store.threads.put(list)
  }
  const ids = (store.threads.get(threadId)?.emailIds ?? []).slice(-messagesShownMax)
  const missing = ids.filter((id) => !store.emails.has(id))
  if (missing.length > 0) await store.readEmails(missing, false)
  return emailsOfThread(store, threadId)
}

export function emailsOfThread(store: AccountStore, threadId: string): readonly Email[] {
  const ids = store.threads.get(threadId)?.emailIds ?? []
  return ids.slice(-messagesShownMax).flatMap((id) => store.emails.get(id) ?? [])
}

/** Opened at once: what is unread, and the newest. */
export function openedAtFirst(emails: readonly Email[]): ReadonlySet<string> {
  const opened = emails.filter(({ keywords }) => keywords['$seen'] !== true).map(({ id }) => id)
  const newest = emails.at(-1)?.id
  return new Set(newest === undefined ? opened : [...opened, newest])
}

/** A message that stands in another as a file: RFC 8621 §4.9. */
export async function parseMessage(store: AccountStore, blobId: string): Promise<EmailContent> {
  const { parsed } = await store.call<{ parsed: Readonly<Record<string, EmailContent>> | null }>(
    'Email/parse',
    { blobIds: [blobId], ...contentAsked, properties: parsedProperties },
  )
  const content = parsed?.[blobId]
  if (content === undefined) throw new Error('not a message')
  return content
}

/** What has not been received has neither an id nor a time of arrival, nor marks of ours. */
const parsedProperties = contentProperties.filter(
  (name) => name !== 'id' && name !== 'receivedAt' && name !== marksProperty,
)

export type Shown =
  | { readonly kind: 'html'; readonly parts: readonly string[]; readonly isTruncated: boolean }
  | { readonly kind: 'text'; readonly text: string; readonly isTruncated: boolean }
  | { readonly kind: 'none' }

/** HTML where the sender wrote it, unless the reader wants the text. */
export function shownOf(content: EmailContent, prefersText = false): Shown {
  const hasHtml = content.htmlBody.some(isHtml)
  if (hasHtml && !prefersText) return htmlOf(content, content.htmlBody)
  if (content.textBody.length === 0) return { kind: 'none' }
  if (content.textBody.some(isHtml)) return htmlOf(content, content.textBody)
  const values = valuesOf(content, content.textBody)
  return {
    kind: 'text',
    text: values.map(({ value }) => value).join(''),
    isTruncated: values.some(({ isTruncated }) => isTruncated),
  }
}

function isHtml({ type }: BodyPart): boolean {
  return type === 'text/html'
}

export function hasBothForms({ htmlBody, textBody }: EmailContent): boolean {
  return (
    htmlBody.some(({ type }) => type === 'text/html') &&
    textBody.some(({ type }) => type === 'text/plain')
  )
}

/**
 * RFC 8621 §4.1.4: the parts of a body stand one after the other. They are never one text: what is opened
 * in one part must not close in another, with somebody's secret between them (EFAIL).
 */
function htmlOf(content: EmailContent, parts: readonly BodyPart[]): Shown {
  const values = valuesOf(content, parts)
  return {
    kind: 'html',
    parts: values.map(({ value, part }) =>
      isHtml(part) ? value : `<pre>${escapeHtml(value)}</pre>`,
    ),
    isTruncated: values.some(({ isTruncated }) => isTruncated),
  }
}

function valuesOf({ bodyValues }: EmailContent, parts: readonly BodyPart[]) {
  return parts.flatMap((part) => {
    const found = part.partId === null ? undefined : bodyValues[part.partId]
    return found === undefined ? [] : [{ ...found, part }]
  })
}

/** The words of HTML, roughly: for what cannot be shown as it was laid out. Never used as HTML. */
export function textOf(html: string): string {
  const text = html.slice(0, textCharactersMax)
  const lower = text.toLowerCase()
  let words = ''
  let at = 0
  for (;;) {
    const open = text.indexOf('<', at)
    const close = open === -1 ? -1 : text.indexOf('>', open)
    words += text.slice(at, open === -1 ? text.length : open)
    if (close === -1) break
    const [, end, tag = ''] = /^<(\/?)([a-z][a-z\d]{0,10})/.exec(lower.slice(open, open + 14)) ?? []
    if (blocks.has(tag)) words += '\n'
    at = close + 1
    if (end !== '' || !silent.has(tag)) continue
    at = lower.indexOf(`</${tag}`, at)
    if (at === -1) break
  }
  const lines = words.split('\n').map((line) => line.trim())
  return lines.filter((line, index) => line !== '' || lines[index - 1] !== '').join('\n')
}

const blocks = new Set(['p', 'div', 'br', 'tr', 'li', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6'])
const silent = new Set(['style', 'script', 'head', 'title'])
const textCharactersMax = 500_000

export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** What is offered as a file: not the pictures that the text itself shows. */
export function filesOf(
  content: EmailContent,
  shownCids: ReadonlySet<string>,
): readonly BodyPart[] {
  return content.attachments.filter(
    ({ cid, disposition }) => disposition === 'attachment' || cid === null || !shownCids.has(cid),
  )
}

/** A piece of plain text: written by the sender, or quoted from before. */
export interface TextPiece {
  readonly depth: number
  readonly text: string
}

const depthMax = 6
/** What changes between writing and quoting more often than this is shown as it stands. */
const piecesMax = 2_000

/** Lines with `>` before them are quotes (RFC 3676 §4.5, as everybody writes them). */
export function piecesOf(text: string): readonly TextPiece[] {
  const pieces: { depth: number; lines: string[] }[] = []
  for (const line of text.replaceAll('\r\n', '\n').split('\n')) {
    const [marks = ''] = /^(?:> ?)*/.exec(line) ?? []
    const depth = Math.min(depthMax, marks.replaceAll(' ', '').length)
    const last = pieces.at(-1)
    if (pieces.length === piecesMax) last?.lines.push(line)
    else if (last?.depth === depth) last.lines.push(line.slice(marks.length))
    else pieces.push({ depth, lines: [line.slice(marks.length)] })
  }
  return pieces.map(({ depth, lines }) => ({ depth, text: lines.join('\n') }))
}

export interface TextRun {
  readonly text: string
  /** Where it leads, when it is an address of the web or of somebody. */
  readonly href?: string
}

const links =
  /\bhttps?:\/\/[^\s<>"'“”「」『』（），。；]+[^\s<>"'“”「」『』（）()，。；.,;:!?]|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+/gu

/** Behind so many links the rest is words. */
const runsMax = 2_000

/** A text cut into runs, so that what is an address can be followed. */
export function runsOf(text: string): readonly TextRun[] {
  const runs: TextRun[] = []
  let from = 0
  for (const match of text.matchAll(links)) {
    if (runs.length >= runsMax) break
    if (match.index > from) runs.push({ text: text.slice(from, match.index) })
    const [found] = match
    runs.push({ text: found, href: found.startsWith('http') ? found : `mailto:${found}` })
    from = match.index + found.length
  }
  if (from < text.length) runs.push({ text: text.slice(from) })
  return runs
}

const units = ['B', 'KB', 'MB', 'GB'] as const

export function formatSize(octets: number): string {
  let value = octets
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`
}
