/**
 * ENVELOPE and BODYSTRUCTURE of the messages of a pack, ready to be told (RFC 9051 §7.5.2): made once, not
 * for each client again. Version (1), count, then columns and octets.
 */
import { formatEnvelope } from '../../mime/format-envelope.ts'
import { formatStructure } from '../../mime/format-structure.ts'
import type { BodyStructure, ImapEnvelope } from '../../mime/types.ts'
import { ColumnReader, ColumnWriter } from './columns.ts'

const version = 1

export interface FormsPart {
  readonly octets: number
  /** 1 where a client that knows UTF-8 is told otherwise (RFC 6855 §3): it is made for him. */
  readonly isOtherInUtf8: Uint8Array
  /** Two of each message, its envelope and its structure; behind the last where it ends. */
  readonly starts: Uint32Array
  readonly texts: Buffer
}

export interface Form {
  readonly envelope: Buffer
  readonly structure: Buffer
  readonly isOtherInUtf8: boolean
}

interface Formed {
  readonly envelope: ImapEnvelope
  readonly structure: BodyStructure
}

export function formOf(message: Formed): Form {
  const [envelope, structure] = formsOf(message, false)
  const [ofUtf8, structureOfUtf8] = formsOf(message, true)
  return {
    envelope: Buffer.from(envelope),
    structure: Buffer.from(structure),
    isOtherInUtf8: envelope !== ofUtf8 || structure !== structureOfUtf8,
  }
}

export function encodeFormsPart(forms: readonly Form[]): Buffer {
  const isOther = Uint8Array.from(forms, ({ isOtherInUtf8 }) => (isOtherInUtf8 ? 1 : 0))
  const starts: number[] = [0]
  const texts: Buffer[] = []
  let octets = 0
  for (const { envelope, structure } of forms) {
    for (const text of [envelope, structure]) {
      texts.push(text)
      starts.push((octets += text.length))
    }
  }
  return new ColumnWriter()
    .add(Uint32Array.of(version, forms.length))
    .add(isOther)
    .add(Uint32Array.from(starts))
    .add(Buffer.concat(texts, octets))
    .end()
}

function formsOf({ envelope, structure }: Formed, isUtf8: boolean): readonly [string, string] {
  return [
    formatEnvelope(envelope, isUtf8),
    formatStructure(structure, { isExtended: true, isUtf8 }),
  ]
}

export function decodeFormsPart(octets: Buffer): FormsPart {
  const reader = new ColumnReader(octets)
  const [, count = 0] = reader.words(2)
  const isOtherInUtf8 = reader.octets(count)
  const starts = reader.words(2 * count + 1)
  const texts = reader.octets(starts.at(-1) ?? 0)
  return { octets: octets.length, isOtherInUtf8, starts, texts }
}

export function formAt({ isOtherInUtf8, starts, texts }: FormsPart, place: number): Form {
  const at = 2 * place
  return {
    envelope: texts.subarray(starts[at], starts[at + 1]),
    structure: texts.subarray(starts[at + 1], starts[at + 2]),
    isOtherInUtf8: isOtherInUtf8[place] === 1,
  }
}
