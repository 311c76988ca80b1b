/** Takes mail after STARTTLS as fast as it can, and says how much every tenth of a second. RFC 5321, RFC 2920, RFC 3207. */
import { createServer, type Socket } from 'node:net'
import { createSecureContext, TLSSocket } from 'node:tls'
import { makeCertificate } from '../../test/support/certificate.ts'

const { key, cert } = await makeCertificate(['sink.example'])
const secureContext = createSecureContext({ key, cert, minVersion: 'TLSv1.2' })
const endOfData = Buffer.from('\r\n.\r\n')
let taken = 0

createServer((socket) => {
  socket.setNoDelay(true)
  socket.write('220 sink.example ESMTP\r\n')
  serve(socket, false)
}).listen(Number(process.argv[2]), '127.0.0.1')
setInterval(() => process.stdout.write(`mesg=${taken}\r`), 100)

function serve(socket: Socket, isTls: boolean): void {
  let rest: Buffer = Buffer.alloc(0)
  let isData = false
  /** @returns what was not used. */
  const takeData = (octets: Buffer): Buffer => {
    const end = octets.indexOf(endOfData)
    // What may be the beginning of the end is looked at again.
    if (end < 0) return octets.subarray(Math.max(0, octets.length - endOfData.length + 1))
    isData = false
    taken++
    socket.write('250 2.0.0 taken\r\n')
    return octets.subarray(end + endOfData.length)
  }
  const onData = (chunk: Buffer): void => {
    let octets = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    let replies = ''
    while (octets.length > 0) {
      if (isData) {
        const left = takeData(octets)
        if (isData) {
          octets = left
          break
        }
        octets = left
        continue
      }
      const end = octets.indexOf('\r\n')
      if (end < 0) break
      const verb = octets.toString('latin1', 0, Math.min(end, 8)).toUpperCase()
      octets = octets.subarray(end + 2)
      if (verb === 'STARTTLS' && !isTls) {
        socket.off('data', onData)
        socket.write('220 go ahead\r\n')
        const secured = new TLSSocket(socket, { isServer: true, secureContext })
        secured.on('error', () => secured.destroy())
        serve(secured, true)
        return
      }
      if (verb.startsWith('QUIT')) {
        socket.end('221 bye\r\n')
        return
      }
      isData = verb.startsWith('DATA')
      if (isData) replies += '354 go on\r\n'
      else if (verb.startsWith('EHLO')) replies += greeting(isTls)
      else replies += '250 2.0.0 ok\r\n'
    }
    rest = octets
    if (replies !== '') socket.write(replies)
  }
  socket.on('error', () => socket.destroy())
  socket.on('data', onData)
}

function greeting(isTls: boolean): string {
  const words = ['sink.example', 'PIPELINING', '8BITMIME', 'SIZE', 'ENHANCEDSTATUSCODES']
  const all = isTls ? words : [...words, 'STARTTLS']
  return all.map((word, at) => `250${at === all.length - 1 ? ' ' : '-'}${word}\r\n`).join('')
}
