/** An Email object, from what of the message was read. RFC 8621 §4.1. */
import { preview } from '../../mime/text.ts'
import type { BodyStructure, HeaderField, Part } from '../../mime/types.ts'
import { invalidArguments } from '../core/method-error.ts'
import type { Arguments } from '../core/arguments.ts'
import {
  bodyPartInitial,
  bodyPartProperties,
  bodyPartsOf,
  bodyValueOf,
  hasAttachment,
  headersOf,
  partOfStructure,
  presentPart,
  type BodyParts,
  type PlacedPart,
} from './body.ts'
import {
  convenient,
  parseHeaderProperty,
  readHeader,
  type HeaderProperty,
} from './header-property.ts'

export interface EmailAsked {
  readonly properties: readonly string[]
  readonly headers: ReadonlyMap<string, HeaderProperty>
  readonly bodyProperties: readonly string[]
  readonly fetchesText: boolean
  readonly fetchesHtml: boolean
  readonly fetchesAll: boolean
  readonly bodyValueOctetsMax: number
}

const metadata = ['id', 'blobId', 'threadId', 'mailboxIds', 'keywords', 'size', 'receivedAt']
const bodies = ['bodyValues', 'textBody', 'htmlBody', 'attachments']
export const emailInitial: readonly string[] = [
  ...metadata,
  ...convenient.keys(),
  'hasAttachment',
  'preview',
  ...bodies,
]
/** RFC 8621 §4.9: what has no place in an account has none of the metadata. */
export const parsedInitial: readonly string[] = emailInitial.slice(metadata.length)
const known = new Set([...emailInitial, 'bodyStructure', 'headers'])
/** What is not to be had of the header alone. */
const ofContent = new Set([...bodies, 'bodyStructure'])

export function emailAsked(args: Arguments, initial: readonly string[]): EmailAsked {
  const given = args.stringsOrNull('properties')
  const properties = given === undefined ? initial : [...new Set(given)]
  const headers = new Map<string, HeaderProperty>()
  for (const name of properties) {
    const header = convenient.get(name) ?? parseHeaderProperty(name)
    if (header !== undefined) headers.set(name, header)
    else if (!known.has(name)) throw invalidArguments(`Unknown property: ${name}`)
  }
  const bodyProperties = args.stringsOrNull('bodyProperties') ?? bodyPartInitial
  const wrong = bodyProperties.find((name) => !isBodyProperty(name))
  if (wrong !== undefined) throw invalidArguments(`Unknown body property: ${wrong}`)
  return {
    properties,
    headers,
    bodyProperties,
    fetchesText: args.boolean('fetchTextBodyValues', false),
    fetchesHtml: args.boolean('fetchHTMLBodyValues', false),
    fetchesAll: args.boolean('fetchAllBodyValues', false),
    bodyValueOctetsMax: args.unsigned('maxBodyValueBytes') ?? 0,
  }
}

export function isEmailProperty(name: string): boolean {
  return known.has(name) || parseHeaderProperty(name) !== undefined
}

function isBodyProperty(name: string): boolean {
  return (
    (bodyPartProperties as readonly string[]).includes(name) ||
    parseHeaderProperty(name) !== undefined
  )
}

export function needsContent({ properties }: EmailAsked): boolean {
  return properties.some((name) => ofContent.has(name))
}

export function needsHeader({ properties, headers }: EmailAsked): boolean {
  return (
    headers.size > 0 || properties.some((name) => name === 'headers' || name === 'hasAttachment')
  )
}

/** What was read; each of them only where it is asked for. */
export interface EmailSource {
  readonly metadata: Readonly<Record<string, unknown>>
  readonly blobId: string
  readonly header: { readonly octets: Buffer; readonly fields: readonly HeaderField[] } | undefined
  readonly structure: BodyStructure | undefined
  readonly content: { readonly octets: Buffer; readonly part: Part } | undefined
  readonly preview: string | undefined
}

export function presentEmail(source: EmailSource, asked: EmailAsked): object {
  const parts = lazyParts(source)
  const shown: Record<string, unknown> = {}
  for (const name of asked.properties) shown[name] = propertyOf(source, asked, name, parts)
  return shown
}

/** Sorted once, and only where somebody looks. */
function lazyParts({ content, structure }: EmailSource): () => BodyParts | undefined {
  let parts: BodyParts | undefined
  return () => {
    const part = content?.part ?? (structure && partOfStructure(structure))
    if (part !== undefined) parts ??= bodyPartsOf(part)
    return parts
  }
}

function propertyOf(
  source: EmailSource,
  asked: EmailAsked,
  name: string,
  parts: () => BodyParts | undefined,
): unknown {
  const header = asked.headers.get(name)
  if (header !== undefined)
    return source.header && readHeader(source.header.octets, source.header.fields, header)
  if (metadata.includes(name)) return source.metadata[name] ?? null
  const { content } = source
  if (name === 'preview')
    return source.preview ?? (content && preview(content.octets, content.part)) ?? ''
  const found = parts()
  if (name === 'hasAttachment') return found !== undefined && hasAttachment(found)
  if (name === 'headers') {
    const part = content?.part ?? source.header
    const octets = content?.octets ?? source.header?.octets
    return part && octets && headersOf(octets, part)
  }
  if (content === undefined || found === undefined) return null
  return bodyOf({ source, asked, found, octets: content.octets }, name)
}

interface Body {
  readonly source: EmailSource
  readonly asked: EmailAsked
  readonly found: BodyParts
  readonly octets: Buffer
}

function bodyOf({ source, asked, found, octets }: Body, name: string): unknown {
  const shown = { octets, blobId: source.blobId, properties: asked.bodyProperties }
  const list = (parts: readonly PlacedPart[]) =>
    parts.map((each) => presentPart(each, shown, false))
  if (name === 'bodyStructure') return presentPart(found.root, shown, true)
  if (name === 'textBody') return list(found.text)
  if (name === 'htmlBody') return list(found.html)
  if (name === 'attachments') return list(found.attachments)
  const wanted = [
    ...(asked.fetchesText || asked.fetchesAll ? found.text : []),
    ...(asked.fetchesHtml || asked.fetchesAll ? found.html : []),
    ...(asked.fetchesAll ? leavesOf(found.root) : []),
  ].filter(({ part }) => part.type === 'text')
  return Object.fromEntries(
    wanted.map(({ part, partId = '' }) => [
      partId,
      bodyValueOf(octets, part, asked.bodyValueOctetsMax),
    ]),
  )
}

function leavesOf(placed: PlacedPart): readonly PlacedPart[] {
  return placed.children.length === 0 ? [placed] : placed.children.flatMap(leavesOf)
}
