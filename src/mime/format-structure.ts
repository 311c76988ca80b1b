/** BODY and BODYSTRUCTURE, RFC 9051 §7.5.2. */
import type { BodyStructure } from './types.ts'
import { formatEnvelope } from './format-envelope.ts'
import { formatNstring, formatString } from './format-string.ts'

/** How an answer is to be written. */
interface Style {
  /** BODYSTRUCTURE instead of BODY. */
  readonly isExtended: boolean
  readonly isUtf8: boolean
}

export function formatStructure(part: BodyStructure, style: Style): string {
  return part.type === 'multipart' && part.children.length > 0
    ? formatMultipart(part, style)
    : formatLeaf(part, style)
}

function formatMultipart(part: BodyStructure, style: Style): string {
  let text = '('
  for (const child of part.children) text += formatStructure(child, style)
  text += ` ${formatString(part.subtype.toUpperCase(), style.isUtf8)}`
  if (!style.isExtended) return `${text})`
  return `${text} ${formatParameters(part.parameters, style)}${formatTail(part, style)})`
}

function formatLeaf(part: BodyStructure, style: Style): string {
  const { isUtf8 } = style
  // A multipart without parts cannot be said as one (RFC 9051 §9 body-type-mpart).
  const isEmptyMultipart = part.type === 'multipart'
  const type = isEmptyMultipart ? 'application' : part.type
  const subtype = isEmptyMultipart ? 'octet-stream' : part.subtype
  let text =
    `(${formatString(type.toUpperCase(), isUtf8)} ${formatString(subtype.toUpperCase(), isUtf8)} ` +
    `${formatParameters(part.parameters, style)} ${formatNstring(part.id, isUtf8)} ` +
    `${formatNstring(part.description, isUtf8)} ` +
    `${formatString(part.encoding.toUpperCase(), isUtf8)} ${part.octets}`
  if (part.message !== undefined) {
    const { envelope, structure } = part.message
    text += ` ${formatEnvelope(envelope, isUtf8)} ${formatStructure(structure, style)} ${part.lines}`
  } else if (type === 'text') {
    text += ` ${part.lines}`
  }
  if (!style.isExtended) return `${text})`
  return `${text} ${formatNstring(part.md5, isUtf8)}${formatTail(part, style)})`
}

/** Disposition, language and location. */
function formatTail(part: BodyStructure, style: Style): string {
  const { disposition, language } = part
  const { isUtf8 } = style
  const disposed =
    disposition === undefined
      ? 'NIL'
      : `(${formatString(disposition.value.toUpperCase(), isUtf8)} ` +
        `${formatParameters(disposition.parameters, style)})`
  const languages =
    language.length === 0 ? 'NIL' : `(${language.map((l) => formatString(l, isUtf8)).join(' ')})`
  return ` ${disposed} ${languages} ${formatNstring(part.location, isUtf8)}`
}

function formatParameters(
  parameters: readonly (readonly [string, string])[],
  { isUtf8 }: Style,
): string {
  if (parameters.length === 0) return 'NIL'
  const pairs = parameters.map(
    ([name, value]) => `${formatString(name.toUpperCase(), isUtf8)} ${formatString(value, isUtf8)}`,
  )
  return `(${pairs.join(' ')})`
}
