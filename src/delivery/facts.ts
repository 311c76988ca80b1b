/** What the header of a message tells delivery: hops, where it has been, who says he wrote it. */
import { DelimiterScanner } from '../mime/delimiter.ts'
import { readHeader } from '../mime/header-block.ts'
import { unfoldedValue } from '../mime/header.ts'
import { defaultLimits } from '../mime/limits.ts'
import { parseMailboxes } from '../mime/mailboxes.ts'
import type { HeaderField } from '../mime/types.ts'

export interface MessageFacts {
  readonly octets: Buffer
  readonly fields: readonly HeaderField[]
  /** Where the body begins, after the empty line. */
  readonly headerEnd: number
  /** Larger than is read: fields may stand where nobody looked. */
  readonly isCut: boolean
  readonly receivedFields: number
  /** Lower case. */
  readonly deliveredTo: ReadonlySet<string>
  /** What stands in the angle brackets of List-Id (RFC 2919), lower case. */
  readonly listIds: ReadonlySet<string>
  /** RFC 5322 §3.6.4; as written, with its angle brackets. */
  readonly messageId: string | undefined
}

const limits = { octetsMax: defaultLimits.headerOctetsMax, fieldsMax: defaultLimits.fieldsMax }

const nothing: ReadonlySet<string> = new Set()

export function readMessageFacts(octets: Buffer): MessageFacts {
  const block = readHeader(octets, 0, new DelimiterScanner(octets), limits)
  let receivedFields = 0
  let deliveredTo: Set<string> | undefined
  let listIds: Set<string> | undefined
  let messageId: string | undefined
  for (const field of block.fields) {
    switch (field.lowerName) {
      case 'received':
        receivedFields++
        break
      case 'delivered-to':
        deliveredTo ??= new Set()
        deliveredTo.add(unfoldedValue(octets, field).toLowerCase())
        break
      case 'list-id':
        listIds ??= new Set()
        listIds.add(listIdOf(unfoldedValue(octets, field)))
        break
      case 'message-id':
        messageId ??= unfoldedValue(octets, field).trim()
        break
      default:
    }
  }
  return {
    octets,
    fields: block.fields,
    headerEnd: block.end,
    isCut: block.isCut,
    receivedFields,
    deliveredTo: deliveredTo ?? nothing,
    listIds: listIds ?? nothing,
    messageId,
  }
}

function listIdOf(value: string): string {
  const start = value.lastIndexOf('<')
  const end = value.indexOf('>', start)
  return (start < 0 || end < 0 ? value : value.slice(start + 1, end)).toLowerCase()
}

export function countFields(facts: MessageFacts, lowerName: string): number {
  let count = 0
  for (const field of facts.fields) if (field.lowerName === lowerName) count++
  return count
}

/** Addresses of every field of that name, as written. */
export function addressesOf(facts: MessageFacts, lowerName: string): readonly string[] {
  const found: string[] = []
  for (const field of facts.fields) {
    if (field.lowerName !== lowerName) continue
    for (const { mailbox, host } of parseMailboxes(unfoldedValue(facts.octets, field)))
      if (mailbox !== undefined && host !== undefined) found.push(`${mailbox}@${host}`)
  }
  return found
}
