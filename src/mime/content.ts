/** The Content-* fields of one header. RFC 2045 §5 to §8, RFC 2183, RFC 3282, RFC 2557, RFC 1864. */
import { skipComment } from './comment.ts'
import { textOf, unfoldedLatin1 } from './header.ts'
import { decodeParameters, parseParameters, type RawParameter } from './parameter.ts'
import type { HeaderField, Part, Parameters } from './types.ts'

export type Content = Pick<
  Part,
  | 'type'
  | 'subtype'
  | 'parameters'
  | 'disposition'
  | 'encoding'
  | 'id'
  | 'description'
  | 'md5'
  | 'language'
  | 'location'
> & {
  /** The octets of the boundary parameter, each one character. */
  readonly boundary: string | undefined
}

export interface MediaType {
  readonly type: string
  readonly subtype: string
  readonly raw: readonly RawParameter[]
}

/** RFC 2045 §5.2: what an absent or broken Content-Type means. */
export const defaultText: MediaType = {
  type: 'text',
  subtype: 'plain',
  raw: [['charset', 'us-ascii']],
}
/** RFC 2046 §5.1.5: what it means within a digest. */
export const defaultMessage: MediaType = { type: 'message', subtype: 'rfc822', raw: [] }

const noParameters: Parameters = new Map()
const noLanguage: readonly string[] = []
const textParameters: Parameters = new Map([['charset', 'us-ascii']])

/** The first field of each name counts. */
export function readContent(
  octets: Buffer,
  fields: readonly HeaderField[],
  byDefault: MediaType,
): Content {
  const values = new Map<string, string>()
  for (const field of fields) {
    if (!field.lowerName.startsWith('content-') || values.has(field.lowerName)) continue
    values.set(field.lowerName, unfoldedLatin1(octets, field))
  }
  const written = values.get('content-type')
  const media = written === undefined ? byDefault : parseMediaType(written, byDefault)
  const text = (name: string): string | undefined => {
    const value = values.get(name)
    return value === undefined || value === '' ? undefined : textOf(value)
  }
  const disposition = values.get('content-disposition')
  const language = values.get('content-language')
  return {
    type: media.type,
    subtype: media.subtype,
    parameters: parametersOf(media.raw),
    boundary: media.raw.find(([name]) => name === 'boundary')?.[1].trimEnd(),
    disposition: disposition === undefined ? undefined : readDisposition(disposition),
    encoding: readEncoding(values.get('content-transfer-encoding')),
    id: text('content-id'),
    description: text('content-description'),
    md5: text('content-md5'),
    language: language === undefined ? noLanguage : readLanguage(language),
    location: text('content-location'),
  }
}

/** @param latin1 an unfolded Content-Type. */
export function parseMediaType(latin1: string, byDefault: MediaType): MediaType {
  const start = latin1.startsWith('(') ? skipComment(latin1, 0) : 0
  const semicolon = latin1.indexOf(';', start)
  const end = semicolon < 0 ? latin1.length : semicolon
  const [type = '', subtype = ''] = latin1
    .slice(start, end)
    .toLowerCase()
    .split('/', 2)
    .map((half) => half.trim().split(/[\s(]/, 1)[0] ?? '')
  const raw = parseParameters(latin1, end)
  if (token.test(type) && token.test(subtype)) return { type, subtype, raw }
  // The type alone comes from old programs; RFC 2046 §5.1.3 and §4.1.4 name the heirs.
  if (type === 'multipart' && subtype === '') return { type, subtype: 'mixed', raw }
  if (type === 'text' && subtype === '') return { type, subtype: 'plain', raw }
  return byDefault
}

/** @param latin1 an unfolded Content-Disposition. */
export function parseDisposition(
  latin1: string,
): { readonly value: string; readonly raw: readonly RawParameter[] } | undefined {
  const semicolon = latin1.indexOf(';')
  const end = semicolon < 0 ? latin1.length : semicolon
  const value = (latin1.slice(0, end).trim().split(/[\s(]/, 1)[0] ?? '').toLowerCase()
  if (token.test(value)) return { value, raw: parseParameters(latin1, end) }
  // Only parameters: RFC 2183 §2.8 lets an unknown disposition be an attachment.
  const raw = parseParameters(latin1, 0)
  return raw.length === 0 ? undefined : { value: 'attachment', raw }
}

const token = /^[!#$%&'*+.^_`|~\w-]+$/

function parametersOf(raw: readonly RawParameter[]): Parameters {
  if (raw.length === 0) return noParameters
  return raw === defaultText.raw ? textParameters : decodeParameters(raw)
}

function readDisposition(latin1: string): Part['disposition'] {
  const parsed = parseDisposition(latin1)
  return parsed && { value: parsed.value, parameters: parametersOf(parsed.raw) }
}

function readEncoding(latin1: string | undefined): string {
  const word = latin1?.split(/[\s;(]/, 1)[0]?.toLowerCase() ?? ''
  return token.test(word) ? word : '7bit'
}

function readLanguage(latin1: string): readonly string[] {
  return textOf(latin1)
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '')
}
