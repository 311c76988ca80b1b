/** Letters of rights as an administrator or a mail program gives them. RFC 4314 §2.1. */
import { invalid } from './check.ts'

/** Every right of RFC 4314 §2.1 in its order. */
export const allRights = 'lrswipkxtea'
/** Ours (RFC 4314 §2 leaves digits to the site): may send on behalf of the account. */
export const onBehalfRight = '0'

/** In the standard's order, each once. */
export function checkRights(text: string, known: string): string {
  const letters = new Set(text.trim().toLowerCase())
  const unknown = [...letters].filter((letter) => !known.includes(letter))
  if (unknown.length > 0)
    throw invalid('rights', `"${unknown.join('')}" are not rights; known are ${known}.`)
  if (letters.size === 0) throw invalid('rights', 'At least one right is needed.')
  return Array.from(known)
    .filter((letter) => letters.has(letter))
    .join('')
}
