/** Replies as they are written: RFC 5321 §4.2, enhanced status codes RFC 2034 and RFC 3463. */

/** What a stranger hears. Never a cause, a path, a rule or a name of ours. */
export interface Reply {
  readonly code: number
  /** Absent where RFC 2034 §4 has none: the greeting, EHLO and 3xx. */
  readonly enhanced?: string
  readonly text: string
}

/** RFC 5321 §4.5.3.1.5: 512 octets with code and CRLF. */
export const replyLineOctetsMax = 512

export function formatReply({ code, enhanced, text }: Reply): string {
  return enhanced === undefined ? `${code} ${text}\r\n` : `${code} ${enhanced} ${text}\r\n`
}

/** A reply of several lines; each but the last has a hyphen after the code. */
export function formatLines(code: number, lines: readonly string[]): string {
  const last = lines.length - 1
  return lines.map((line, index) => `${code}${index === last ? ' ' : '-'}${line}\r\n`).join('')
}
