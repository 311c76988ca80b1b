/**
 * The same mail and the same commands to Debian's Dovecot and to us: every difference is listed in
 * `explained.ts` with its reason, or it is a fault.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, it, type TestContext } from 'node:test'
import { minuteMs } from '../../src/base/clock.ts'
import { openWorld } from '../../src/imap/test/world.ts'
import { needs } from '../support/needs.ts'
import { openRealStore } from '../support/real-store.ts'
import { commands, fetchItems } from './commands.ts'
import { normalised } from './compare.ts'
import { dovecotImap, startDovecot } from './dovecot.ts'
import { explained, type Explained } from './explained.ts'
import { ImapPeer } from '../support/imap-peer.ts'
import { mail } from './mail.ts'

interface Difference {
  readonly command: string
  readonly mail: string
  readonly ours: readonly string[]
  readonly theirs: readonly string[]
}

describe('compared with Dovecot', () => {
  it('differs only where it is explained', async (t) => {
    if (!needs(t, dovecotImap)) return
    await using pair = await openPair()
    await fill(pair)
    const differences: Difference[] = []
    const compare = async (command: string, name: string, text = command): Promise<void> => {
      const [ours, theirs] = await pair.both(text)
      if (ours.join('\n') !== theirs.join('\n'))
        differences.push({ command, mail: name, ours, theirs })
    }
    for (const item of fetchItems)
      for (const [at, [name]] of mail.entries())
        await compare(item, name, `FETCH ${at + 1} (${item})`)
    // The same searches twice: of messages one by one, and of packed texts.
    for (const command of commands.filter((each) => isSearch.test(each))) await compare(command, '')
    await pair.pack()
    for (const command of commands) await compare(command, '')
    check(t, differences)
  })
})

function check(t: TestContext, differences: readonly Difference[]): void {
  const used = new Set<Explained>()
  const faults: Difference[] = []
  for (const difference of differences) {
    const reason = explained.find((each) => covers(each, difference))
    if (reason === undefined) faults.push(difference)
    else used.add(reason)
  }
  t.diagnostic(`${differences.length} differences, ${used.size} reasons`)
  const told = faults.map(
    ({ command, mail: name, ours, theirs }) =>
      `${command} of ${name}\n  ours:   ${ours.join('\n          ')}\n  theirs: ${theirs.join('\n          ')}`,
  )
  assert.equal(told.length, 0, told.join('\n'))
  const stale = explained.filter((each) => !used.has(each)).map(({ why }) => why)
  assert.deepEqual(stale, [], 'explained, but no longer so')
}

function covers(each: Explained, { command, mail: name }: Difference): boolean {
  return each.command.test(command) && (each.mail === undefined || each.mail.includes(name))
}

const isSearch = /^(?:SEARCH|SORT|THREAD) (?!\$|RETURN)/

interface Pair extends AsyncDisposable {
  /** Our texts become packed. */
  pack(): Promise<void>
  /** The same command to both; the answers normalised, ours first. */
  both(text: string | Buffer): Promise<readonly [readonly string[], readonly string[]]>
}

async function openPair(): Promise<Pair> {
  const stack = new AsyncDisposableStack()
  const ground = stack.use(await openRealStore())
  const world = stack.use(await openWorld(ground))
  const { theirs } = { theirs: stack.use(await startDovecot()).peer }
  const { host, port } = world.server.addresses[0] ?? { host: '', port: 0 }
  const socket = connect({ host, port })
  stack.defer(() => void socket.destroy())
  await once(socket, 'connect')
  const ours = new ImapPeer('tamar', socket, socket)
  await ours.greet()
  await ours.command('LOGIN alice secret')
  return {
    async pack() {
      ground.clock.advance(settledMs)
      assert.equal(await ground.store.packAccount(world.aliceAccount), mail.length + sampleCount)
    },
    async both(text) {
      const [a, b] = await Promise.all([ours.command(text), theirs.command(text)])
      return [normalised(a), normalised(b)]
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

/** Packing stays ten minutes behind. */
const settledMs = 11 * minuteMs
/** The world begins with four messages of its own. */
const sampleCount = 4
const startOf2026 = Date.UTC(2026, 0, 5)

/** The same dates, flags and order on both sides. */
async function fill(pair: Pair): Promise<void> {
  for (const command of ['CREATE Odd', 'CREATE Other', 'SELECT Odd']) await pair.both(command)
  for (const [at, [name, octets]] of mail.entries()) {
    const flags = ['', '\\Seen', '\\Flagged \\Answered', '$Work', '\\Draft \\Seen'][at % 5] ?? ''
    const day = new Date(startOf2026 + at * 3_600_000).getUTCDate()
    const date = `${String(day).padStart(2, '0')}-Jan-2026 ${String(at % 24).padStart(2, '0')}:10:00 +0000`
    const head = Buffer.from(`APPEND Odd (${flags}) "${date}" {${octets.length}+}\r\n`)
    const [ours, theirs] = await pair.both(Buffer.concat([head, octets]))
    assert.deepEqual([ours.at(-1), theirs.at(-1)], ['OK', 'OK'], name)
  }
  await pair.both('NOOP')
}
