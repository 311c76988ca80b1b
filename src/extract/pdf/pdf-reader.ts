/**
 * Reads the words of PDF files in threads of their own, one file after the other in each: strangers, users and
 * search do not wait for each other. What takes too long or too much is ended with its thread.
 */
import { PdfThread, type ThreadEnd } from './pdf-thread.ts'
import { fileOctetsMax, turnMs } from './limits.ts'
import { Remembered } from './remembered.ts'
import type { Asked, ReadPdf, Words } from './types.ts'

export interface PdfReader extends AsyncDisposable {
  /** What strangers send: they can keep it busy with files made for that. */
  readonly fromOutside: ReadPdf
  /** What users of ours send and file. */
  readonly fromUsers: ReadPdf
  /** For search, behind deliveries. */
  readonly forSearch: ReadPdf
}

export interface PdfReaderOptions {
  /** A thread was ended before it had read a file whole. Nothing of the file is told. */
  readonly onEnd?: (why: ThreadEnd) => void
  /** Nobody waits longer for the files of others; his own is then unread. */
  readonly turnMs?: number
}

export function createPdfReader(options: PdfReaderOptions = {}): PdfReader {
  const remembered = new Remembered()
  const open = () => new Lane(remembered, options)
  const lanes = [open(), open(), open()] as const
  const [outside, users, search] = lanes
  return {
    fromOutside: (octets, asked) => outside.read(octets, asked),
    fromUsers: (octets, asked) => users.read(octets, asked),
    forSearch: (octets, asked) => search.read(octets, asked),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(lanes.map((lane) => lane.close()))
    },
  }
}

class Lane {
  readonly #remembered: Remembered
  readonly #onEnd: (why: ThreadEnd) => void
  #thread: PdfThread | undefined
  #turn: Promise<unknown> = Promise.resolve()
  readonly #turnMs: number
  #isClosed = false

  constructor(remembered: Remembered, options: PdfReaderOptions) {
    this.#remembered = remembered
    this.#onEnd = options.onEnd ?? (() => undefined)
    this.#turnMs = options.turnMs ?? turnMs
  }

  read(octets: Buffer, asked: Asked): Promise<Words> {
    if (octets.length > fileOctetsMax || asked.workMs <= 0) return Promise.resolve(nothing)
    const since = performance.now()
    const words = this.#turn.then(() =>
      performance.now() - since > this.#turnMs ? nothing : this.#readNow(octets, asked),
    )
    this.#turn = words
    return words
  }

  async #readNow(octets: Buffer, asked: Asked): Promise<Words> {
    const key = await Remembered.keyOf(octets)
    const known = this.#remembered.find(key, asked)
    if (known !== undefined) return cut(known, asked.charactersMax)
    if (this.#isClosed) return nothing
    if (this.#thread === undefined || this.#thread.isSpent) {
      await this.#thread?.close()
      this.#thread = new PdfThread(this.#onEnd)
    }
    const words = await this.#thread.read(octets, asked)
    if (words === undefined) return nothing
    this.#remembered.add(key, words, asked)
    return words
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#thread?.close()
    await this.#turn
  }
}

function cut({ text, state }: Words, charactersMax: number): Words {
  return text.length <= charactersMax
    ? { text, state, tookMs: 0 }
    : { text: text.slice(0, charactersMax), state: 'part', tookMs: 0 }
}

const nothing: Words = { text: '', state: 'part', tookMs: 0 }
