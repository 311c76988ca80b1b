/** Strings of responses: quoted where that is safe, a literal otherwise. RFC 9051 §4.3. */
/** Longer strings go as literals: a client's line buffer is not ours to fill. */
const quotedMax = 1_000
// oxlint-disable-next-line no-control-regex -- CR, LF, NUL and 8-bit are what may not be quoted
const plain = /^[\x01-\x09\x0b\x0c\x0e-\x21\x23-\x5b\x5d-\x7f]*$/
// oxlint-disable-next-line no-control-regex -- the same with quotes and backslashes, to be escaped
const quotable = /^[\x01-\x09\x0b\x0c\x0e-\x7f]*$/
// oxlint-disable-next-line no-control-regex -- RFC 6855 lets UTF-8 stand in quoted strings
const quotableUtf8 = /^[^\x00\x0a\x0d]*$/

/** `isUtf8`: the client has enabled IMAP4rev2 or UTF8=ACCEPT. */
export function formatString(value: string, isUtf8: boolean): string {
  if (value.length <= quotedMax) {
    if (plain.test(value)) return `"${value}"`
    if ((isUtf8 ? quotableUtf8 : quotable).test(value)) return quote(value)
  }
  // NUL may stand in no string but literal8 (RFC 9051 §4.3).
  const text = value.replaceAll('\0', '')
  return `{${Buffer.byteLength(text)}}\r\n${text}`
}

export function formatNstring(value: string | undefined, isUtf8: boolean): string {
  return value === undefined ? 'NIL' : formatString(value, isUtf8)
}

export function quote(value: string): string {
  return `"${value.replace(/["\\]/g, '\\$&')}"`
}
