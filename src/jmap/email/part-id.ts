/** Parts of a message by numbers, as IMAP's sections have them: `2.1`. RFC 8621 §4.1.4. */
import type { Part } from '../../mime/types.ts'

/** Leaves and multiparts of a message in order; a message within is a leaf. Ids only of leaves. */
export function findPart(message: Part, partId: string): Part | undefined {
  if (message.children.length === 0) return partId === '1' ? message : undefined
  let part: Part | undefined = message
  for (const step of partId.split('.')) part = part?.children[Number(step) - 1]
  return part === undefined || part.children.length > 0 ? undefined : part
}

/** The id of a child, from that of the multipart it is in; the message itself has none. */
export function childPartId(parent: string, index: number): string {
  return parent === '' ? String(index + 1) : `${parent}.${index + 1}`
}
