/** Text as search compares it: without regard to case and width. RFC 9051 §6.4.4, RFC 5051. */

// oxlint-disable-next-line no-control-regex -- whether all is ASCII is the question
const ascii = /^[\x00-\x7f]*$/

export function fold(text: string): string {
  return ascii.test(text) ? text.toLowerCase() : text.normalize('NFKC').toLowerCase()
}

/** White space of any length in a header field is one space: folding made it what it is. */
export function foldField(text: string): string {
  return fold(text).replace(/[ \t]{2,}|\t/g, ' ')
}
