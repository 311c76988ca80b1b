/** Relaxed canonicalisation: what survives a relay that touches white space. RFC 6376 §3.4.2, §3.4.4. */

const TAB = 9
const LF = 10
const CR = 13
const SP = 32

export interface Field {
  /** Lower case. */
  readonly name: string
  /** As it stands in the message, folds and all, without the last line end. */
  readonly value: string
}

/** The header's fields and where the body begins; octets as latin1, so that nothing changes. */
export function splitMessage(message: Buffer): {
  readonly fields: readonly Field[]
  readonly bodyStart: number
} {
  const end = message.indexOf('\r\n\r\n')
  const headerEnd = message.subarray(0, 2).equals(crlf) ? 0 : end < 0 ? message.length : end + 2
  const fields: Field[] = []
  for (const text of message.toString('latin1', 0, headerEnd).split(/\r\n(?![ \t])/)) {
    const colon = text.indexOf(':')
    if (colon <= 0) continue
    fields.push({
      name: text.slice(0, colon).trimEnd().toLowerCase(),
      value: text.slice(colon + 1),
    })
  }
  return { fields, bodyStart: Math.min(headerEnd + 2, message.length) }
}

const crlf = Buffer.from('\r\n')

/** RFC 6376 §3.4.2, without the last line end. */
export function relaxedField({ name, value }: Field): string {
  return `${name}:${value
    .replaceAll('\r\n', '')
    .replaceAll(/[ \t]+/g, ' ')
    .trim()}`
}

/**
 * RFC 6376 §3.4.4: white space at the end of a line goes, within a line it becomes one space, empty
 * lines at the end go, and what is left ends with a line end. An empty body stays empty.
 */
export function relaxedBody(body: Uint8Array): Buffer {
  const out = Buffer.allocUnsafe(body.length + 2)
  let length = 0
  /** Ends of lines and a space that are written only when something follows. */
  let lines = 0
  let isSpaced = false
  for (let at = 0; at < body.length; at++) {
    const octet = body[at] ?? 0
    if (octet === TAB || octet === SP) isSpaced = true
    else if (octet === CR && body[at + 1] === LF) {
      isSpaced = false
      lines += 1
      at += 1
    } else {
      for (; lines > 0; lines--) {
        out[length++] = CR
        out[length++] = LF
      }
      if (isSpaced) out[length++] = SP
      isSpaced = false
      out[length++] = octet
    }
  }
  if (length > 0) {
    out[length++] = CR
    out[length++] = LF
  }
  return out.subarray(0, length)
}
