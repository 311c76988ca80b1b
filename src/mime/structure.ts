/** BODYSTRUCTURE as a value. RFC 9051 §7.5.2. */
import { parseDisposition, parseMediaType, type MediaType } from './content.ts'
import { envelopeOf } from './envelope.ts'
import { findField, textOf, unfoldedLatin1 } from './header.ts'
import type { RawParameter } from './parameter.ts'
import type { BodyStructure, Part } from './types.ts'

type Pairs = BodyStructure['parameters']

/** Parameters are pairs as written (RFC 2231 and RFC 2047 not decoded), as IMAP's clients expect. */
export function structureOf(octets: Buffer, part: Part): BodyStructure {
  const disposition = dispositionOf(octets, part)
  return {
    type: part.type,
    subtype: part.subtype,
    parameters: mediaParameters(octets, part),
    ...(part.id !== undefined && { id: part.id }),
    ...(part.description !== undefined && { description: part.description }),
    encoding: part.encoding,
    octets: part.end - part.bodyStart,
    lines: part.lines,
    ...(part.md5 !== undefined && { md5: part.md5 }),
    ...(disposition !== undefined && { disposition }),
    language: part.language,
    ...(part.location !== undefined && { location: part.location }),
    children: part.children.map((child) => structureOf(octets, child)),
    ...(part.message !== undefined && {
      message: {
        envelope: envelopeOf(octets, part.message),
        structure: structureOf(octets, part.message),
      },
    }),
  }
}

/** Where the field is absent or broken, what its default put into the part. */
function mediaParameters(octets: Buffer, part: Part): Pairs {
  const field = findField(part.fields, 'content-type')
  if (field === undefined) return [...part.parameters]
  const byDefault: MediaType = { type: '', subtype: '', raw: [] }
  const media = parseMediaType(unfoldedLatin1(octets, field), byDefault)
  if (media.type !== part.type || media.subtype !== part.subtype) return [...part.parameters]
  return pairs(media.raw)
}

function dispositionOf(octets: Buffer, part: Part): BodyStructure['disposition'] {
  const field = findField(part.fields, 'content-disposition')
  if (field === undefined) return undefined
  const parsed = parseDisposition(unfoldedLatin1(octets, field))
  return parsed && { value: parsed.value, parameters: pairs(parsed.raw) }
}

function pairs(raw: readonly RawParameter[]): Pairs {
  return raw.map(([name, value]) => [name, textOf(value)] as const)
}
