/** What a message begins with: nothing, an answer, something passed on, or what was begun before. */
import type { BodyPart, EmailAddress, EmailContent } from '../../kit/jmap/types.ts'
import type { RichText } from '../editor/rich-text.ts'
import type { InlinePicture } from './draft-pictures.ts'
import { sameAddress, withoutRepeats } from './recipients.ts'

export type Purpose = 'new' | 'reply' | 'replyAll' | 'forward' | 'draft'

export interface AttachedFile {
  readonly blobId: string
  readonly name: string
  readonly type: string
  readonly size: number
}

export interface Start {
  readonly to: readonly EmailAddress[]
  readonly cc: readonly EmailAddress[]
  readonly bcc: readonly EmailAddress[]
  readonly subject: string
  readonly text: string
  /** What it is written with where it is formatted; `text` is of no meaning then. */
  readonly rich: RichText | undefined
  readonly files: readonly AttachedFile[]
  /** Pictures that its text may name. */
  readonly pictures: readonly InlinePicture[]
  readonly inReplyTo: readonly string[] | undefined
  readonly references: readonly string[] | undefined
  /** The address the original came to, when it is one of ours. */
  readonly from: EmailAddress | undefined
}

export const nothing: Start = {
  to: [],
  cc: [],
  bcc: [],
  subject: '',
  text: '',
  rich: undefined,
  files: [],
  pictures: [],
  inReplyTo: undefined,
  references: undefined,
  from: undefined,
}

export interface Answered {
  readonly content: EmailContent
  /** Its words, without markup. */
  readonly text: string
  readonly own: readonly EmailAddress[]
  /** `On 2 March 2026, Chan wrote:` in the language of now. */
  readonly saidBy: string
}

/** RFC 5322 §3.6.3, §3.6.4: whom an answer goes to, and what it belongs to. */
export function startReply(
  { content, text, own, saidBy }: Answered,
  purpose: 'reply' | 'replyAll',
): Start {
  const isOwn = (one: EmailAddress) => own.some((other) => sameAddress(one, other))
  const authors = content.replyTo ?? content.from ?? []
  // An answer to what one wrote oneself goes where that went.
  const isMine = authors.length > 0 && authors.every(isOwn)
  const to = withoutRepeats(isMine ? (content.to ?? []) : authors)
  const others = isMine ? (content.cc ?? []) : [...(content.to ?? []), ...(content.cc ?? [])]
  const cc = withoutRepeats(others).filter(
    (one) => !isOwn(one) && !to.some((other) => sameAddress(one, other)),
  )
  return {
    ...nothing,
    to,
    cc: purpose === 'replyAll' ? cc : [],
    subject: prefixed(content.subject ?? '', 'Re'),
    text: `\n\n${saidBy}\n${quote(text)}`,
    inReplyTo: content.messageId ?? undefined,
    references: [...(content.references ?? content.inReplyTo ?? []), ...(content.messageId ?? [])],
    from: [...(content.to ?? []), ...(content.cc ?? [])].find(isOwn),
  }
}

export interface Forwarded extends Pick<Answered, 'content' | 'text'> {
  /** The lines that say whose message it was. */
  readonly head: string
}

export function startForward({ content, text, head }: Forwarded): Start {
  return {
    ...nothing,
    subject: prefixed(content.subject ?? '', 'Fwd'),
    text: `\n\n${head}\n\n${text}`,
    files: content.attachments.flatMap(fileOf),
    references: [...(content.references ?? []), ...(content.messageId ?? [])],
  }
}

export function startFromDraft(content: EmailContent, text: string): Start {
  return {
    to: content.to ?? [],
    cc: content.cc ?? [],
    bcc: content.bcc ?? [],
    subject: content.subject ?? '',
    text,
    rich: undefined,
    pictures: [],
    files: content.attachments.flatMap(fileOf),
    inReplyTo: content.inReplyTo ?? undefined,
    references: content.references ?? undefined,
    from: content.from?.[0],
  }
}

export function fileOf({ blobId, name, type, size }: BodyPart): readonly AttachedFile[] {
  return blobId === null ? [] : [{ blobId, name: name ?? '', type, size }]
}

/** Once, whatever stood there before: `Re:`, `RE：`, `回覆:`, `轉寄:`, `回复:`. */
export function prefixed(subject: string, prefix: 'Re' | 'Fwd'): string {
  const base = subject.replace(/^(?:\s*(?:re|fw|fwd|回覆|回复|答复|轉寄|转发|轉發)\s*[:：])+/i, '')
  return `${prefix}: ${base.trim()}`
}

/** RFC 3676 §4.5, as everybody writes them. */
export function quote(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .trimEnd()
    .split('\n')
    .map((line) => (line.startsWith('>') ? `>${line}` : `> ${line}`))
    .join('\n')
}
