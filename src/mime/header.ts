/** Values of header fields: the exact octets, and the unfolded text. RFC 5322 §2.2.3, RFC 6532. */
import { isUtf8 } from 'node:buffer'
import type { HeaderField } from './types.ts'

/** The first field of that name (lower case). */
export function findField(
  fields: readonly HeaderField[],
  lowerName: string,
): HeaderField | undefined {
  for (const field of fields) if (field.lowerName === lowerName) return field
  return undefined
}

/** The exact octets after the colon, folds and leading space included, final CRLF excluded. */
export function rawValue(octets: Buffer, field: HeaderField): Buffer {
  return octets.subarray(field.valueStart, field.end)
}

/**
 * The value as one line: folds removed, white space at both ends removed, never a CR, LF or NUL.
 * Octets above 127 are UTF-8 where they are valid UTF-8 (RFC 6532) and ISO 8859-1 elsewhere.
 */
export function unfoldedValue(octets: Buffer, field: HeaderField): string {
  return textOf(unfoldedLatin1(octets, field))
}

/** The value as one line with each character one octet, for parsers that decode afterwards. */
export function unfoldedLatin1(octets: Buffer, field: HeaderField): string {
  const value = octets.toString('latin1', field.valueStart, field.end)
  return (breaks.test(value) ? value.replaceAll(allBreaks, '') : value).trim()
}

/** The value of the first field of that name (lower case), unfolded. */
export function findValue(
  octets: Buffer,
  fields: readonly HeaderField[],
  lowerName: string,
): string | undefined {
  const field = findField(fields, lowerName)
  return field === undefined ? undefined : unfoldedValue(octets, field)
}

/** Text from a string of octets: UTF-8 where valid, ISO 8859-1 elsewhere. */
export function textOf(latin1: string): string {
  if (!above127.test(latin1)) return latin1
  const octets = Buffer.from(latin1, 'latin1')
  return isUtf8(octets) ? octets.toString('utf8') : latin1
}

// eslint-disable-next-line no-control-regex -- these control characters are what is looked for
const breaks = /[\r\n\0]/
// eslint-disable-next-line no-control-regex -- these control characters are what is looked for
const allBreaks = /[\r\n\0]/g
const above127 = /[\u0080-\u00FF]/
