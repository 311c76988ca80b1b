/**
 * A filter that says where a needle cannot be: one bit for each trigram of octets. A Han character has
 * three octets of UTF-8, so two of them are four trigrams. Architecture D8.
 */

/** Bits of a filter: with the text of 256 messages about a third of them are set. */
const bits = 1 << 16
export const filterOctets = bits / 8

export function filterOf(texts: Buffer): Buffer {
  const filter = Buffer.alloc(filterOctets)
  let trigram = 0
  for (let at = 0; at < texts.length; at += 1) {
    trigram = ((trigram << 8) | (texts[at] ?? 0)) & 0xffffff
    if (at < 2) continue
    const bit = bitOf(trigram)
    filter[bit >> 3] = (filter[bit >> 3] ?? 0) | (1 << (bit & 7))
  }
  return filter
}

/** False: it is certainly not there. Needles of fewer than three octets may be anywhere. */
export function mayHold(filter: Buffer, needle: Buffer): boolean {
  for (let at = 2; at < needle.length; at += 1) {
    const bit = bitOf(needle.readUIntBE(at - 2, 3))
    if (((filter[bit >> 3] ?? 0) & (1 << (bit & 7))) === 0) return false
  }
  return true
}

function bitOf(trigram: number): number {
  return Math.imul(trigram, 0x9e3779b1) >>> 16
}
