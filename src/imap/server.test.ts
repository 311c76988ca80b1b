import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { connect as connectTls } from 'node:tls'
import { constants, createDeflateRaw, createInflateRaw } from 'node:zlib'
import { openRealStore } from '../../test/support/real-store.ts'
import { connected } from '../../test/support/transcript.ts'
import { systemClock } from '../base/clock.ts'
import { ensureCertificates } from '../net/certificates.ts'
import { createTlsSource } from '../net/tls.ts'
import { createImapServer } from './server.ts'
import { openWorld, type World } from './test/world.ts'

async function open(world: Pick<World, 'server'>): Promise<Socket> {
  const { host, port } = world.server.addresses[0] ?? { host: '', port: 0 }
  return connected(connect({ host, port }))
}

/** Reads until the text matches; what comes later waits in the stream. */
async function heard(stream: NodeJS.ReadableStream, wanted: RegExp): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  let text = ''
  const onData = (chunk: Buffer): void => {
    text += chunk.toString()
    if (wanted.test(text)) resolve(text)
  }
  const onClose = (): void => reject(new Error(`the connection ended after: ${text}`))
  stream.on('data', onData).on('close', onClose).resume()
  try {
    return await promise
  } finally {
    stream.off('data', onData).off('close', onClose)
    stream.pause()
  }
}

/** Everything until the end. */
async function toTheEnd(stream: Socket): Promise<string> {
  let text = ''
  stream.on('data', (chunk: Buffer) => {
    text += chunk.toString()
  })
  stream.resume()
  await once(stream, 'close')
  return text
}

