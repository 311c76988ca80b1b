/** The words of a message, decoded: what search packs and a preview shows. RFC 8970 §4. */
import { decodeText } from './charset.ts'
import { decodeWords } from './encoded-word.ts'
import { findValue } from './header.ts'
import { htmlText } from './html-text.ts'
import { previewMax, previewOctetsMax, searchTextMax, textPartOctetsMax } from './limits.ts'
import { decodeTransfer } from './transfer.ts'
import type { Part } from './types.ts'

export interface MessageText {
  /** Plain text as it is, HTML without its tags, subjects of messages within; parted by lines. */
  readonly text: string
  /** File names of attachments, decoded. */
  readonly names: readonly string[]
}

/** @returns at most `charactersMax` characters of text, and the names of all files. */
export function messageText(
  octets: Buffer,
  message: Part,
  charactersMax = searchTextMax,
): MessageText {
  const pieces: string[] = []
  const names: string[] = []
  let left = charactersMax
  const add = (piece: string): void => {
    if (piece === '' || left <= 0) return
    pieces.push(cut(piece, left))
    left -= piece.length + 1
  }
  const visit = (part: Part): void => {
    const name = fileName(part)
    if (name !== undefined) names.push(name)
    if (part.type === 'text' && left > 0) add(partText(octets, part, textPartOctetsMax, left))
    if (part.message !== undefined) {
      add(decodeWords(findValue(octets, part.message.fields, 'subject') ?? ''))
      visit(part.message)
    }
    for (const child of part.children) visit(child)
  }
  visit(message)
  return { text: pieces.join('\n'), names }
}

/** What the sender calls the part's file. */
export function fileName(part: Part): string | undefined {
  return part.disposition?.parameters.get('filename') ?? part.parameters.get('name')
}

/**
 * The text of a text part, HTML without its tags.
 * @param charactersMax of HTML no more may be read than gives so many.
 */
export function partText(
  octets: Buffer,
  part: Part,
  octetsMax: number,
  charactersMax?: number,
): string {
  const end = Math.min(part.end, part.bodyStart + octetsMax)
  const body = decodeTransfer(octets.subarray(part.bodyStart, end), part.encoding)
  const text = decodeText(body, part.parameters.get('charset'))
  return part.subtype === 'html' ? htmlText(text, charactersMax) : text
}

/** The first words a person would read, on one line; empty where there are none. */
export function preview(octets: Buffer, message: Part): string {
  const part = findReadable(message)
  if (part === undefined) return ''
  const text = cut(partText(octets, part, previewOctetsMax), unfoldedPreviewMax)
  return cut(text.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim(), previewMax)
}

/** Characters looked at for a preview: white space is folded only so far. */
const unfoldedPreviewMax = 8 * previewMax

/** Plain text before HTML, attachments never. */
function findReadable(message: Part): Part | undefined {
  let html: Part | undefined
  const stack: Part[] = [message]
  for (let part = stack.pop(); part !== undefined; part = stack.pop()) {
    if (part.disposition?.value === 'attachment') continue
    if (part.type === 'text') {
      if (part.subtype === 'plain' && part.end > part.bodyStart) return part
      if (part.subtype === 'html') html ??= part
    }
    if (part.message !== undefined) stack.push(part.message)
    for (let last = part.children.length - 1; last >= 0; last--) {
      const child = part.children[last]
      if (child !== undefined) stack.push(child)
    }
  }
  return html
}

/** The beginning, cut between characters, not within a surrogate pair. */
function cut(text: string, charactersMax: number): string {
  if (text.length <= charactersMax) return text
  const last = text.charCodeAt(charactersMax - 1)
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? charactersMax - 1 : charactersMax)
}
