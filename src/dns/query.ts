/**
 * One question to one resolver: over UDP, and over TCP when the answer is cut short. RFC 1035 §4.2,
 * RFC 7766. A port and an id of chance for each question (RFC 5452 §9.2), and an answer counts only
 * from whom it was asked of and to what was asked.
 */
import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { connect, isIPv6 } from 'node:net'
import packet, { type DecodedPacket, type RecordType } from 'dns-packet'
import { queryTimeoutMs, udpOctetsMax } from './limits.ts'
import type { ServerAddress } from './server-address.ts'

export interface Question {
  readonly name: string
  readonly type: RecordType
}

/** @throws Error when there is no answer in time, or none that can be read. */
export async function query(server: ServerAddress, question: Question): Promise<DecodedPacket> {
  const id = randomInt(0x1_0000)
  const octets = packet.encode({
    type: 'query',
    id,
    // RFC 6840 §5.7: whoever asks with AD is told by AD whether it was validated.
    flags: packet.RECURSION_DESIRED | packet.AUTHENTIC_DATA,
    questions: [{ type: question.type, name: question.name }],
    additionals: [
      { type: 'OPT', name: '.', udpPayloadSize: udpOctetsMax, flags: 0, options: [] } as never,
    ],
  })
  const isAnswer = (answer: DecodedPacket) => isTo(answer, id, question)
  const answer = await overUdp(server, octets, isAnswer)
  return answer.flag_tc ? overTcp(server, octets, isAnswer) : answer
}

type Judge = (answer: DecodedPacket) => boolean

function isTo(answer: DecodedPacket, id: number, { name, type }: Question): boolean {
  const [asked] = answer.questions ?? []
  return (
    answer.type === 'response' &&
    answer.id === id &&
    asked?.type === type &&
    asked.name.toLowerCase() === name.toLowerCase()
  )
}

async function overUdp(
  { address, port }: ServerAddress,
  octets: Buffer,
  isAnswer: Judge,
): Promise<DecodedPacket> {
  const { promise, resolve, reject } = Promise.withResolvers<DecodedPacket>()
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4')
  const timer = setTimeout(() => reject(new Error('no answer in time')), queryTimeoutMs)
  socket.on('error', reject)
  socket.on('message', (message) => {
    const answer = decode(message)
    // What is not the answer is passed over: it may be forged, and the answer still comes.
    if (answer !== undefined && isAnswer(answer)) resolve(answer)
  })
  // Connected: the kernel takes octets from nobody else, and says when nobody listens.
  socket.connect(port, address, () => socket.send(octets))
  try {
    return await promise
  } finally {
    clearTimeout(timer)
    socket.close()
  }
}

/** RFC 1035 §4.2.2: the message follows its length. */
async function overTcp(
  { address, port }: ServerAddress,
  octets: Buffer,
  isAnswer: Judge,
): Promise<DecodedPacket> {
  const { promise, resolve, reject } = Promise.withResolvers<DecodedPacket>()
  const socket = connect(port, address)
  const timer = setTimeout(() => reject(new Error('no answer in time')), queryTimeoutMs)
  let heard = Buffer.alloc(0)
  socket.on('error', reject)
  socket.on('close', () => reject(new Error('the connection ended')))
  socket.on('data', (chunk: Buffer) => {
    heard = Buffer.concat([heard, chunk])
    const end = heard.length < 2 ? Infinity : 2 + heard.readUInt16BE(0)
    if (heard.length < end) return
    const answer = decode(heard.subarray(2, end))
    if (answer !== undefined && isAnswer(answer)) resolve(answer)
    else reject(new Error('the answer is to something else'))
  })
  const length = Buffer.alloc(2)
  length.writeUInt16BE(octets.length)
  socket.write(Buffer.concat([length, octets]))
  try {
    return await promise
  } finally {
    clearTimeout(timer)
    socket.destroy()
  }
}

/** What cannot be read is no answer. The octets are a stranger's. */
function decode(octets: Buffer): DecodedPacket | undefined {
  try {
    return packet.decode(octets)
  } catch {
    return undefined
  }
}
