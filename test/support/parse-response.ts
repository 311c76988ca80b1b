/**
 * One IMAP response, literals within, as values that can be compared: a quoted string and a literal of
 * the same octets are the same. RFC 9051 §4 and §7.
 */

export type Value = string | readonly Value[]

/** Strings are told from atoms by this sign before them: NIL and "NIL" are not the same. */
const stringSign = '='

/** @param octets a response without its final CRLF, as latin1. */
export function parseResponse(octets: string): readonly Value[] {
  let at = 0
  const list = (end: string): readonly Value[] => {
    const values: Value[] = []
    while (at < octets.length) {
      const char = octets.charAt(at)
      if (char === end) break
      if (char === ' ') at += 1
      else if (char === '(') {
        at += 1
        values.push(list(')'))
        at += 1
      } else if (char === '"') values.push(quoted())
      else if (/^~?\{\d+\}\r\n/.test(octets.slice(at, at + 16))) values.push(literal())
      else values.push(atom())
    }
    return values
  }
  const quoted = (): string => {
    let value = ''
    at += 1
    while (at < octets.length && octets[at] !== '"') {
      if (octets[at] === '\\') at += 1
      value += octets.charAt(at)
      at += 1
    }
    at += 1
    return stringSign + value
  }
  const literal = (): string => {
    const brace = octets.indexOf('{', at)
    const close = octets.indexOf('}', at)
    const start = close + 3
    at = start + Number(octets.slice(brace + 1, close))
    return stringSign + octets.slice(start, at)
  }
  // A section like BODY[HEADER.FIELDS (To)]<0> is one word, spaces within included.
  const atom = (): string => {
    let value = ''
    let isWithin = false
    while (at < octets.length) {
      const char = octets.charAt(at)
      if (char === '[') isWithin = true
      if (char === ']') isWithin = false
      if (!isWithin && ' ()'.includes(char)) break
      value += char
      at += 1
    }
    return value
  }
  return list('')
}
