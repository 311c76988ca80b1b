/** Modified UTF-7 of mailbox names for IMAP4rev1 clients, RFC 3501 §5.1.3. */
import { BadSyntax } from './bad-syntax.ts'

/** @throws BadSyntax for what no encoder makes. */
export function decodeUtf7(name: string): string {
  if (!name.includes('&')) return name
  return name.replace(/&([^-]*)(-?)/g, (_, encoded: string, end: string) => {
    if (end === '') throw new BadSyntax('The mailbox name is not modified UTF-7')
    return encoded === '' ? '&' : decodeRun(encoded)
  })
}

function decodeRun(encoded: string): string {
  const octets = Buffer.from(encoded.replaceAll(',', '/'), 'base64')
  const isWhole = octets.length >= 2 && octets.length % 2 === 0
  if (!/^[A-Za-z0-9+,]+$/.test(encoded) || !isWhole) {
    throw new BadSyntax('The mailbox name is not modified UTF-7')
  }
  const text = Buffer.from(octets).swap16().toString('utf16le')
  if (!text.isWellFormed()) throw new BadSyntax('The mailbox name is not modified UTF-7')
  return text
}

export function encodeUtf7(name: string): string {
  // oxlint-disable-next-line no-control-regex -- the printable ASCII range is the standard's own
  return name.replace(/&|[^\x20-\x7e]+/g, (run) => {
    if (run === '&') return '&-'
    const octets = Buffer.from(run, 'utf16le').swap16()
    return `&${octets.toString('base64').replace(/=+$/, '').replaceAll('/', ',')}-`
  })
}
