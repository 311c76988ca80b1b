/** References in texts: `${name}`, `${1}` (RFC 5229 §3) and `${hex:…}` (RFC 5228 §2.4.2.4). */

const reference = /\$\{(?:([A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)|([0-9]{1,9}))\}/g

/** What is not a reference stays as it is written. */
export function expandVariables(
  text: string,
  valueOf: (name: string) => string,
  captured: (index: number) => string,
): string {
  if (!text.includes('${')) return text
  return text.replaceAll(reference, (_whole, name: string | undefined, index: string | undefined) =>
    name === undefined ? captured(Number(index)) : valueOf(name.toLowerCase()),
  )
}

const encoded = /\$\{(hex|unicode):[ \t\r\n]*((?:[0-9a-f]+(?:[ \t\r\n]+|(?=\})))+)\}/gi

/** What does not follow the grammar stays; a number that is no character is a fault of the script. */
export function expandEncoded(text: string, onFault: (why: string) => never): string {
  if (!text.includes('${')) return text
  return text.replaceAll(encoded, (whole, kind: string, digits: string) => {
    const numbers = digits.trim().split(/\s+/)
    if (kind.toLowerCase() === 'hex') {
      if (numbers.some((one) => one.length > 2)) return whole
      return Buffer.from(numbers.map((one) => Number.parseInt(one, 16))).toString()
    }
    if (numbers.some((one) => one.length > 6)) return whole
    const points = numbers.map((one) => Number.parseInt(one, 16))
    if (points.some((point) => point > 0x10_ff_ff || (point >= 0xd8_00 && point <= 0xdf_ff)))
      return onFault('this is not a character of Unicode')
    return String.fromCodePoint(...points)
  })
}
