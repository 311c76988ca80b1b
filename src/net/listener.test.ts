import assert from 'node:assert/strict'
import { once } from 'node:events'
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type Socket, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type ConnectionOptions, type TLSSocket, connect as connectTls } from 'node:tls'
import { systemClock } from '../base/clock.ts'
import { ensureCertificates } from './certificates.ts'
import type { Connection } from './connection.ts'
import {
  type Listener,
  type ListenerOptions,
  type ListenerSession,
  createListener,
} from './listener.ts'
import { isLoopback, peerKey, plainAddress } from './peer-address.ts'
import { type TlsEvent, type TlsSource, createTlsSource } from './tls.ts'

interface Certified extends AsyncDisposable {
  readonly folder: string
  readonly tls: TlsSource
  readonly events: TlsEvent[]
  onEvent: ((event: TlsEvent) => void) | undefined
}

async function certify(): Promise<Certified> {
  const folder = await mkdtemp(join(tmpdir(), 'tamar-listener-'))
  const files = await ensureCertificates({ folder, clock: systemClock })
  const certified: Omit<Certified, keyof AsyncDisposable | 'tls'> = {
    folder,
    events: [],
    onEvent: undefined,
  }
  const tls = createTlsSource({
    ...files,
    clock: systemClock,
    report(event) {
      certified.events.push(event)
      certified.onEvent?.(event)
    },
  })
  return Object.assign(certified, {
    tls,
    async [Symbol.asyncDispose]() {
      tls[Symbol.dispose]()
      await rm(folder, { recursive: true })
    },
  })
}

/** Answers each line with the line; `UP` upgrades; `finish` ends. */
class Echo implements ListenerSession {
  readonly connection: Connection
  discarded: number | undefined

  constructor(connection: Connection) {
    this.connection = connection
    this.#read()
    connection.socket.write('hello\n')
  }

  finish(): void {
    this.connection.socket.end('bye\n')
  }

  #read(): void {
    this.connection.socket.on('data', (chunk: Buffer) => {
      if (!chunk.toString().startsWith('UP')) {
        this.connection.socket.write(chunk)
        return
      }
      const held = chunk.length - 3
      this.connection.upgrade('go\n').then(
        (discarded) => {
          this.discarded = held + discarded
          this.#read()
        },
        () => this.connection.destroy(),
      )
    })
  }
}

async function listenEcho(
  options: Omit<ListenerOptions, 'onConnection'>,
): Promise<{ readonly listener: Listener; readonly sessions: Echo[] }> {
  const sessions: Echo[] = []
  const listener = await createListener({
    ...options,
    onConnection(connection) {
      const session = new Echo(connection)
      sessions.push(session)
      return session
    },
  })
  return { listener, sessions }
}

function dial(t: TestContext, listener: Listener): Socket {
  const [address] = listener.addresses
  assert.ok(address)
  const socket = connect(address.port, '127.0.0.1')
  t.after(() => socket.destroy())
  socket.on('error', () => undefined)
  return socket
}

function secure(t: TestContext, options: ConnectionOptions): TLSSocket {
  const socket = connectTls({ servername: 'localhost', rejectUnauthorized: false, ...options })
  t.after(() => socket.destroy())
  socket.on('error', () => undefined)
  return socket
}

async function read(socket: Socket): Promise<string> {
  const [chunk] = (await once(socket, 'data')) as [Buffer]
  return chunk.toString()
}

const plain = { host: '127.0.0.1', port: 0, tls: 'none' } as const

test('a listener without TLS is for loopback only', async () => {
  const listen = [{ host: '0.0.0.0', port: 0, tls: 'none' }] as const
  await assert.rejects(listenEcho({ listen, tls: undefined }), /loopback/)
})

test('when one address cannot be bound the others are given back', async () => {
  await using first = (await listenEcho({ listen: [plain], tls: undefined })).listener
  const port = first.addresses[0]?.port ?? 0
  const listen = [plain, { ...plain, port }]
  await assert.rejects(listenEcho({ listen, tls: undefined }), { code: 'EADDRINUSE' })
})

test('implicit TLS reaches the session after the handshake, with its facts', async (t) => {
  await using certified = await certify()
  const listen = [{ ...plain, tls: 'implicit' }] as const
  const { listener, sessions } = await listenEcho({ listen, tls: certified.tls })
  await using _closing = listener
  const client = secure(t, { port: listener.addresses[0]?.port ?? 0 })
  assert.equal(await read(client), 'hello\n')
  assert.equal(sessions[0]?.connection.tls?.protocol, 'TLSv1.3')
  assert.equal(sessions[0].connection.tls.cipher, 'TLS_AES_256_GCM_SHA384')
  // Both ends, and nobody else, know what a sign-in can be tied to (RFC 9266).
  const theirs = client.exportKeyingMaterial(32, 'EXPORTER-Channel-Binding', Buffer.alloc(0))
  assert.deepEqual(sessions[0].connection.channelBinding?.(), theirs)
})

test('a client does not begin the handshake again on its connection', async (t) => {
  await using certified = await certify()
  const listen = [{ ...plain, tls: 'implicit' }] as const
  const { listener } = await listenEcho({ listen, tls: certified.tls })
  await using _closing = listener
  const port = listener.addresses[0]?.port ?? 0
  const client = secure(t, { port, maxVersion: 'TLSv1.2' })
  assert.equal(await read(client), 'hello\n')
  const answer = Promise.withResolvers<unknown>()
  client.once('error', answer.resolve)
  client.renegotiate({}, answer.resolve)
  assert.match(String(await answer.promise), /no renegotiation/)
})

