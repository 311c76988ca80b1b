/**
 * Prepares user names and passwords for comparison, so that every keyboard's way to type one is the
 * same one. RFC 4013 §2 without its check of direction, as RFC 5802 §5.1 and RFC 4616 §2 ask.
 */

/** Undefined for what can be no password: control characters, lone surrogates, private use. */
export function findPrepared(text: string): string | undefined {
  if (isPlainAscii(text)) return text
  const mapped = text.replaceAll(spaces, ' ').replaceAll(mappedToNothing, '').normalize('NFKC')
  return prohibited.test(mapped) ? undefined : mapped
}

/** RFC 3454 table C.1.2. */
const spaces = /[\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000]/g
/** RFC 3454 table B.1. */
// eslint-disable-next-line no-misleading-character-class -- each is mapped by itself
const mappedToNothing = /[\u00ad\u034f\u1806\u180b-\u180d\u200b-\u200d\u2060\ufe00-\ufe0f\ufeff]/gu
/** RFC 4013 §2.3, as Unicode categories: controls, private use, surrogates. */
const prohibited = /[\p{Cc}\p{Co}\p{Cs}]/u

function isPlainAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code < 0x20 || code > 0x7e) return false
  }
  return true
}
