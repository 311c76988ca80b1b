/** Comments of structured header fields. RFC 5322 §3.2.2. */
import { commentDepthMax } from './limits.ts'

/** @returns the place after the comment that opens at `from`; an unclosed one takes the rest. */
export function skipComment(text: string, from: number): number {
  let depth = 0
  for (let at = from; at < text.length; at++) {
    const character = text[at]
    if (character === '\\') at++
    else if (character === '(') depth = Math.min(depth + 1, commentDepthMax)
    else if (character === ')' && --depth <= 0) return at + 1
  }
  return text.length
}
