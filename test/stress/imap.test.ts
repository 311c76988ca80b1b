/**
 * Many clients do everything at random in the same two mailboxes, through two nodes. What each may
 * believe is checked at every response, and at the end all believe what is there.
 * TAMAR_STRESS_SECONDS and TAMAR_SEED repeat and lengthen it.
 */
import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, it } from 'node:test'
import { createImapServer } from '../../src/imap/server.ts'
import { openWorld } from '../../src/imap/test/world.ts'
import { seededRandom } from '../../tools/seeded-random.ts'
import { ImapPeer } from '../support/imap-peer.ts'
import { openRealStore } from '../support/real-store.ts'
import { act, mailboxes, select, type Client } from './acts.ts'
import { Believer } from './believer.ts'
import { checkAtRest } from './prove.ts'

const seconds = Number(process.env['TAMAR_STRESS_SECONDS'] ?? 6)
const clientsCount = 12

describe('many clients of two mailboxes', () => {
  it(`believe nothing that is not so for ${seconds} seconds`, async (t) => {
    const seed = Number(process.env['TAMAR_SEED'] ?? Date.now() % 1_000_000)
    t.diagnostic(`seed ${seed}`)
    await using world = await openNodes()
    const clients = await openClients(world.ports, seed)
    const end = performance.now() + seconds * 1000
    let done = 0
    await Promise.all(
      clients.map(async (client) => {
        while (performance.now() < end) {
          await act(client)
          done += 1
        }
      }),
    )
    t.diagnostic(`${done} acts`)
    for (const client of clients) await checkAtRest(client)
    for (const { close } of clients) close()
  })
})

interface OpenClient extends Client {
  readonly close: () => void
}

async function openNodes() {
  const stack = new AsyncDisposableStack()
  const ground = stack.use(await openRealStore())
  const world = stack.use(await openWorld(ground))
  const store = stack.use(await ground.openSecondNode())
  const { access, delegations } = world
  const second = stack.use(
    await createImapServer({
      store,
      access,
      delegations,
      clock: ground.clock,
      listen: [{ host: '127.0.0.1', port: 0, tls: 'none' }],
      log: { info: () => undefined, warn: () => undefined, error: console.error },
    }),
  )
  for (const name of mailboxes) await world.store.createMailbox(world.aliceAccount, name)
  const ports = [world.server, second].map(({ addresses }) => addresses[0]?.port ?? 0)
  return { ports, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

async function openClients(ports: readonly number[], seed: number): Promise<readonly OpenClient[]> {
  const contents = new Map<string, string>()
  const clients: OpenClient[] = []
  for (let at = 0; at < clientsCount; at += 1) {
    const socket = connect({ host: '127.0.0.1', port: ports[at % ports.length] ?? 0 })
    await once(socket, 'connect')
    const peer = new ImapPeer(`client ${at}`, socket, socket)
    await peer.greet()
    await peer.command('LOGIN alice secret')
    const isQresync = at % 3 === 0
    if (isQresync) await peer.command('ENABLE QRESYNC')
    const client: OpenClient = {
      peer,
      believer: new Believer(peer.name, contents),
      random: seededRandom(seed + at),
      isQresync,
      mailbox: 'Left',
      close: () => socket.destroy(),
    }
    await select(client, mailboxes[at % 2] ?? 'Left')
    clients.push(client)
  }
  return clients
}
