/** Another server and ours, asked the same in two sessions each. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { minuteMs } from '../../src/base/clock.ts'
import { openWorld } from '../../src/imap/test/world.ts'
import { ImapPeer, type Answer } from '../support/imap-peer.ts'
import { openRealStore } from '../support/real-store.ts'
import { normalised } from './compare.ts'
import type { NamedMail } from './mail.ts'

export interface Oracle extends AsyncDisposable {
  /** A session that is signed in. */
  connect(): Promise<ImapPeer>
}

export interface Pair extends AsyncDisposable {
  /** Our texts become packed. */
  pack(): Promise<void>
  /** The same command to both; the answers normalised, ours first. */
  both(text: string | Buffer): Promise<readonly [readonly string[], readonly string[]]>
}

export async function openPair(oracle: Oracle, given: readonly NamedMail[]): Promise<Pair> {
  const stack = new AsyncDisposableStack()
  stack.use(oracle)
  const ground = stack.use(await openRealStore())
  const world = stack.use(await openWorld(ground))
  const { host, port } = world.server.addresses[0] ?? { host: '', port: 0 }
  const connectOurs = async () => {
    const socket = connect({ host, port })
    stack.defer(() => void socket.destroy())
    await once(socket, 'connect')
    const peer = new ImapPeer('tamar', socket, socket)
    await peer.greet()
    await peer.command('LOGIN alice secret')
    return peer
  }
  const [ours, theirs] = [await openSide(connectOurs), await openSide(() => oracle.connect())]
  return {
    async pack() {
      ground.clock.advance(settledMs)
      const packed = await ground.store.packAccount(world.aliceAccount)
      assert.equal(packed, given.length + sampleCount)
    },
    async both(text) {
      const [a, b] = await Promise.all([ours(text), theirs(text)])
      return [normalised(a), normalised(b)]
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

/** Packing stays ten minutes behind. */
const settledMs = 11 * minuteMs
/** The world begins with four messages of its own. */
const sampleCount = 4

/** Two sessions with one server, and what it said of the mailbox when the first opened it. */
async function openSide(connectOne: () => Promise<ImapPeer>) {
  const [first, second] = [await connectOne(), await connectOne()]
  const told = { uidValidity: '', modSeq: '' }
  return async (text: string | Buffer): Promise<Answer> => {
    if (typeof text !== 'string') return first.command(text)
    const isSecond = text.startsWith(inSecond)
    const filled = text.replace('{uidValidity}', told.uidValidity).replace('{modSeq}', told.modSeq)
    if (isSecond) return second.command(filled.slice(inSecond.length))
    const answer = await first.command(filled)
    if (/^SELECT [^(]*$/.test(text)) remember(answer)
    return answer
  }

  function remember({ untagged }: Answer): void {
    for (const [word, code = ''] of untagged) {
      if (word !== 'OK' || typeof code !== 'string') continue
      told.uidValidity = /^\[UIDVALIDITY (\d+)/.exec(code)?.[1] ?? told.uidValidity
      told.modSeq = /^\[HIGHESTMODSEQ (\d+)/.exec(code)?.[1] ?? told.modSeq
    }
  }
}

const inSecond = 'B: '
