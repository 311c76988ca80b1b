/** What a plain file says; it does not say in which encoding. */

const utf8 = new TextDecoder('utf-8', { fatal: true })
/** What old programs write in Hong Kong and on the mainland. Nothing tells them apart: both are read. */
const older = ['big5', 'gb18030']

export function plainTexts(octets: Buffer): readonly string[] {
  const mark = octets.length < 2 ? 0 : octets.readUInt16BE(0)
  if (mark === 0xfffe) return [new TextDecoder('utf-16le').decode(octets)]
  if (mark === 0xfeff) return [new TextDecoder('utf-16be').decode(octets)]
  try {
    return [utf8.decode(octets)]
  } catch {
    return older.map((encoding) => new TextDecoder(encoding).decode(octets))
  }
}
