/**
 * The texts of many messages in one run of octets, and where a needle stands in it. Version (1
 * octet), count (4), for each message where its text begins (4), then the texts in UTF-8, their
 * pieces parted by NUL, which no text and no needle has.
 */
const version = 1
const headOctets = 5
const nul = 0

export interface TextPack {
  readonly octets: Buffer
  readonly count: number
}

/** @param texts for each message its pieces. */
export function encodePack(texts: readonly (readonly string[])[]): Buffer {
  const head = Buffer.allocUnsafe(headOctets + 4 * texts.length)
  head[0] = version
  head.writeUInt32BE(texts.length, 1)
  const parts: Buffer[] = [head]
  let at = head.length
  for (const [index, pieces] of texts.entries()) {
    head.writeUInt32BE(at, headOctets + 4 * index)
    const text = Buffer.from(`${pieces.map(withoutNul).join('\0')}\0`)
    parts.push(text)
    at += text.length
  }
  return Buffer.concat(parts, at)
}

function withoutNul(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '') : text
}

export function decodePack(octets: Buffer): TextPack {
  return { octets, count: octets.readUInt32BE(1) }
}

/** The octets of the texts alone. */
export function textsOf({ octets, count }: TextPack): Buffer {
  return octets.subarray(headOctets + 4 * count)
}

function startOf({ octets, count }: TextPack, index: number): number {
  return index < count ? octets.readUInt32BE(headOctets + 4 * index) : octets.length
}

/** The pack without some of its messages. */
export function withoutMessages(pack: TextPack, isKept: (index: number) => boolean): Buffer {
  return packOf(textsIn(pack).filter((_, index) => isKept(index)))
}

/** One pack of all their messages, in order. */
export function joinPacks(packs: readonly TextPack[]): Buffer {
  return packOf(packs.flatMap(textsIn))
}

function textsIn(pack: TextPack): readonly Buffer[] {
  return Array.from({ length: pack.count }, (_, index) =>
    pack.octets.subarray(startOf(pack, index), startOf(pack, index + 1)),
  )
}

function packOf(texts: readonly Buffer[]): Buffer {
  const head = Buffer.allocUnsafe(headOctets + 4 * texts.length)
  head[0] = version
  head.writeUInt32BE(texts.length, 1)
  const parts: Buffer[] = [head]
  let at = head.length
  for (const [place, text] of texts.entries()) {
    head.writeUInt32BE(at, headOctets + 4 * place)
    parts.push(text)
    at += text.length
  }
  return Buffer.concat(parts, at)
}

/**
 * Which messages have the needle, each once, ascending. `field`: only in the value of fields that
 * begin so, e.g. `SUBJECT: `.
 */
export function findInPack(pack: TextPack, needle: Buffer, field?: Buffer): readonly number[] {
  const { octets, count } = pack
  const found: number[] = []
  let from = startOf(pack, 0)
  let index = 0
  while (index < count) {
    const at = octets.indexOf(needle, from)
    if (at < 0) break
    index = messageAt(pack, at, index)
    const value = field === undefined ? at : valueStart(pack, { at, index, field })
    if (value === undefined) {
      // Of another field, and so is the rest of the piece.
      const end = octets.indexOf(nul, at)
      from = end < 0 ? octets.length : end
      continue
    }
    if (at < value) {
      from = value
      continue
    }
    found.push(index)
    index += 1
    from = startOf(pack, index)
  }
  return found
}

/** The last message that begins at or before `at`, searched from one that does. */
function messageAt(pack: TextPack, at: number, atLeast: number): number {
  let low = atLeast
  let high = pack.count - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (startOf(pack, middle) <= at) low = middle
    else high = middle - 1
  }
  return low
}

interface Hit {
  readonly at: number
  readonly index: number
  readonly field: Buffer
}

/** Where the value begins of the field that a hit is in; undefined where it is another field's. */
function valueStart(pack: TextPack, { at, index, field }: Hit): number | undefined {
  const { octets } = pack
  const line = Math.max(startOf(pack, index), octets.lastIndexOf(nul, at) + 1)
  const end = line + field.length
  return octets.compare(field, 0, field.length, line, end) === 0 ? end : undefined
}
