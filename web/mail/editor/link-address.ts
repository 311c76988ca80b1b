/** Where a link may lead that somebody writes: to the web, to a mailbox, to a telephone. */

const schemes = /^(?:https?:\/\/|mailto:|tel:)\S+$/i
const addressCharactersMax = 2_000

/** @returns the address a link has; undefined where what was written is none. */
export function linkAddressOf(written: string): string | undefined {
  const text = written.trim()
  if (text === '' || text.length > addressCharactersMax || /\s/.test(text)) return undefined
  if (schemes.test(text)) return text
  if (/^[\w.+-]+@[\w-]+(?:\.[\w-]+)+$/.test(text)) return `mailto:${text}`
  // As people say it: `www.gov.hk/forms`.
  return /^[\w-]+(?:\.[\w-]+)+(?:[/?#:]\S*)?$/.test(text) ? `https://${text}` : undefined
}
