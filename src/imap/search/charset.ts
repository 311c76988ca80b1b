/** The CHARSET of a SEARCH. RFC 9051 §6.4.4. */
import { decodeCharset, isKnownCharset } from '../../mime/charset.ts'
import { BadSyntax } from '../wire/bad-syntax.ts'

/** @throws BadSyntax answered with NO [BADCHARSET]. */
export function decodeSearchText(octets: Buffer, charset: string): string {
  if (!isKnownCharset(charset)) {
    throw new BadSyntax('This charset is not known', 'BADCHARSET (UTF-8 US-ASCII)', true)
  }
  return decodeCharset(octets, charset) ?? ''
}
