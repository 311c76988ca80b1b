/** The octets a section names, out of a summary or the content. RFC 9051 §6.4.5.1, RFC 3516 §4. */
import { parseMessage } from '../../mime/parse.ts'
import {
  bodyRange,
  findMessage,
  findSection,
  headerFields,
  headerFieldsNot,
  headerRange,
  mimeRange,
  textRange,
  type Range,
} from '../../mime/section.ts'
import { preview } from '../../mime/text.ts'
import { decodeTransfer, isIdentity } from '../../mime/transfer.ts'
import type { Part } from '../../mime/types.ts'
import type { Partial, Section } from '../wire/section.ts'
import { BadSyntax } from '../wire/bad-syntax.ts'
import type { Loaded } from './load.ts'

const nothing = Buffer.alloc(0)
const decodable = new Set(['base64', 'quoted-printable', 'x-uuencode', 'uuencode', 'x-uue', 'uue'])

/** One message whose structure is read once, and only when a section needs it. */
export class Extract {
  readonly #loaded: Loaded
  #root: Part | undefined
  #header: Part | undefined

  constructor(loaded: Loaded) {
    this.#loaded = loaded
  }

  /** Undefined is NIL: there is no such section. */
  section({ path, text }: Section, partial: Partial | undefined): Buffer | undefined {
    const octets = path.length === 0 ? this.#ofMessage(text) : this.#ofPart(path, text)
    return octets && cut(octets, partial)
  }

  /** `BINARY[…]`: without transfer encoding. */
  binary({ path }: Section, partial: Partial | undefined): Buffer | undefined {
    const decoded = this.#decoded(path)
    return decoded && cut(decoded, partial)
  }

  /** The first words a person would read (RFC 8970 §4). */
  preview(): string {
    return preview(this.#content, this.#message)
  }

  binarySize({ path }: Section): number {
    return this.#decoded(path)?.length ?? 0
  }

  get #content(): Buffer {
    return this.#loaded.content ?? nothing
  }

  get #message(): Part {
    this.#root ??= parseMessage(this.#content)
    return this.#root
  }

  #ofMessage(text: Section['text']): Buffer | undefined {
    const header = this.#loaded.summary?.header ?? nothing
    switch (text.kind) {
      case 'all':
        return this.#content
      case 'header':
        return header
      case 'text':
        return this.#content.subarray(header.length)
      case 'fields':
        this.#header ??= parseMessage(header)
        return fieldsOf(header, this.#header, text)
      case 'mime':
        break
    }
    return undefined
  }

  #ofPart(path: readonly number[], text: Section['text']): Buffer | undefined {
    const root = this.#message
    switch (text.kind) {
      case 'all':
        return this.#slice(mapped(findSection(root, path), bodyRange))
      case 'mime':
        return this.#slice(mapped(findSection(root, path), mimeRange))
      case 'header':
        return this.#slice(headerRange(root, path))
      case 'text':
        return this.#slice(textRange(root, path))
      case 'fields':
        break
    }
    const message = findMessage(root, path)
    return message && fieldsOf(this.#content, message, text)
  }

  #decoded(path: readonly number[]): Buffer | undefined {
    if (path.length === 0) return this.#content
    const part = findSection(this.#message, path)
    const body = this.#slice(mapped(part, bodyRange))
    if (part === undefined || body === undefined || isIdentity(part.encoding)) return body
    if (!decodable.has(part.encoding)) {
      throw new BadSyntax('The transfer encoding is not known', 'UNKNOWN-CTE', true)
    }
    return decodeTransfer(body, part.encoding)
  }

  #slice(range: Range | undefined): Buffer | undefined {
    return range && this.#content.subarray(range.start, range.end)
  }
}

function mapped(part: Part | undefined, range: (part: Part) => Range): Range | undefined {
  return part && range(part)
}

function fieldsOf(
  octets: Buffer,
  message: Part,
  { names, isNot }: Section['text'] & { kind: 'fields' },
): Buffer {
  return isNot ? headerFieldsNot(octets, message, names) : headerFields(octets, message, names)
}

function cut(octets: Buffer, partial: Partial | undefined): Buffer {
  if (partial === undefined) return octets
  return octets.subarray(partial.offset, partial.offset + partial.octets)
}