test('a session resumes with a ticket', async (t) => {
  await using certified = await certify()
  const listen = [{ ...plain, tls: 'implicit' }] as const
  const { listener } = await listenEcho({ listen, tls: certified.tls })
  await using _closing = listener
  const port = listener.addresses[0]?.port ?? 0
  const first = secure(t, { port })
  const [ticket] = (await once(first, 'session')) as [Buffer]
  const second = secure(t, { port, session: ticket })
  first.resume()
  second.resume()
  await once(second, 'secureConnect')
  assert.equal(second.isSessionReused(), true)
})

test('clear text pipelined after the upgrade command is discarded and counted', async (t) => {
  await using certified = await certify()
  const listen = [{ ...plain, tls: 'starttls' }] as const
  const { listener, sessions } = await listenEcho({ listen, tls: certified.tls })
  await using _closing = listener
  const client = dial(t, listener)
  assert.equal(await read(client), 'hello\n')
  client.write('UP\ninjected\n')
  assert.equal(await read(client), 'go\n')
  client.removeAllListeners('data')
  const secured = secure(t, { socket: client })
  await once(secured, 'secureConnect')
  secured.write('after\n')
  assert.equal(await read(secured), 'after\n')
  assert.equal(sessions[0]?.discarded, 'injected\n'.length)
})

test('connections over the limit hear a farewell, and a slot that is freed is used again', async (t) => {
  const reasons: string[] = []
  const { listener } = await listenEcho({
    listen: [plain],
    tls: undefined,
    connectionsPerPeerMax: 1,
    farewell: '421 later\n',
    onTurnedAway: (reason) => reasons.push(reason),
  })
  await using _closing = listener
  const first = dial(t, listener)
  assert.equal(await read(first), 'hello\n')
  assert.equal(await read(dial(t, listener)), '421 later\n')
  assert.deepEqual(reasons, ['too-many-from-peer'])
  first.end()
  await once(first, 'close')
  const again = await read(dial(t, listener))
  assert.equal(again, 'hello\n')
})

test('closing lets sessions say goodbye and destroys those that do not go', async (t) => {
  const { listener } = await listenEcho({ listen: [plain], tls: undefined, closeGraceMs: 20 })
  const client = dial(t, listener)
  assert.equal(await read(client), 'hello\n')
  const heard = read(client)
  await listener.close()
  assert.equal(await heard, 'bye\n')
  assert.equal(listener.connections, 0)
})

test('a broken pair keeps the one in use, a whole one replaces it without a restart', async (t) => {
  await using certified = await certify()
  await using other = await certify()
  const before = certified.tls.context
  await writeFile(join(certified.folder, 'server.pem'), 'nonsense')
  assert.equal(certified.tls.reload(), false)
  assert.equal(certified.tls.context, before)
  assert.equal(certified.events.at(-1)?.kind, 'kept-old')

  await copyFile(join(other.folder, 'server.pem'), join(certified.folder, 'server.pem'))
  assert.equal(certified.tls.reload(), false, 'the key is still the other one')
  await copyFile(join(other.folder, 'server-key.pem'), join(certified.folder, 'server-key.pem'))
  assert.equal(certified.tls.reload(), true)
  assert.notEqual(certified.tls.context, before)

  const listen = [{ ...plain, tls: 'implicit' }] as const
  const { listener } = await listenEcho({ listen, tls: certified.tls })
  await using _closing = listener
  const client = secure(t, { port: listener.addresses[0]?.port ?? 0 })
  await once(client, 'secureConnect')
  client.resume()
  assert.equal(client.getPeerX509Certificate()?.validToDate.getTime(), certified.tls.notAfter)
})

test('SIGHUP looks at the files, and a change is found without it', async () => {
  await using certified = await certify()
  await using other = await certify()
  await using third = await certify()
  const replace = async (from: Certified) => {
    for (const name of ['server-key.pem', 'server.pem']) {
      await copyFile(join(from.folder, name), join(certified.folder, name))
    }
  }
  await replace(other)
  process.emit('SIGHUP', 'SIGHUP')
  assert.equal(certified.events.at(-1)?.kind, 'reloaded')

  const before = certified.tls.context
  // The watch itself keeps no process alive.
  const guard = setTimeout(() => undefined, 10_000)
  const changed = new Promise<void>((resolve) => {
    certified.onEvent = ({ kind }) => kind === 'reloaded' && resolve()
  })
  await replace(third)
  await changed
  clearTimeout(guard)
  assert.notEqual(certified.tls.context, before)
})

test('addresses count as the peer owns them', () => {
  assert.equal(plainAddress('::ffff:192.0.2.7'), '192.0.2.7')
  assert.equal(peerKey('192.0.2.7'), '192.0.2.7')
  assert.equal(peerKey('2001:db8:1:2:3:4:5:6'), '2001:db8:1:2::/64')
  assert.equal(peerKey('2001:db8::6'), '2001:db8:0:0::/64')
  assert.equal(peerKey('::1'), '0:0:0:0::/64')
  assert.equal(isLoopback('127.0.0.2'), true)
  assert.equal(isLoopback('10.0.0.1'), false)
})
