/** The parsed forms of header fields. RFC 8621 §4.1.2. */
import { parseDate } from '../../mime/date.ts'
import { decodePlacedWords } from '../../mime/encoded-word.ts'
import { rawValue, unfoldedValue } from '../../mime/header.ts'
import { parseMailboxes } from '../../mime/mailboxes.ts'
import type { EnvelopeAddress, HeaderField } from '../../mime/types.ts'

export interface EmailAddress {
  readonly name: string | null
  readonly email: string
}

export interface AddressGroup {
  readonly name: string | null
  readonly addresses: readonly EmailAddress[]
}

export const headerForms = [
  'Raw',
  'Text',
  'Addresses',
  'GroupedAddresses',
  'MessageIds',
  'Date',
  'URLs',
] as const
export type HeaderForm = (typeof headerForms)[number]

const addressFields = new Set(
  'from sender reply-to to cc bcc resent-from resent-sender resent-reply-to resent-to resent-cc resent-bcc'.split(
    ' ',
  ),
)
const idFields = new Set(['message-id', 'in-reply-to', 'references', 'resent-message-id'])
const dateFields = new Set(['date', 'resent-date'])
const urlFields = new Set(
  'list-help list-unsubscribe list-subscribe list-post list-owner list-archive'.split(' '),
)
const textFields = new Set(['subject', 'comments', 'keywords', 'list-id'])
/** RFC 5322 and RFC 2369 define these; of any other field every form may be asked. */
const standardFields = new Set([
  ...addressFields,
  ...idFields,
  ...dateFields,
  ...urlFields,
  'subject',
  'comments',
  'keywords',
  'return-path',
  'received',
])

/** RFC 8621 §4.1.2: a form that a field of that name cannot have is refused. */
export function mayHaveForm(lowerName: string, form: HeaderForm): boolean {
  if (form === 'Raw' || !standardFields.has(lowerName)) return true
  if (form === 'Text') return textFields.has(lowerName)
  if (form === 'Addresses' || form === 'GroupedAddresses') return addressFields.has(lowerName)
  if (form === 'MessageIds') return idFields.has(lowerName)
  return form === 'Date' ? dateFields.has(lowerName) : urlFields.has(lowerName)
}

export function readForm(octets: Buffer, field: HeaderField, form: HeaderForm): unknown {
  if (form === 'Raw') return rawText(octets, field)
  const value = unfoldedValue(octets, field)
  if (form === 'Text') return decodePlacedWords(value).normalize('NFC')
  if (form === 'Addresses') return addressesOf(parseMailboxes(value))
  if (form === 'GroupedAddresses') return groupsOf(parseMailboxes(value))
  if (form === 'MessageIds') return messageIdsOf(value)
  if (form === 'Date') return dateOf(value)
  return urlsOf(value)
}

/** RFC 8621 §4.1.2.1: as it is, NUL left out, broken octets replaced. */
function rawText(octets: Buffer, field: HeaderField): string {
  return rawValue(octets, field).toString('utf8').replaceAll('\0', '')
}

/** A group begins with a name and no host, and ends with neither (RFC 9051 §7.5.2). */
export function groupsOf(found: readonly EnvelopeAddress[]): readonly AddressGroup[] {
  const groups: { name: string | null; addresses: EmailAddress[] }[] = []
  let isInGroup = false
  for (const address of found) {
    if (address.host === undefined) {
      isInGroup = address.mailbox !== undefined
      if (isInGroup) groups.push({ name: decodePlacedWords(address.mailbox ?? ''), addresses: [] })
      continue
    }
    const last = groups.at(-1)
    const single = last !== undefined && (isInGroup || last.name === null) ? last : undefined
    if (single === undefined) groups.push({ name: null, addresses: [emailOf(address)] })
    else single.addresses.push(emailOf(address))
    if (!isInGroup && single !== undefined && single.name !== null) {
      single.addresses.pop()
      groups.push({ name: null, addresses: [emailOf(address)] })
    }
  }
  return groups
}

export function addressesOf(found: readonly EnvelopeAddress[]): readonly EmailAddress[] {
  return found.filter(({ host }) => host !== undefined).map(emailOf)
}

function emailOf({ name, mailbox = '', host = '' }: EnvelopeAddress): EmailAddress {
  const decoded = name === undefined ? '' : decodePlacedWords(name).normalize('NFC').trim()
  return {
    name: decoded === '' ? null : decoded,
    email: host === '' ? mailbox : `${mailbox}@${host}`,
  }
}

/** RFC 8621 §4.1.2.5: null where it cannot be read. */
export function messageIdsOf(value: string): readonly string[] | null {
  const ids = value.match(/<[^<>]+>/g)?.map((id) => id.slice(1, -1).replaceAll(/\s+/g, ''))
  return ids === undefined || ids.length === 0 ? null : ids
}

/** RFC 8621 §4.1.2.6: with the zone as it was written. */
export function dateOf(value: string): string | null {
  const date = parseDate(value)
  if (date === undefined) return null
  const zone = date.zoneMinutes ?? 0
  const local = new Date(date.at + zone * 60_000).toISOString().slice(0, 19)
  if (zone === 0) return `${local}Z`
  const minutes = Math.abs(zone)
  const two = (part: number) => String(part).padStart(2, '0')
  return `${local}${zone < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}

function urlsOf(value: string): readonly string[] | null {
  const urls = value.match(/<[^<>]+>/g)?.map((url) => url.slice(1, -1).replaceAll(/\s+/g, ''))
  return urls === undefined ? null : urls
}
