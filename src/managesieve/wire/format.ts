/** What is said to a client. RFC 5804 §4. */

/** A quoted string where it can be one, else a literal. */
export function formatString(text: string): string {
  const octets = Buffer.byteLength(text)
  if (octets <= 1_024 && !/[\r\n\0]/.test(text)) return `"${text.replaceAll(/["\\]/g, '\\$&')}"`
  return `{${octets}}\r\n${text}`
}

export interface Answer {
  readonly status: 'OK' | 'NO' | 'BYE'
  /** Response code without parentheses (§1.3). */
  readonly code?: string | undefined
  readonly text: string
}

export function formatAnswer({ status, code, text }: Answer): string {
  return `${status}${code === undefined ? '' : ` (${code})`} ${formatString(text)}\r\n`
}
