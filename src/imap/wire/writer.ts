/**
 * Gathers the responses of a command and hands them to the socket in as few writes as possible.
 * Long answers are handed over piece by piece, waiting for the peer (back-pressure).
 */
import type { Writable } from 'node:stream'
import { outputGatheredOctetsMax } from '../limits.ts'

/** The peer is gone: ends the session's work without noise. */
export class ConnectionGone extends Error {
  override readonly name = 'ConnectionGone'
}

/** Where octets go: a socket, or the compressor before it. */
export interface Sink {
  readonly stream: Writable
  /** Called after the last write of a flush. */
  readonly afterWrite?: () => void
}

export class ResponseWriter {
  #sink: Sink
  #parts: (string | Buffer)[] = []
  #text = ''
  #octets = 0

  constructor(sink: Sink) {
    this.#sink = sink
  }

  /** Another layer below: TLS or compression. What was gathered is flushed to the old one. */
  replaceSink(sink: Sink): void {
    this.flush()
    this.#sink = sink
  }

  text(text: string): void {
    this.#text += text
    this.#octets += text.length
  }

  get stream(): Writable {
    return this.#sink.stream
  }

  /** `* …` with its CRLF. */
  untagged(text: string): void {
    this.text(`* ${text}\r\n`)
  }

  octets(octets: Buffer): void {
    if (octets.length === 0) return
    if (this.#text !== '') this.#parts.push(this.#text)
    this.#text = ''
    this.#parts.push(octets)
    this.#octets += octets.length
  }

  flush(): void {
    if (this.#octets === 0) return
    const { stream, afterWrite } = this.#sink
    if (this.#text !== '') this.#parts.push(this.#text)
    const parts = this.#parts
    this.#parts = []
    this.#text = ''
    this.#octets = 0
    if (!stream.writable) return
    const [first] = parts
    if (parts.length === 1 && first !== undefined) stream.write(first)
    else writeAll(stream, parts)
    afterWrite?.()
  }

  /** Undefined: go on. Otherwise enough is gathered and the peer has to take some of it first. */
  relieve(): Promise<void> | undefined {
    if (this.#octets < outputGatheredOctetsMax) return undefined
    this.flush()
    const { stream } = this.#sink
    if (!stream.writable) throw new ConnectionGone()
    return stream.writableNeedDrain ? drained(stream) : undefined
  }
}

/** A part from this size on is handed over as it is; smaller ones are cheaper copied together. */
const aloneOctetsMin = 16 * 1024

function writeAll(stream: Writable, parts: readonly (string | Buffer)[]): void {
  stream.cork()
  let small: Buffer[] = []
  for (const part of parts) {
    const octets = typeof part === 'string' ? Buffer.from(part) : part
    if (octets.length < aloneOctetsMin) small.push(octets)
    else {
      if (small.length > 0) stream.write(Buffer.concat(small))
      small = []
      stream.write(octets)
    }
  }
  if (small.length > 0) stream.write(Buffer.concat(small))
  stream.uncork()
}

async function drained(stream: Writable): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const onClose = () => reject(new ConnectionGone())
  stream.once('drain', resolve)
  stream.once('close', onClose)
  try {
    await promise
  } finally {
    stream.off('drain', resolve)
    stream.off('close', onClose)
  }
}
