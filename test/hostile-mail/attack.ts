/** What an attack is, and how it is put into a message. */

export interface Attack {
  readonly name: string
  /** A whole message, as it would arrive. */
  readonly message: string
}

/** Nobody lives there; whoever connects has been fooled. */
export const trapHost = 'trap.example'

/** Where an attack would tell that it worked. */
export function trapUrl(name: string): string {
  return `https://${trapHost}/${encodeURIComponent(name)}`
}

/** Script that would be noticed in whatever window it runs. */
export function proof(name: string): string {
  return `(top.tamarRan=top.tamarRan||[]).push('${name}');new Image().src='${trapUrl(name)}'`
}

const separator = '\r\n'

/** Each header field of its own; text in UTF-8 in as many octets as it takes. */
export function makeMessage(fields: Readonly<Record<string, string>>, body: string): string {
  const head = {
    From: 'Mallory <mallory@elsewhere.example>',
    To: 'wl.chan@td.gov.example',
    Date: 'Mon, 02 Feb 2026 09:00:00 +0800',
    'MIME-Version': '1.0',
    ...fields,
  }
  const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}`)
  return [...lines, '', body.replaceAll(/\r?\n/g, separator)].join(separator)
}

export function htmlMessage(name: string, html: string, charset = 'utf-8'): Attack {
  const encoded = Buffer.from(html).toString('base64').replaceAll(/.{76}/g, '$&\r\n')
  return {
    name,
    message: makeMessage(
      {
        Subject: name,
        'Content-Type': `text/html; charset=${charset}`,
        'Content-Transfer-Encoding': 'base64',
      },
      encoded,
    ),
  }
}

export function multipart(subtype: string, parts: readonly string[], boundary = 'b1'): string {
  return [...parts.map((part) => `--${boundary}\r\n${part}`), `--${boundary}--`, ''].join(separator)
}

export function part(type: string, body: string, more = ''): string {
  return `Content-Type: ${type}\r\n${more}\r\n${body}`
}
