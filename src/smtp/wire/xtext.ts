/** xtext: RFC 3461 §4. ASCII but for `+` and `=`, and `+` with two upper-case hexadecimal digits. */

/** Undefined when it is not xtext or hides a control character (RFC 3461 §4.2, §4.4). */
export function decodeXtext(text: string): string | undefined {
  if (!/^(?:[!-*,-<>-~]|\+[0-9A-F]{2})*$/.test(text)) return undefined
  if (!text.includes('+')) return text
  const decoded = text.replaceAll(/\+([0-9A-F]{2})/g, (_all, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
  return /^[ -~]*$/.test(decoded) ? decoded : undefined
}

export function encodeXtext(text: string): string {
  return text.replaceAll(
    /[^!-*,-<>-~]/g,
    (character) => `+${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  )
}
