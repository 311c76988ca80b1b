/** ClamAV's daemon over its INSTREAM command: the message in chunks, one line back. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { answerOctetsMax, chunkOctets, scansMax, virusTimeoutMs } from './limits.ts'
import { Turns } from './turns.ts'
import type { OnAway, VirusFinding, VirusScanner } from './types.ts'

/** A path of a socket, or a host and a port. */
export type ClamdPlace =
  | { readonly path: string }
  | { readonly host: string; readonly port: number }

export function createClamd(place: ClamdPlace, onAway: OnAway): VirusScanner {
  const turns = new Turns(scansMax)
  return {
    scan: (message) =>
      turns.take(async () => {
        try {
          return await scan(place, message)
        } catch (error) {
          onAway('clamd', error)
          return 'away'
        }
      }),
  }
}

async function scan(place: ClamdPlace, message: Buffer): Promise<VirusFinding> {
  try {
    return findingOf(await converse(place, (socket) => writeMessage(socket, message)))
  } catch (error) {
    // It hangs up on what is too large for it, and its word for that may be lost with the connection.
    // One that died of it would not answer now.
    if (isCut(error) && message.length > chunkOctets && (await isAlive(place))) return 'too-large'
    throw error
  }
}

function isCut(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : ''
  return code === 'ECONNRESET' || code === 'EPIPE'
}

async function isAlive(place: ClamdPlace): Promise<boolean> {
  const answer = await converse(place, async (socket) => void socket.write('zPING\0'))
  return answer === 'PONG'
}

async function converse(
  place: ClamdPlace,
  say: (socket: Socket) => Promise<void>,
): Promise<string> {
  const socket = connect(place)
  try {
    socket.setTimeout(virusTimeoutMs, () => socket.destroy(new Error('clamd does not answer')))
    const answer = readAnswer(socket)
    // It may answer, and hang up, before it has heard all.
    answer.catch(() => undefined)
    await once(socket, 'connect')
    await Promise.race([say(socket), answer])
    return await answer
  } finally {
    socket.destroy()
  }
}

async function writeMessage(socket: Socket, message: Buffer): Promise<void> {
  socket.write('zINSTREAM\0')
  for (let at = 0; at < message.length; at += chunkOctets) {
    const chunk = message.subarray(at, at + chunkOctets)
    const length = Buffer.alloc(4)
    length.writeUInt32BE(chunk.length)
    socket.write(length)
    if (!socket.write(chunk)) await once(socket, 'drain')
  }
  socket.write(Buffer.alloc(4))
}

/** What was said before the connection ended counts, however it ended. */
function readAnswer(socket: Socket): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  let text = ''
  socket.on('data', (piece) => {
    text += String(piece)
    if (text.includes('\0') || text.length > answerOctetsMax) resolve(text.split('\0')[0] ?? '')
  })
  socket.once('end', () => resolve(text))
  socket.once('error', (error) => (text === '' ? reject(error) : resolve(text)))
  return promise
}

/** The name of what was found stays there: it says something about the content. */
function findingOf(answer: string): VirusFinding {
  if (answer.endsWith(': OK')) return 'none'
  if (answer.endsWith(' FOUND')) return 'found'
  if (answer.includes('size limit exceeded')) return 'too-large'
  throw new Error('clamd gave no finding')
}
