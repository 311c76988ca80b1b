/** What of an attachment can be shown without opening it in another program. */
import type { BodyPart } from '../../kit/jmap/types.ts'

export type PreviewKind = 'image' | 'text' | 'message' | 'pdf'

/** A larger file is only downloaded. */
const previewOctetsMax = 30_000_000
/** Of a text so much is shown. */
export const previewCharactersMax = 500_000

/** By the type that was said and by nothing else: what is shown cannot run, whatever it really is. */
export function previewKind({ type, size, blobId }: BodyPart): PreviewKind | undefined {
  if (blobId === null || size > previewOctetsMax) return undefined
  const lower = type.toLowerCase()
  if (/^image\/(?:png|gif|jpe?g|webp|bmp|avif)$/.test(lower)) return 'image'
  if (lower === 'message/rfc822' || lower === 'message/global') return 'message'
  if (lower === 'application/pdf') return 'pdf'
  // HTML too is shown as the text it is.
  if (/^text\/|^application\/(?:json|xml)$/.test(lower)) return 'text'
  return undefined
}

/** In the character set that was said; one that nobody knows is read as UTF-8. */
export function decodeText(octets: ArrayBuffer, charset: string | null): string {
  try {
    return new TextDecoder(charset ?? 'utf-8').decode(octets)
  } catch {
    return new TextDecoder().decode(octets)
  }
}
