/** Encoded words of header fields as text. RFC 2047, RFC 2231 §5. */
import { decodeCharset } from './charset.ts'
import { decodeBase64 } from './transfer.ts'

/** `=?charset*language?encoding?text?=`; white space in the text is wrong and comes all the same. */
const encodedWord = /=\?([^?\s*]+)(?:\*[^?\s]*)?\?([BbQq])\?([^?]*)\?=/g

/** The text of an unfolded value; a broken or unknown encoded word stays as it is written. */
export function decodeWords(value: string): string {
  return decode(value, lenient)
}

/**
 * The same, but only of words that stand where RFC 2047 §5 lets them, and have no white space within. Control
 * characters that they encode are dropped. RFC 8621 §4.1.2.2.
 */
export function decodePlacedWords(value: string): string {
  return decode(value, strict)
}

interface Rules {
  readonly isWord: (value: string, written: string, index: number) => boolean
  /** Of a decoded text. A line break in it would let a value forge a second header field. */
  readonly clean: (decoded: string) => string
}

const lenient: Rules = {
  isWord: () => true,
  // eslint-disable-next-line no-control-regex -- these control characters are what is looked for
  clean: (decoded) => decoded.replaceAll(/[\r\n\0]+/g, ' '),
}

const strict: Rules = {
  isWord(value, written, index) {
    const [before = ' ', after = ' '] = [value[index - 1], value[index + written.length]]
    return !/\s/.test(written) && /[\s(]/.test(before) && /[\s)]/.test(after)
  },
  clean: (decoded) => decoded.replaceAll(/\p{Cc}+/gu, ''),
}

function decode(value: string, rules: Rules): string {
  if (!value.includes('=?')) return value
  let text = ''
  let at = 0
  let run: { charset: string; octets: Buffer[]; written: string } | undefined
  for (const match of value.matchAll(encodedWord)) {
    const [written, charset = '', encoding = '', encoded = ''] = match
    if (!rules.isWord(value, written, match.index)) continue
    const between = value.slice(at, match.index)
    at = match.index + written.length
    const octets = encoding.toLowerCase() === 'b' ? decodeBase64(encoded) : decodeQ(encoded)
    const isJoined = run !== undefined && between.trim() === ''
    // One character may be parted between two words of one charset: join before decoding.
    if (run !== undefined && isJoined && run.charset === charset.toLowerCase()) {
      run.octets.push(octets)
      run.written += between + written
      continue
    }
    text += endRun(run, rules) + (isJoined ? '' : between)
    run = { charset: charset.toLowerCase(), octets: [octets], written }
  }
  return text + endRun(run, rules) + value.slice(at)
}

function endRun(
  run:
    | { readonly charset: string; readonly octets: readonly Buffer[]; written: string }
    | undefined,
  { clean }: Rules,
): string {
  if (run === undefined) return ''
  const [only] = run.octets
  const octets = run.octets.length === 1 && only ? only : Buffer.concat(run.octets)
  const decoded = decodeCharset(octets, run.charset)
  return decoded === undefined ? run.written : clean(decoded)
}

/** RFC 2047 §4.2: `_` is a space, `=XX` an octet. */
function decodeQ(encoded: string): Buffer {
  const octets = Buffer.from(encoded, 'utf8')
  let length = 0
  for (let at = 0; at < octets.length; at++) {
    let octet = octets[at] ?? 0
    if (octet === 0x5f) octet = 0x20
    else if (octet === 0x3d) {
      const hex = octets.toString('latin1', at + 1, at + 3)
      if (/^[\dA-Fa-f]{2}$/.test(hex)) {
        octet = Number.parseInt(hex, 16)
        at += 2
      }
    }
    octets[length++] = octet
  }
  return octets.subarray(0, length)
}
