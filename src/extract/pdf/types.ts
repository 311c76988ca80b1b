/** What reading a PDF file asks and gives. */

/** `locked`: it opens with a password only, so that nothing was read. */
export type ReadState = 'whole' | 'part' | 'locked'

export interface Words {
  /** The title, then page by page, each ended by a form feed; what was filled in and noted after its page. */
  readonly text: string
  /** `part`: broken, or too much for the time and memory given; `text` is what was read until then. */
  readonly state: ReadState
  /** Of work; nothing for what is remembered. */
  readonly tookMs: number
}

export interface Asked {
  /** Time for this file alone, once it is its turn. */
  readonly workMs: number
  /** No more of its text. */
  readonly charactersMax: number
}

/** Never throws: that a file cannot be read is an answer. */
export type ReadPdf = (octets: Buffer, asked: Asked) => Promise<Words>
