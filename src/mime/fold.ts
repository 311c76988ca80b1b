/**
 * Text as search and sort compare it: without regard to case and width. i;unicode-casemap of RFC 5051
 * §2, with full case mapping where that has simple ones, so that "strasse" finds "Straße" as well.
 */
import { foldHan } from './fold-han.ts'

// oxlint-disable-next-line no-control-regex -- whether all is ASCII is the question
const ascii = /^[\x00-\x7f]*$/

export function fold(text: string): string {
  return ascii.test(text) ? text.toUpperCase() : text.normalize('NFKD').toUpperCase()
}

/** White space of any length in a header field is one space: folding made it what it is. */
export function foldField(text: string): string {
  return fold(text).replace(/[ \t]{2,}|\t/g, ' ')
}

/** As search compares: Han characters that are forms of one another are the same too. */
export function foldForSearch(text: string): string {
  return foldHan(fold(text))
}

export function foldFieldForSearch(text: string): string {
  return foldHan(foldField(text))
}
