import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { after, test, type TestContext } from 'node:test'
import { freePort } from '../../../test/support/free-ports.ts'
import { makeZip } from '../../../test/support/make-zip.ts'
import { needs } from '../../../test/support/needs.ts'
import { eicar, Scanners } from '../../../test/support/scanners.ts'
import { until } from '../../../test/support/until.ts'
import { createClamd } from './clamd.ts'
import { createRspamd } from './rspamd.ts'
import type { SpamQuestion } from './types.ts'

let started: Promise<Scanners> | undefined

/** One of each for all tests: they start slowly. */
async function open(t: TestContext): Promise<Scanners | undefined> {
  if (!needs(t, 'clamd') || !needs(t, 'rspamd')) return undefined
  started ??= Scanners.start()
  return started
}

after(async () => {
  const scanners = await started
  await scanners?.[Symbol.asyncDispose]()
})

const unexpected = (scanner: string, error: unknown) => assert.fail(`${scanner}: ${String(error)}`)

function attached(name: string, content: Buffer | string): Buffer {
  const encoded =
    Buffer.from(content)
      .toString('base64')
      .match(/.{1,76}/g)
      ?.join('\r\n') ?? ''
  return Buffer.from(
    'From: x@far.example\r\nSubject: x\r\nMIME-Version: 1.0\r\n' +
      'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nSee attached.\r\n--b\r\n' +
      `Content-Type: application/octet-stream; name="${name}"\r\n` +
      `Content-Transfer-Encoding: base64\r\n\r\n${encoded}\r\n--b--\r\n`,
  )
}

test('ClamAV finds the test file plain, zipped, zipped twice and in a document', async (t) => {
  const scanners = await open(t)
  if (scanners === undefined) return
  const clamd = createClamd({ host: '127.0.0.1', port: scanners.clamdPort }, unexpected)
  const zipped = makeZip([{ name: 'a.com', content: eicar }])
  const document = makeZip([
    { name: '[Content_Types].xml', content: '<Types/>' },
    { name: 'word/embeddings/a.bin', content: eicar },
  ])
  const found = await Promise.all(
    [
      attached('a.com', eicar),
      attached('a.zip', zipped),
      attached('b.zip', makeZip([{ name: 'a.zip', content: zipped }])),
      attached('a.docx', document),
      attached('a.txt', 'harmless'),
      Buffer.alloc(0),
    ].map((message) => clamd.scan(message)),
  )
  assert.deepEqual(found, ['found', 'found', 'found', 'found', 'none', 'none'])
})

test('what is larger than ClamAV takes is told apart', async (t) => {
  const scanners = await open(t)
  if (scanners === undefined) return
  const clamd = createClamd({ host: '127.0.0.1', port: scanners.clamdPort }, unexpected)
  assert.equal(await clamd.scan(Buffer.alloc(8 * 1024 * 1024, 'x')), 'too-large')
  assert.equal(await clamd.scan(Buffer.alloc(1024 * 1024, 'x')), 'none')
})

const question: SpamQuestion = {
  message: Buffer.from('From: x@far.example\r\nSubject: Hello\r\n\r\nHello\r\n'),
  remoteAddress: '192.0.2.7',
  heloName: 'mail.far.example',
  reversePath: 'x@far.example',
  recipients: ['amy@td.example'],
}

test('Rspamd’s actions are findings, and it hears where the message comes from', async (t) => {
  const scanners = await open(t)
  if (scanners === undefined) return
  using rspamd = createRspamd(`http://127.0.0.1:${scanners.rspamdPort}`, unexpected)
  const spam = Buffer.from('From: x@far.example\r\nSubject: x\r\n\r\nBUY NOW\r\n')
  const gtube = 'XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X'
  const certain = Buffer.from(`From: x@far.example\r\nSubject: x\r\n\r\n${gtube}\r\n`)
  assert.equal(await rspamd.judge(question), 'no')
  assert.equal(await rspamd.judge({ ...question, message: spam }), 'likely')
  assert.equal(await rspamd.judge({ ...question, message: certain }), 'certain')
  assert.equal(await rspamd.judge({ ...question, remoteAddress: '192.0.2.66' }), 'likely')
  const odd = { heloName: 'a\r\nIP: 1.2.3.4', reversePath: '使用者@例子.example' }
  assert.equal(await rspamd.judge({ ...question, ...odd }), 'no')
})

test('a scanner that is away, hangs up or talks nonsense is away, and somebody hears of it', async () => {
  const heard: string[] = []
  const onAway = (scanner: string) => void heard.push(scanner)
  const port = await freePort()
  assert.equal(
    await createClamd({ host: '127.0.0.1', port }, onAway).scan(question.message),
    'away',
  )
  using absent = createRspamd(`http://127.0.0.1:${port}`, onAway)
  assert.equal(await absent.judge(question), 'away')
  for (const says of ['nonsense\0', '', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}']) {
    const server = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.once('data', () => socket.end(says))
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    // Listening on TCP: an address with a port.
    const { port: at } = server.address() as AddressInfo
    assert.equal(
      await createClamd({ host: '127.0.0.1', port: at }, onAway).scan(question.message),
      'away',
    )
    using rspamd = createRspamd(`http://127.0.0.1:${at}`, onAway)
    assert.equal(await rspamd.judge(question), 'away')
    server.close()
    await once(server, 'close')
  }
  await until('all are heard', 1_000, () => heard.length === 8)
})
