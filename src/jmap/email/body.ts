/** The parts of a message: bodyStructure, textBody, htmlBody, attachments and their values. RFC 8621 §4.1.4. */
import { decodeCharset, decodeText } from '../../mime/charset.ts'
import { decodeWords } from '../../mime/encoded-word.ts'
import { fileName } from '../../mime/text.ts'
import type { BodyStructure, Part } from '../../mime/types.ts'
import { mediaTypeOf, partBlobId, partOctets } from '../blob/blob.ts'
import { parseHeaderProperty, readHeader } from './header-property.ts'
import { childPartId } from './part-id.ts'

/** A part and where it stands; multiparts have no id. */
export interface PlacedPart {
  readonly part: Part
  readonly partId: string | undefined
  readonly children: readonly PlacedPart[]
}

export interface BodyParts {
  readonly root: PlacedPart
  readonly text: readonly PlacedPart[]
  readonly html: readonly PlacedPart[]
  readonly attachments: readonly PlacedPart[]
}

export function bodyPartsOf(message: Part): BodyParts {
  const root = placePart(message, '')
  const found = { text: [], html: [], attachments: [] }
  sortParts([root], { multipart: 'mixed', isInAlternative: false, ...found })
  return { root, ...found }
}

function placePart(part: Part, path: string): PlacedPart {
  const children = part.children.map((child, at) => placePart(child, childPartId(path, at)))
  const partId = children.length > 0 ? undefined : path === '' ? '1' : path
  return { part, partId, children }
}

interface Sorting {
  readonly multipart: string
  readonly isInAlternative: boolean
  /** Undefined: this kind of body was chosen already. */
  text: PlacedPart[] | undefined
  html: PlacedPart[] | undefined
  readonly attachments: PlacedPart[]
}

/** The standard's own algorithm, step for step (RFC 8621 §4.1.4). */
function sortParts(parts: readonly PlacedPart[], sorting: Sorting): void {
  const textBefore = sorting.text?.length ?? -1
  const htmlBefore = sorting.html?.length ?? -1
  for (const [at, placed] of parts.entries()) {
    if (placed.children.length > 0) sortMultipart(placed, sorting)
    else if (isInline(placed.part, at, sorting.multipart)) sortInline(placed, sorting)
    else sorting.attachments.push(placed)
  }
  const { multipart, text, html } = sorting
  if (multipart !== 'alternative' || text === undefined || html === undefined) return
  // One kind only was found: it stands for the other too.
  if (textBefore === text.length && htmlBefore !== html.length)
    text.push(...html.slice(Math.max(0, htmlBefore)))
  else if (htmlBefore === html.length && textBefore !== text.length)
    html.push(...text.slice(Math.max(0, textBefore)))
}

function sortMultipart({ part, children }: PlacedPart, sorting: Sorting): void {
  const isAlternative = part.subtype === 'alternative'
  sortParts(children, {
    ...sorting,
    multipart: part.subtype,
    isInAlternative: sorting.isInAlternative || isAlternative,
  })
}

function isInline({ type, subtype, disposition, parameters }: Part, at: number, multipart: string) {
  const isText = type === 'text' && (subtype === 'plain' || subtype === 'html')
  const isMedia = type === 'image' || type === 'audio' || type === 'video'
  const hasName =
    disposition?.parameters.get('filename') !== undefined || parameters.get('name') !== undefined
  return (
    disposition?.value !== 'attachment' &&
    (isText || isMedia) &&
    (at === 0 || (multipart !== 'related' && (isMedia || !hasName)))
  )
}

function sortInline(placed: PlacedPart, sorting: Sorting): void {
  const { type, subtype } = placed.part
  const isMedia = type !== 'text'
  if (sorting.multipart === 'alternative') {
    if (isMedia) sorting.attachments.push(placed)
    else if (subtype === 'plain') sorting.text?.push(placed)
    else sorting.html?.push(placed)
    return
  }
  if (sorting.isInAlternative && !isMedia) {
    if (subtype === 'plain') sorting.html = undefined
    else sorting.text = undefined
  }
  const { text, html, attachments } = sorting
  text?.push(placed)
  html?.push(placed)
  if ((text === undefined || html === undefined) && isMedia) attachments.push(placed)
}

/** Something to keep as a file: RFC 8621 §4.1.4. */
export function hasAttachment({ attachments }: BodyParts): boolean {
  return attachments.some(({ part }) => part.disposition?.value !== 'inline')
}

