/** Body sections, byte for byte. RFC 9051 §6.4.5.1. */
import type { HeaderField, Part } from './types.ts'

/** From `start`, up to and without `end`. */
export interface Range {
  readonly start: number
  readonly end: number
}

/**
 * The part a section number names; an empty path names the message itself. Undefined where there is
 * no such part.
 */
export function findSection(root: Part, path: readonly number[]): Part | undefined {
  let part = root
  for (const [place, number] of path.entries()) {
    // A message/rfc822 part is numbered by what is in it; the root is a message already.
    const holder = place > 0 && part.message !== undefined ? part.message : part
    if (isMultipart(holder)) {
      const child = holder.children[number - 1]
      if (child === undefined) return undefined
      part = child
    } else {
      // "Every message has at least one part number": what is not multipart is its own part 1.
      if (number !== 1 || (place > 0 && part.message === undefined)) return undefined
      part = holder
    }
  }
  return part
}

/** `BODY[path]`: the body of the part. (`BODY[]` is all octets of the message.) */
export function bodyRange(part: Part): Range {
  return { start: part.bodyStart, end: part.end }
}

/** `BODY[path.MIME]`: the header of the part, empty line included. */
export function mimeRange(part: Part): Range {
  return { start: part.start, end: part.bodyStart }
}

/** `BODY[HEADER]`, and `BODY[path.HEADER]` of a message/rfc822; undefined where there is none. */
export function headerRange(root: Part, path: readonly number[]): Range | undefined {
  const message = findMessage(root, path)
  return message && { start: message.start, end: message.bodyStart }
}

/** `BODY[TEXT]`, and `BODY[path.TEXT]` of a message/rfc822. */
export function textRange(root: Part, path: readonly number[]): Range | undefined {
  const message = findMessage(root, path)
  return message && { start: message.bodyStart, end: message.end }
}

/** The message a HEADER or TEXT section speaks of: the root, or the one within a message/rfc822. */
export function findMessage(root: Part, path: readonly number[]): Part | undefined {
  return path.length === 0 ? root : findSection(root, path)?.message
}

/** `HEADER.FIELDS`: matching fields as they are written, then the empty line. Any case of names. */
export function headerFields(octets: Buffer, message: Part, names: readonly string[]): Buffer {
  const wanted = new Set(names.map((name) => name.toLowerCase()))
  return subset(octets, message, (field) => wanted.has(field.lowerName))
}

/** `HEADER.FIELDS.NOT`. */
export function headerFieldsNot(octets: Buffer, message: Part, names: readonly string[]): Buffer {
  const unwanted = new Set(names.map((name) => name.toLowerCase()))
  return subset(octets, message, (field) => !unwanted.has(field.lowerName))
}

const crlf = Buffer.from('\r\n')

function subset(octets: Buffer, part: Part, isWanted: (field: HeaderField) => boolean): Buffer {
  const pieces: Buffer[] = []
  for (const field of part.fields)
    if (isWanted(field)) pieces.push(octets.subarray(field.start, field.end), crlf)
  pieces.push(crlf)
  return Buffer.concat(pieces)
}

function isMultipart(part: Part): boolean {
  return part.children.length > 0
}
