/** Entity tags (RFC 9110 §8.8.3): a strong one is a digest of the representation itself. */
import { createHash } from 'node:crypto'

const characters = 22

export function etagOf(representation: unknown): string {
  const digest = createHash('sha256').update(JSON.stringify(representation)).digest('base64url')
  return `"${digest.slice(0, characters)}"`
}

/** If-Match and If-None-Match (RFC 9110 §13.1): a list of tags, or `*`. Weak ones never match. */
export function isMatch(field: string, etag: string): boolean {
  return field.trim() === '*' || field.split(',').some((one) => one.trim() === etag)
}
