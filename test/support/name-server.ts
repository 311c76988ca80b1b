/** A name server on loopback that knows a few names: RFC 1035, for tests of mail routing. */
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type Server } from 'node:net'

export interface Zone {
  /** Preference and host; the empty host is the null MX. */
  readonly mx?: readonly (readonly [preference: number, host: string])[]
  readonly a?: readonly string[]
  readonly txt?: readonly string[]
  /** Usage, selector, matching type, data. */
  readonly tlsa?: readonly (readonly [number, number, number, Buffer])[]
  /** What else is said of the name is said of this one. */
  readonly cname?: string
  /** As if it had been validated. */
  readonly isSigned?: boolean
  /** Nobody answers for it: the server says SERVFAIL. */
  readonly isBroken?: boolean
}

const types = { a: 1, cname: 5, mx: 15, txt: 16, tlsa: 52 } as const
const udpOctetsMax = 1232
const [noSuchName, serverFailure] = [3, 2]

export class NameServer implements AsyncDisposable {
  readonly zones: Map<string, Zone>
  readonly #socket: Socket
  readonly #server: Server

  private constructor(zones: Readonly<Record<string, Zone>>) {
    this.zones = new Map(Object.entries(zones))
    this.#socket = createSocket('udp4', (query, { port, address }) =>
      this.#socket.send(cut(this.#answer(query)), port, address),
    )
    this.#server = createServer((socket) => {
      socket.on('error', () => socket.destroy())
      socket.once('data', (octets: Buffer) => {
        const answer = this.#answer(octets.subarray(2))
        const length = Buffer.alloc(2)
        length.writeUInt16BE(answer.length)
        socket.end(Buffer.concat([length, answer]))
      })
    })
  }

  static async start(zones: Readonly<Record<string, Zone>>): Promise<NameServer> {
    const server = new NameServer(zones)
    server.#socket.bind(0, '127.0.0.1')
    await once(server.#socket, 'listening')
    server.#server.listen(server.#socket.address().port, '127.0.0.1')
    await once(server.#server, 'listening')
    return server
  }

  /** As a resolver is told it. */
  get address(): string {
    return `127.0.0.1:${this.#socket.address().port}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.close()
    this.#server.close()
    await Promise.all([once(this.#socket, 'close'), once(this.#server, 'close')])
  }

  #answer(query: Buffer): Buffer {
    const { name, end } = readName(query)
    const type = query.readUInt16BE(end)
    const zone = this.zones.get(name)
    const records = zone === undefined || zone.isBroken === true ? [] : recordsOf(zone, type)
    const code = zone === undefined ? noSuchName : zone.isBroken === true ? serverFailure : 0
    const head = Buffer.alloc(12)
    query.copy(head, 0, 0, 2)
    head.writeUInt16BE(0x8180 + (zone?.isSigned === true ? 0x20 : 0) + code, 2)
    head.writeUInt16BE(1, 4)
    head.writeUInt16BE(records.length, 6)
    return Buffer.concat([head, query.subarray(12, end + 4), ...records])
  }
}

function readName(query: Buffer): { readonly name: string; readonly end: number } {
  const labels: string[] = []
  let at = 12
  for (let octets = query[at] ?? 0; octets > 0; octets = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + octets))
    at += 1 + octets
  }
  return { name: labels.join('.').toLowerCase(), end: at + 1 }
}

/** RFC 2181 §9: who wants all of it asks again. */
function cut(answer: Buffer): Buffer {
  if (answer.length <= udpOctetsMax) return answer
  const head = Buffer.from(answer.subarray(0, 12 + questionOctets(answer)))
  head.writeUInt16BE(head.readUInt16BE(2) | 0x0200, 2)
  head.writeUInt16BE(0, 6)
  return head
}

function questionOctets(message: Buffer): number {
  return readName(message).end + 4 - 12
}

function recordsOf(zone: Zone, type: number): readonly Buffer[] {
  if (zone.cname !== undefined) {
    const alias = record(types.cname, writeName(zone.cname))
    if (type === types.cname) return [alias]
    const { cname: _, ...rest } = zone
    return [alias, ...recordsOf(rest, type).map((one) => ownedBy(zone.cname ?? '', one))]
  }
  if (type === types.tlsa)
    return (zone.tlsa ?? []).map(([usage, selector, matching, data]) =>
      record(type, Buffer.concat([Buffer.from([usage, selector, matching]), data])),
    )
  if (type === types.a)
    return (zone.a ?? []).map((address) =>
      record(type, Buffer.from(address.split('.').map(Number))),
    )
  if (type === types.txt) return (zone.txt ?? []).map((text) => record(type, piecesOf(text)))
  if (type !== types.mx) return []
  return (zone.mx ?? []).map(([preference, host]) => {
    const data = Buffer.concat([Buffer.alloc(2), writeName(host)])
    data.writeUInt16BE(preference)
    return record(type, data)
  })
}

/** Its name points at the question (RFC 1035 §4.1.4). */
function record(type: number, data: Buffer): Buffer {
  const head = Buffer.from([0xc0, 0x0c, 0, type, 0, 1, 0, 0, 0, 60, 0, 0])
  head.writeUInt16BE(data.length, 10)
  return Buffer.concat([head, data])
}

/** Of another name than the question's. */
function ownedBy(name: string, one: Buffer): Buffer {
  return Buffer.concat([writeName(name), one.subarray(2)])
}

/** RFC 1035 §3.3: at most 255 octets each. */
function piecesOf(text: string): Buffer {
  const pieces = Buffer.from(text)
    .toString('latin1')
    .match(/.{1,255}/gs)
  return Buffer.concat(
    (pieces ?? []).flatMap((piece) => [Buffer.from([piece.length]), Buffer.from(piece, 'latin1')]),
  )
}

function writeName(name: string): Buffer {
  const labels = name === '' ? [] : name.split('.')
  return Buffer.concat([
    ...labels.map((label) => Buffer.from([label.length, ...Buffer.from(label)])),
    Buffer.from([0]),
  ])
}