describe('the IMAP server', { timeout: 60_000 }, () => {
  let ground: Awaited<ReturnType<typeof openRealStore>>
  before(async () => {
    ground = await openRealStore()
  })
  after(() => ground[Symbol.asyncDispose]())

  it('refuses a plaintext listener beyond loopback', async () => {
    await using world = await openWorld(ground)
    const { store, access, delegations } = world
    const listen = [{ host: '0.0.0.0', port: 0, tls: 'none' }] as const
    await assert.rejects(createImapServer({ store, access, delegations, listen }))
  })

  it('ends the session of a stranger who does not sign in, and of one who is silent', async () => {
    await using world = await openWorld({ ...ground, limits: { loginTimeoutMs: 20 } })
    assert.match(await toTheEnd(await open(world)), /BYE You took too long to sign in\r\n$/)
    await using other = await openWorld({ ...ground, limits: { idleTimeoutMs: 20 } })
    const socket = await open(other)
    socket.write('a LOGIN alice secret\r\n')
    assert.match(await toTheEnd(socket), /BYE You were silent for too long\r\n$/)
  })

  it('says goodbye when access ends and when it closes, idle sessions included', async () => {
    await using world = await openWorld(ground)
    const [first, second] = [await open(world), await open(world)]
    for (const socket of [first, second]) {
      socket.write('a LOGIN alice secret\r\nb IDLE\r\n')
      await heard(socket, /idling/)
    }
    const end = toTheEnd(first)
    world.access.revoke(world.alice.id)
    assert.equal(await end, '* BYE Your access has ended\r\n')
    const third = await open(world)
    third.write('a LOGIN alice secret\r\nb IDLE\r\n')
    await heard(third, /idling/)
    const farewell = toTheEnd(third)
    await world.server[Symbol.asyncDispose]()
    assert.equal(await farewell, '* BYE The server is closing\r\n')
  })

  it('turns away more connections than an address may have', async () => {
    await using world = await openWorld({ ...ground, limits: { connectionsPerAddressMax: 1 } })
    const first = await open(world)
    await heard(first, /ready/)
    assert.match(await toTheEnd(await open(world)), /^\* BYE Too many connections/)
    first.destroy()
  })

  it('records what is read in accounts that are not the reader’s own', async () => {
    await using world = await openWorld(ground)
    const socket = await open(world)
    socket.write('a LOGIN alice secret\r\nb APPEND Shared/Desk {4+}\r\na: b\r\n')
    socket.write('c SELECT Shared/Desk\r\nd FETCH 1 FLAGS\r\ne NOOP\r\n')
    await heard(socket, /e OK/)
    assert.equal(world.access.reads.length, 0)
    socket.write('f FETCH 1 ENVELOPE\r\ng SELECT Sample\r\nh FETCH 1 ENVELOPE\r\n')
    await heard(socket, /h OK/)
    assert.deepEqual(
      world.access.reads.map(({ uids }) => uids),
      [[1]],
    )
    socket.destroy()
  })

  it('tells a session on one node what a session on another did', async () => {
    await using world = await openWorld(ground)
    await using store = await ground.openSecondNode()
    const { access, delegations } = world
    const listen = [{ host: '127.0.0.1', port: 0, tls: 'none' }] as const
    await using server = await createImapServer({ store, access, delegations, listen })
    const here = await open(world)
    const there = await open({ server })
    there.write('a LOGIN alice secret\r\nb SELECT Sample\r\nc IDLE\r\n')
    await heard(there, /idling/)
    here.write('a LOGIN alice secret\r\nb SELECT Sample\r\n')
    here.write('c APPEND Sample {4+}\r\na: b\r\nd STORE 2 +FLAGS (\\Deleted)\r\n')
    here.write('e EXPUNGE\r\n')
    const told = await heard(there, /EXPUNGE/)
    assert.match(told, /^\* 5 EXISTS\r\n(?:.*\r\n)*\* 2 EXPUNGE\r\n$/)
    await heard(here, /e OK/)
    here.destroy()
    there.destroy()
  })

  it('shows nothing more of a post once its holding has ended', async () => {
    await using world = await openWorld(ground)
    const [busy, idle] = [await open(world), await open(world)]
    busy.write('a LOGIN alice secret\r\nb APPEND "Posts/SEO(A)2" {4+}\r\na: b\r\n')
    busy.write('c SELECT "Posts/SEO(A)2"\r\n')
    await heard(busy, /c OK/)
    idle.write('a LOGIN alice secret\r\nb SELECT "Posts/SEO(A)2"\r\nc IDLE\r\n')
    await heard(idle, /idling/)
    world.access.withdraw(world.alice.id, world.post)
    busy.write('d FETCH 1 (BODY[])\r\ne FETCH 1 FLAGS\r\n')
    assert.match(await heard(busy, /e (?:BAD|OK|NO)/), /^d NO \[NOPERM\].*\r\ne BAD/)
    const { id } = await world.store.mailboxByName(world.post, 'INBOX')
    const message = { octets: Buffer.from('a: b\r\n'), flags: 0, keywords: [], receivedAt: 0 }
    await world.store.append(world.post, id, [message], world.alice.id)
    assert.equal(await toTheEnd(idle), '* BYE Your access has ended\r\n')
    busy.destroy()
  })

  it('compresses both ways after COMPRESS', async () => {
    await using world = await openWorld(ground)
    const socket = await open(world)
    socket.write('a LOGIN alice secret\r\nb COMPRESS DEFLATE\r\n')
    await heard(socket, /b OK.*\r\n/)
    const deflate = createDeflateRaw()
    deflate.pipe(socket)
    const inflate = createInflateRaw()
    socket.pipe(inflate)
    deflate.write('c SELECT Sample\r\nd FETCH 1:* (BODY.PEEK[])\r\ne COMPRESS DEFLATE\r\n')
    deflate.flush(constants.Z_SYNC_FLUSH)
    const text = await heard(inflate, /e NO/)
    assert.match(text, /Nathan Road/)
    assert.match(text, /e NO \[COMPRESSIONACTIVE\]/)
    const closed = once(socket, 'close')
    deflate.write('f LOGOUT\r\n')
    deflate.flush(constants.Z_SYNC_FLUSH)
    await heard(inflate, /f OK/)
    inflate.resume()
    await closed
  })

  it('starts TLS, believes nothing said before it, and takes no password in clear', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tamar-imap-tls-'))
    const files = await ensureCertificates({ folder, clock: systemClock })
    using tls = createTlsSource({ ...files, clock: systemClock })
    const listen = { host: '127.0.0.1', port: 0, tls: 'starttls' } as const
    await using world = await openWorld({ ...ground, listen, tls })
    const plain = await open(world)
    const greeting = await heard(plain, /ready\r\n/)
    assert.match(greeting, /STARTTLS LOGINDISABLED\]/)
    plain.write('a LOGIN alice secret\r\n')
    assert.match(await heard(plain, /a NO/), /PRIVACYREQUIRED/)
    plain.write('b STARTTLS\r\nc LOGIN alice secret\r\n')
    await heard(plain, /b OK.*\r\n/)
    const secured = connectTls({ socket: plain, rejectUnauthorized: false })
    secured.write('d CAPABILITY\r\n')
    const answer = await heard(secured, /d OK/)
    assert.match(answer, /AUTH=PLAIN/)
    assert.doesNotMatch(answer, /c OK|STARTTLS|LOGINDISABLED/)
    secured.write('e LOGIN alice secret\r\n')
    await heard(secured, /e OK/)
    secured.destroy()
    rmSync(folder, { recursive: true, force: true })
  })
})
