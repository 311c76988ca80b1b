/** What is cheap to know of the messages of a pack, by columns. Version (1), count, then the columns. */
import { formatId, idOctets } from '../../base/id.ts'
import type { MessageFacts } from '../types.ts'
import { ColumnReader, ColumnWriter } from './columns.ts'

const version = 1
const idLength = 16

export interface FactsPart {
  readonly octets: number
  readonly uids: Uint32Array
  readonly sizes: Float64Array
  readonly receivedAts: Float64Array
  readonly savedAts: Float64Array
  messageIdAt(place: number): string
  threadIdAt(place: number): string
}

export function encodeFactsPart(facts: readonly MessageFacts[]): Buffer {
  return new ColumnWriter()
    .add(Uint32Array.of(version, facts.length))
    .add(Uint32Array.from(facts, ({ uid }) => uid))
    .add(Float64Array.from(facts, ({ octets }) => octets))
    .add(Float64Array.from(facts, ({ receivedAt }) => receivedAt))
    .add(Float64Array.from(facts, ({ savedAt }) => savedAt))
    .add(Buffer.concat(facts.map(({ messageId }) => idOctets(messageId))))
    .add(Buffer.concat(facts.map(({ threadId }) => idOctets(threadId))))
    .end()
}

export function decodeFactsPart(octets: Buffer): FactsPart {
  const reader = new ColumnReader(octets)
  const [, count = 0] = reader.words(2)
  const uids = reader.words(count)
  const [sizes, receivedAts, savedAts] = [
    reader.numbers(count),
    reader.numbers(count),
    reader.numbers(count),
  ]
  const messageIds = reader.octets(idLength * count)
  const threadIds = reader.octets(idLength * count)
  const idAt = (ids: Buffer, place: number) =>
    formatId(ids.subarray(idLength * place, idLength * (place + 1)))
  return {
    octets: octets.length,
    uids,
    sizes,
    receivedAts,
    savedAts,
    messageIdAt: (place) => idAt(messageIds, place),
    threadIdAt: (place) => idAt(threadIds, place),
  }
}

export function factsAt(part: FactsPart, place: number): MessageFacts {
  return new PackedFacts(part, place)
}

/** Ids are made into text for those who ask for them: most do not. */
class PackedFacts implements MessageFacts {
  readonly #part: FactsPart
  readonly #place: number
  readonly uid: number
  readonly octets: number
  readonly receivedAt: number
  readonly savedAt: number

  constructor(part: FactsPart, place: number) {
    this.#part = part
    this.#place = place
    this.uid = part.uids[place] ?? 0
    this.octets = part.sizes[place] ?? 0
    this.receivedAt = part.receivedAts[place] ?? 0
    this.savedAt = part.savedAts[place] ?? 0
  }

  get messageId(): string {
    return this.#part.messageIdAt(this.#place)
  }

  get threadId(): string {
    return this.#part.threadIdAt(this.#place)
  }
}
