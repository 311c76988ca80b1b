/**
 * The structure of a message in one forward pass. RFC 5322, RFC 2045, RFC 2046 §5.
 *
 * For every part `start ≤ bodyStart ≤ end`, children lie in order within their parent's body, and
 * no octets make it throw. What cannot be told apart is one opaque part, so that a multipart
 * always has a child and a message/rfc822 always has its message.
 */
import {
  defaultMessage,
  defaultText,
  readContent,
  type Content,
  type MediaType,
} from './content.ts'
import { DelimiterScanner, type Delimiter } from './delimiter.ts'
import { readHeader, type HeaderBlock } from './header-block.ts'
import { LineCounter } from './lines.ts'
import { defaultLimits, type ParseLimits } from './limits.ts'
import { isIdentity } from './transfer.ts'
import type { Part } from './types.ts'

/** @returns the message as a part from 0 to the end of the octets. */
export function parseMessage(octets: Buffer, limits: ParseLimits = defaultLimits): Part {
  return new Parser(octets, limits).parse()
}

/** What a body turned out to hold. */
interface Body {
  readonly children: readonly Part[]
  readonly message: Part | undefined
}

const empty: Body = { children: [], message: undefined }

class Parser {
  readonly #octets: Buffer
  readonly #limits: ParseLimits
  readonly #scanner: DelimiterScanner
  readonly #lines: LineCounter
  /** Where the next part begins. */
  #at = 0
  /** The delimiter that ended the last part. */
  #delimiter: Delimiter
  #parts = 0
  #fields = 0
  /** How many message/rfc822 are open: within one, every line is counted. */
  #openMessages = 0

  constructor(octets: Buffer, limits: ParseLimits) {
    this.#octets = octets
    this.#limits = limits
    this.#scanner = new DelimiterScanner(octets)
    this.#lines = new LineCounter(octets)
    this.#delimiter = { level: -1, isClose: true, contentEnd: 0, next: 0 }
  }

  parse(): Part {
    return this.#part(defaultText, 0)
  }

  #part(byDefault: MediaType, depth: number): Part {
    const start = this.#at
    this.#parts++
    const header = this.#header(start)
    const { end: bodyStart } = header
    const content = readContent(this.#octets, header.fields, byDefault)
    const media = header.isCut ? opaqueMedia : mediaOf(content)
    const linesBefore = this.#linesAt(bodyStart, false)
    const body = this.#body(header, media, content, depth)
    const end = Math.max(bodyStart, this.#delimiter.contentEnd)
    const isCounted = media === 'text' || media === 'message'
    const lines = this.#linesAt(end, isCounted) - linesBefore
    const { boundary: _, ...described } = content
    const kind = header.isCut ? { type: 'application', subtype: 'octet-stream' } : undefined
    return {
      start,
      bodyStart,
      end,
      fields: header.fields,
      ...described,
      ...kind,
      lines: isCounted ? lines : 0,
      ...body,
    }
  }

  #header(start: number): HeaderBlock {
    const header = readHeader(this.#octets, start, this.#scanner, {
      octetsMax: this.#limits.headerOctetsMax,
      fieldsMax: this.#limits.fieldsMax - this.#fields,
    })
    this.#fields += header.fields.length
    return header
  }

  /** Reads a body and leaves in `#delimiter` what ended it. */
  #body(header: HeaderBlock, media: Media, content: Content, depth: number): Body {
    this.#at = header.end
    const isFull = depth >= this.#limits.depthMax || this.#parts >= this.#limits.partsMax
    if (header.delimiter !== undefined) {
      this.#delimiter = header.delimiter
      return this.#wholeBody(header.end, media, content, isFull)
    }
    if (media === 'multipart' && !isFull) {
      const level = this.#scanner.open(content.boundary ?? '')
      if (level !== undefined) return this.#multipart(level, header.end, content, depth)
    }
    if (media === 'message' && !isFull && isIdentity(content.encoding)) return this.#message(depth)
    this.#delimiter = this.#scanner.find(header.end)
    return this.#wholeBody(header.end, media, content, isFull)
  }

  #multipart(level: number, bodyStart: number, content: Content, depth: number): Body {
    const byDefault = content.subtype === 'digest' ? defaultMessage : defaultText
    const children: Part[] = []
    let delimiter = this.#scanner.find(bodyStart)
    while (delimiter.level === level && !delimiter.isClose) {
      this.#at = delimiter.next
      if (this.#parts >= this.#limits.partsMax) {
        children.push(this.#rest())
        return { children, message: undefined }
      }
      children.push(this.#part(byDefault, depth + 1))
      delimiter = this.#delimiter
    }
    this.#scanner.close()
    // The epilogue has no meaning (RFC 2046 §5.1.1) and runs to whatever is open around us.
    if (delimiter.level === level) {
      delimiter = this.#scanner.find(delimiter.next, delimiter.contentEnd)
    }
    this.#delimiter = delimiter
    if (children.length > 0) return { children, message: undefined }
    return this.#wholeBody(bodyStart, 'multipart', content, false)
  }

  /** Too many parts: what is left of this multipart, delimiters and all, is one part. */
  #rest(): Part {
    this.#scanner.close()
    const start = this.#at
    this.#delimiter = this.#scanner.find(start)
    return opaquePart(start, this.#delimiter.contentEnd, opaqueContent)
  }

  #message(depth: number): Body {
    this.#openMessages++
    const message = this.#part(defaultText, depth + 1)
    this.#openMessages--
    return { children: [], message }
  }

  /** The body as a single opaque part where the media type promises one. */
  #wholeBody(bodyStart: number, media: Media, content: Content, isFull: boolean): Body {
    const end = Math.max(bodyStart, this.#delimiter.contentEnd)
    if (media === 'multipart') {
      // Without delimiters a person should still see the text.
      const child = opaquePart(bodyStart, end, isFull ? opaqueContent : textContent)
      return { children: [child], message: undefined }
    }
    if (media !== 'message') return empty
    // Encoded against RFC 2046 §5.2.1: the octets within are the encoded message.
    const inner = { ...opaqueContent, encoding: content.encoding }
    return { children: [], message: opaquePart(bodyStart, end, inner) }
  }

  #linesAt(offset: number, isCounted: boolean): number {
    return isCounted || this.#openMessages > 0
      ? this.#lines.countTo(offset)
      : this.#lines.skipTo(offset)
  }
}

type Media = 'multipart' | 'message' | 'text' | 'other'
const opaqueMedia: Media = 'other'

function mediaOf(content: Content): Media {
  if (content.type === 'text' || content.type === 'multipart') return content.type
  // RFC 6532 §3.7: message/global is message/rfc822 with UTF-8 in its header.
  const isMessage =
    content.type === 'message' && (content.subtype === 'rfc822' || content.subtype === 'global')
  return isMessage ? 'message' : 'other'
}

const { boundary: _text, ...textContent } = readContent(Buffer.alloc(0), [], defaultText)
const opaqueContent = {
  ...textContent,
  type: 'application',
  subtype: 'octet-stream',
  parameters: new Map<string, string>(),
}

/** A part without a header of its own. Its lines are not counted. */
function opaquePart(start: number, end: number, content: typeof textContent): Part {
  return {
    start,
    bodyStart: start,
    end,
    fields: [],
    ...content,
    lines: 0,
    ...empty,
  }
}
