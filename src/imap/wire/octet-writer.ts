/**
 * Responses written as octets into pieces of fixed size, for answers of many thousand lines: no string is
 * made of a line only to be turned into octets again.
 */

const pieceOctets = 64 * 1024
/** Of the first: most answers are short, and this comes out of Node's own pool. */
const firstPieceOctets = 4 * 1024

const nothing = Buffer.alloc(0)

export class OctetWriter {
  readonly #take: (piece: Buffer) => void
  #piece = Buffer.allocUnsafe(firstPieceOctets)
  #at = 0

  /** @param take is handed each full piece. */
  constructor(take: (piece: Buffer) => void) {
    this.#take = take
  }

  /** Latin-1 only, and short. */
  text(text: string): void {
    this.#makeRoom(text.length)
    // Written by hand: most are shorter than what a call into the buffer costs.
    if (text.length < 24) {
      for (let at = 0; at < text.length; at += 1) this.#piece[this.#at++] = text.charCodeAt(at)
    } else this.#at += this.#piece.write(text, this.#at, 'latin1')
  }

  /** A whole number that is not below 0. */
  number(value: number): void {
    if (value > 0xff_ff_ff_ff) return this.text(String(value))
    this.#makeRoom(10)
    let digits = 1
    for (let power = 10; power <= value; power *= 10) digits += 1
    let rest = value
    for (let at = this.#at + digits - 1; at >= this.#at; at -= 1) {
      const next = Math.floor(rest / 10)
      this.#piece[at] = 48 + rest - next * 10
      rest = next
    }
    this.#at += digits
  }

  octets(octets: Buffer, from = 0, to = octets.length): void {
    let start = from
    while (start < to) {
      if (this.#at === this.#piece.length) this.#next()
      const end = Math.min(to, start + this.#piece.length - this.#at)
      if (end - start < 24)
        for (let at = start; at < end; at += 1) this.#piece[this.#at++] = octets[at] ?? 0
      else {
        octets.copy(this.#piece, this.#at, start, end)
        this.#at += end - start
      }
      start = end
    }
  }

  flush(): void {
    if (this.#at === 0) return
    this.#take(this.#piece.subarray(0, this.#at))
    this.#piece = nothing
    this.#at = 0
  }

  #next(): void {
    this.flush()
    this.#piece = Buffer.allocUnsafeSlow(pieceOctets)
  }

  #makeRoom(octets: number): void {
    if (octets > pieceOctets) throw new RangeError('a text is shorter than a piece')
    if (this.#at + octets > this.#piece.length) this.#next()
  }
}
