/** `header:{name}:as{Form}:all` and the properties that stand for one of them. RFC 8621 §4.1.3. */
import type { HeaderField } from '../../mime/types.ts'
import { headerForms, mayHaveForm, readForm, type HeaderForm } from './header-forms.ts'

export interface HeaderProperty {
  /** As the client wrote it, which is how it is answered. */
  readonly name: string
  readonly lowerName: string
  readonly form: HeaderForm
  readonly isAll: boolean
}

const property = /^header:([\x21-\x39\x3b-\x7e]+)(?::as(\w+))?(:all)?$/

/** Undefined: it is none, or a form that this field cannot have. */
export function parseHeaderProperty(name: string): HeaderProperty | undefined {
  const match = property.exec(name)
  if (match === null) return undefined
  const [, field = '', formName = 'Raw', all] = match
  const form = headerForms.find((each) => each === formName)
  const lowerName = field.toLowerCase()
  if (form === undefined || !mayHaveForm(lowerName, form)) return undefined
  return { name, lowerName, form, isAll: all !== undefined }
}

const standing = (name: string, lowerName: string, form: HeaderForm): [string, HeaderProperty] => [
  name,
  { name, lowerName, form, isAll: false },
]

/** RFC 8621 §4.1.2.1 to §4.1.3. */
export const convenient: ReadonlyMap<string, HeaderProperty> = new Map([
  standing('messageId', 'message-id', 'MessageIds'),
  standing('inReplyTo', 'in-reply-to', 'MessageIds'),
  standing('references', 'references', 'MessageIds'),
  standing('sender', 'sender', 'Addresses'),
  standing('from', 'from', 'Addresses'),
  standing('to', 'to', 'Addresses'),
  standing('cc', 'cc', 'Addresses'),
  standing('bcc', 'bcc', 'Addresses'),
  standing('replyTo', 'reply-to', 'Addresses'),
  standing('subject', 'subject', 'Text'),
  standing('sentAt', 'date', 'Date'),
])

/** The last field of the name, or all of them in order; null or an empty list where there is none. */
export function readHeader(
  octets: Buffer,
  fields: readonly HeaderField[],
  { lowerName, form, isAll }: HeaderProperty,
): unknown {
  if (isAll)
    return fields
      .filter((field) => field.lowerName === lowerName)
      .map((field) => readForm(octets, field, form))
  const last = fields.findLast((field) => field.lowerName === lowerName)
  return last === undefined ? null : readForm(octets, last, form)
}
