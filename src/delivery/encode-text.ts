/** Text of ours that is not ASCII, in header fields (RFC 2047) and in bodies (RFC 2045 §6.8). */

/** RFC 2047 §2: an encoded-word is at most 75 characters; 42 octets of UTF-8 in base64 fit. */
export function encodeWords(text: string): string {
  const words: string[] = []
  let word = ''
  for (const character of text) {
    if (Buffer.byteLength(word + character) > 42) {
      words.push(word)
      word = ''
    }
    word += character
  }
  return [...words, word]
    .map((part) => `=?UTF-8?B?${Buffer.from(part).toString('base64')}?=`)
    .join('\r\n ')
}

export function base64Lines(text: string): string {
  return (
    Buffer.from(text)
      .toString('base64')
      .match(/.{1,76}/g) ?? []
  ).join('\r\n')
}