const nowhere = { start: 0, bodyStart: 0, end: 0, fields: [], lines: 0 } as const

/** A structure as it stands in a summary, in the shape of parts: their octets are not there. */
export function partOfStructure(structure: BodyStructure): Part {
  const { type, subtype, parameters, disposition, encoding, language } = structure
  return {
    ...nowhere,
    type: type.toLowerCase(),
    subtype: subtype.toLowerCase(),
    parameters: new Map(parameters),
    disposition: disposition && {
      value: disposition.value.toLowerCase(),
      parameters: new Map(disposition.parameters),
    },
    encoding,
    id: undefined,
    description: undefined,
    md5: undefined,
    language,
    location: undefined,
    children: structure.children.map(partOfStructure),
    message: undefined,
  }
}

export const bodyPartProperties = [
  'partId',
  'blobId',
  'size',
  'headers',
  'name',
  'type',
  'charset',
  'disposition',
  'cid',
  'language',
  'location',
  'subParts',
] as const

export const bodyPartInitial: readonly string[] = bodyPartProperties.filter(
  (name) => name !== 'headers' && name !== 'subParts',
)

export interface PartShown {
  readonly octets: Buffer
  readonly blobId: string
  readonly properties: readonly string[]
}

/** With its children where it is a structure. */
export function presentPart(placed: PlacedPart, shown: PartShown, isStructure: boolean): object {
  const entries = shown.properties.flatMap((name): [string, unknown][] => {
    if (name === 'subParts' && !isStructure && placed.children.length === 0) return []
    return [[name, partProperty(placed, shown, name)]]
  })
  const isTree = isStructure && placed.children.length > 0
  const subParts = isTree
    ? { subParts: placed.children.map((c) => presentPart(c, shown, true)) }
    : {}
  return { ...Object.fromEntries(entries), ...subParts }
}

function partProperty(placed: PlacedPart, { octets, blobId }: PartShown, name: string): unknown {
  const { part, partId } = placed
  switch (name) {
    case 'partId':
      return partId ?? null
    case 'blobId':
      return partId === undefined ? null : partBlobId(blobId, partId)
    case 'size':
      return partId === undefined ? 0 : partOctets(octets, part).length
    case 'headers':
      return headersOf(octets, part)
    case 'name': {
      const given = fileName(part)
      return given === undefined ? null : decodeWords(given).normalize('NFC')
    }
    case 'type':
      return mediaTypeOf(part)
    case 'charset':
      return part.parameters.get('charset') ?? (part.type === 'text' ? 'us-ascii' : null)
    case 'disposition':
      return part.disposition?.value ?? null
    case 'cid':
      return part.id?.replace(/^\s*<|>\s*$/g, '') ?? null
    case 'language':
      return part.language.length === 0 ? null : part.language
    case 'location':
      return part.location ?? null
    case 'subParts':
      return null
    default: {
      const header = parseHeaderProperty(name)
      return header === undefined ? null : readHeader(octets, part.fields, header)
    }
  }
}

/** Every field in order, raw. */
export function headersOf(octets: Buffer, { fields }: Pick<Part, 'fields'>): readonly object[] {
  return fields.map((field) => ({
    name: field.name,
    value: octets.toString('utf8', field.valueStart, field.end).replaceAll('\0', ''),
  }))
}

export interface BodyValue {
  readonly value: string
  readonly isEncodingProblem: boolean
  readonly isTruncated: boolean
}

/** Text with LF alone, cut between characters, and HTML not within a tag. RFC 8621 §4.1.4, §4.2. */
export function bodyValueOf(octets: Buffer, part: Part, octetsMax: number): BodyValue {
  const decoded = partOctets(octets, part)
  const charset = part.parameters.get('charset')
  const known = charset === undefined ? undefined : decodeCharset(decoded, charset)
  const text = (known ?? decodeText(decoded, charset)).replaceAll('\r\n', '\n')
  const isEncodingProblem =
    (charset !== undefined && known === undefined) || text.includes('\u{FFFD}')
  if (octetsMax === 0 || Buffer.byteLength(text) <= octetsMax)
    return { value: text, isEncodingProblem, isTruncated: false }
  let value = new TextDecoder().decode(Buffer.from(text).subarray(0, octetsMax), { stream: true })
  if (part.subtype === 'html') {
    const open = value.lastIndexOf('<')
    if (open > value.lastIndexOf('>')) value = value.slice(0, open)
  }
  return { value, isEncodingProblem, isTruncated: true }
}
