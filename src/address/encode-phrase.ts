/** A display name as a phrase: atoms, a quoted string, or encoded words. RFC 5322 §3.2.5, RFC 2047. */
import { encodedWordMax } from './limits.ts'

const atoms = /^[\w!#$%&'*+/=?^`{|}~-]+(?: [\w!#$%&'*+/=?^`{|}~-]+)*$/
// eslint-disable-next-line no-control-regex -- a control character would break the header field
const controls = /[\x00-\x1f\x7f]+/g
const printable = /^[\x20-\x7e]*$/

/** Never has a line break: words that need folding are parted by a space, where a fold may stand. */
export function encodePhrase(name: string): string {
  const text = name.toWellFormed().replaceAll(controls, ' ').trim()
  // What looks like an encoded word would be decoded by the reader.
  if (!printable.test(text) || text.includes('=?')) return encodeWords(text)
  if (text === '' || atoms.test(text)) return text
  return `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`
}

/** Base64 words in UTF-8, whole characters each (RFC 2047 §5). */
function encodeWords(text: string): string {
  const octetsMax = Math.floor((encodedWordMax - '=?UTF-8?B??='.length) / 4) * 3
  const words: string[] = []
  let word = ''
  let octets = 0
  for (const character of text) {
    const length = Buffer.byteLength(character)
    if (octets + length > octetsMax) {
      words.push(word)
      word = ''
      octets = 0
    }
    word += character
    octets += length
  }
  words.push(word)
  return words.map((each) => `=?UTF-8?B?${Buffer.from(each).toString('base64')}?=`).join(' ')
}
