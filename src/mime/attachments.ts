/** The files that come with a message, those of messages within it too. */
import { fileName } from './text.ts'
import { decodeTransfer } from './transfer.ts'
import type { Part } from './types.ts'

export interface AttachedFile {
  /** Empty where it has none. */
  readonly name: string
  readonly octets: Buffer
}

/** @param isWanted of the leaves of the structure. */
export function attachedFiles(
  octets: Buffer,
  message: Part,
  isWanted: (part: Part) => boolean,
): readonly AttachedFile[] {
  return leavesOf(message)
    .filter(isWanted)
    .map((part) => {
      const body = octets.subarray(part.bodyStart, part.end)
      return { name: fileName(part) ?? '', octets: decodeTransfer(body, part.encoding) }
    })
}

/** Parts with neither children nor a message in them, in their order. */
export function leavesOf(part: Part): readonly Part[] {
  if (part.message !== undefined) return leavesOf(part.message)
  return part.children.length === 0 ? [part] : part.children.flatMap(leavesOf)
}
